"""The loop: what has to happen, in which order, with progress."""

from __future__ import annotations

from coterie.run.as_of import AsOf, choose_as_of
from coterie.run.changes import Change, compare, plain, save_changes
from coterie.run.definition_files import SECTIONS, Definition, read_definitions, write_definitions
from coterie.run.parsing import METHODS, parse_definition
from coterie.run.refreshing import Refreshed, refresh_everything

__all__ = [
    "METHODS",
    "SECTIONS",
    "AsOf",
    "Change",
    "Definition",
    "Refreshed",
    "choose_as_of",
    "compare",
    "parse_definition",
    "plain",
    "read_definitions",
    "refresh_everything",
    "save_changes",
    "write_definitions",
]
