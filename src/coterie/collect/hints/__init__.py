"""What names and values of columns usually mean, as data."""
