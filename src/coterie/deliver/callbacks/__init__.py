"""Readers of what providers call us with, one file each."""
