"""What came in, as typed values. Knows no rule, no database, no clock."""
