"""A call as typed values: its TOML file, the officers' settings over it, and both in words."""
