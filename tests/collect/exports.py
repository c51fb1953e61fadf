"""Exports of shops, tools and open data sets as their documentation describes them, filled with invented rows.

An export is its header, a function from the number of a row to its cells, the kind it is,
and the columns that must be found. ``refused`` names what must be said to be missing;
``before`` and ``after`` are lines around the table, ``amount`` and ``when`` what a row is
worth and when it happened, as whoever made the file knows.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

Cells = Callable[[int], list[object]]


@dataclass(frozen=True)
class Export:
    """One export; ``fields`` are field → column that the proposal must contain."""

    name: str
    header: str
    cells: Cells
    kind: str
    fields: dict[str, str] = field(default_factory=dict)
    not_fields: dict[str, str] = field(default_factory=dict)
    delimiter: str = ","
    refused: str = ""
    before: str = ""
    after: str = ""
    amount: Callable[[int], float] | None = None
    when: Callable[[int], datetime] | None = None

    def text(self, rows: int = 90) -> str:
        """The export as CSV."""
        sink = io.StringIO()
        writer = csv.writer(sink, delimiter=self.delimiter, lineterminator="\n")
        if self.header:
            writer.writerow(self.header.split("|"))
        for row in range(rows):
            writer.writerow(self.cells(row))
        return self.before + sink.getvalue() + self.after


def instant(row: int, hours: int = 31) -> datetime:
    """An instant that moves on with the row; the day passes 12, so that order is decidable."""
    return datetime(2023, 1, 5, 9, 17, 33) + timedelta(hours=hours * row, minutes=7 * row)


def at(row: int, pattern: str = "%Y-%m-%d %H:%M:%S", hours: int = 31) -> str:
    """The same as text."""
    return instant(row, hours).strftime(pattern)


def pick(row: int, *words: str) -> str:
    """One of the words, at random but always the same for the row."""
    return Random(row * 7919 + len(words)).choice(words)


def money(row: int, low: float = 2, high: float = 180) -> str:
    """An amount."""
    return f"{Random(row + 5).uniform(low, high):.2f}"


def mail(row: int) -> str:
    """An e-mail address; people come again."""
    return f"{pick(row, 'ana', 'bo', 'li', 'mo', 'zoe')}{row % 23}@example.com"
