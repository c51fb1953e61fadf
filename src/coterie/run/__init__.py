"""The loop: what has to happen, in which order, with progress."""

from __future__ import annotations

from coterie.run.as_of import AsOf, choose_as_of
from coterie.run.changes import Change, compare, plain, save_changes
from coterie.run.definition_files import SECTIONS, Definition, read_definitions, write_definitions
from coterie.run.parsing import METHODS, parse_definition
from coterie.run.refreshing import (
    Refreshed,
    bring_people,
    people_are_current,
    refresh_everything,
    segment_definitions,
    trait_definitions,
)

__all__ = [
    "METHODS",
    "SECTIONS",
    "AsOf",
    "Change",
    "Definition",
    "Refreshed",
    "bring_people",
    "choose_as_of",
    "compare",
    "parse_definition",
    "people_are_current",
    "plain",
    "read_definitions",
    "refresh_everything",
    "save_changes",
    "segment_definitions",
    "trait_definitions",
    "write_definitions",
]
