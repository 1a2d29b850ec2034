"""The wording of every letter."""
