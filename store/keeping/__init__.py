"""What is kept for good and what is erased for good: backup, restore, purge."""
