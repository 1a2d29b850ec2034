"""The rules, one file a family; code, reason, message and cure stand together."""
