"""The store in words: rows and sentences for the terminal, the JSON of the contract, a browser."""
