"""What is right. Pure: no input or output, no clock, no logging."""
