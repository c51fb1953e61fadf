"""Media, one file each."""
