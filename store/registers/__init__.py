"""What officers keep in Excel or CSV: the register of units, and what must not be repeated."""
