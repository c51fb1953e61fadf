"""Identifiers become people: identity graph, merge and unmerge."""

from __future__ import annotations

from coterie.resolve.finding import find_identifiers, find_profile, has_people
from coterie.resolve.keys import COUNTRY
from coterie.resolve.log import list_merges, merges_of
from coterie.resolve.merging import ResolveResult, TouchedPeople, resolve, resolve_touched
from coterie.resolve.unmerging import UnmergeResult, unmerge

__all__ = [
    "COUNTRY",
    "ResolveResult",
    "TouchedPeople",
    "UnmergeResult",
    "find_identifiers",
    "find_profile",
    "has_people",
    "list_merges",
    "merges_of",
    "resolve",
    "resolve_touched",
    "unmerge",
]
