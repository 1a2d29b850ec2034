"""From the bytes of a mail to a Letter: its parts, names, words, links, and who vouches for it."""
