"""What is said: letters, forms, comments."""
