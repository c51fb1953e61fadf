"""The loop: what has to happen, in which order, with progress."""

from __future__ import annotations

from coterie.run.changes import Change, compare, plain, save_changes
from coterie.run.definition_files import SECTIONS, Definition, read_definitions, write_definitions

__all__ = [
    "SECTIONS",
    "Change",
    "Definition",
    "compare",
    "plain",
    "read_definitions",
    "save_changes",
    "write_definitions",
]
