"""The rights of a person: to be told everything that is kept about them, and to have it erased."""

from __future__ import annotations

from coterie.protect.erasure.belongings import Belongings, belongings_of, named_in, refused_rows, rows_of
from coterie.protect.erasure.erasing import erase_in_ledger, erase_in_warehouse, known_to_ledger, taken_from_warehouse

__all__ = [
    "Belongings",
    "belongings_of",
    "erase_in_ledger",
    "erase_in_warehouse",
    "known_to_ledger",
    "named_in",
    "refused_rows",
    "rows_of",
    "taken_from_warehouse",
]
