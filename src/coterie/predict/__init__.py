"""People gain numbers: lifetime value."""
