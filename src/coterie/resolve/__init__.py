"""Identifiers become people: normalisers, identity graph, merge and unmerge."""
