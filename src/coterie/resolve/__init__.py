"""Identifiers become people: identity graph, merge and unmerge, households."""

from __future__ import annotations

from coterie.resolve.finding import find_identifiers, find_profile
from coterie.resolve.keys import COUNTRY
from coterie.resolve.log import list_households, list_merges
from coterie.resolve.merging import ResolveResult, TouchedPeople, resolve, resolve_touched
from coterie.resolve.unmerging import UnmergeResult, unmerge

__all__ = [
    "COUNTRY",
    "ResolveResult",
    "TouchedPeople",
    "UnmergeResult",
    "find_identifiers",
    "find_profile",
    "list_households",
    "list_merges",
    "resolve",
    "resolve_touched",
    "unmerge",
]
