"""A Word document as typed blocks, as Word shows it, whatever program and format it came from."""
