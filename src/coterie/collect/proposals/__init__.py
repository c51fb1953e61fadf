"""What a file means: its kind, its fields, its dates and numbers, proposed with reasons."""
