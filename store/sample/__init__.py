"""The sample workspace of ``zhengji demo``."""
