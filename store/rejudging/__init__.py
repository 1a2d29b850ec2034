"""Every stored mail judged again under today's rules, shown, and then written down."""
