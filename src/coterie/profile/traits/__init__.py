"""Measures that traits are made of, one file each."""
