"""The folder with ``zhengji.toml``: what it says, how it begins, and whether everything in it works."""
