"""Identifiers become people: identity graph, merge and unmerge."""

from __future__ import annotations

from coterie.resolve.by_hand import ApartResult, MergeResult, keep_apart, merge
from coterie.resolve.finding import find_identifiers, find_profile, has_people
from coterie.resolve.keys import COUNTRY
from coterie.resolve.log import list_merges, merges_of
from coterie.resolve.merging import ResolveResult, TouchedPeople, resolve, resolve_touched
from coterie.resolve.picture import IdentityGraph, identity_graph
from coterie.resolve.unmerging import UnmergeResult, unmerge

__all__ = [
    "COUNTRY",
    "ApartResult",
    "IdentityGraph",
    "MergeResult",
    "ResolveResult",
    "TouchedPeople",
    "UnmergeResult",
    "find_identifiers",
    "find_profile",
    "has_people",
    "identity_graph",
    "keep_apart",
    "list_merges",
    "merge",
    "merges_of",
    "resolve",
    "resolve_touched",
    "unmerge",
]
