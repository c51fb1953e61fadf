"""Operators that rules are made of, one file each."""
