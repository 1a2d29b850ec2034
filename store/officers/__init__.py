"""What officers do and are told: decisions, workbooks that come back, the morning's mail, reminders."""
