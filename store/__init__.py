"""What is kept: the workspace, its database, its files and its workbooks."""
