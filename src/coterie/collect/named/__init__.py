"""Exports that people really have, one declarative file each, known by their headers."""
