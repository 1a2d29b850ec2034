"""The call packs: one TOML a call, each value with the sentence it comes from."""
