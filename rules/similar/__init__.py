"""What is like what: near-duplicates among demands and lists, and the tasks of the plan."""
