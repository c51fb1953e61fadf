"""Cells of a sheet that were merged over several rows: each of those rows means what the first one says."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

_PIECE = 1 << 20
_RANGE = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3})(\d{1,7}):[A-Z]{1,3}(\d{1,7})"')
_LONGEST = 200


class MergedDown:
    """Fills cells that a merge left empty, row after row; the first row of a merge holds its value.

    Numbers are repeated in the first merged column alone, where they name something: an amount merged over the lines of
    an order is one amount, and would be many were it written beside each of them.

    >>> merged = MergedDown([(0, 2, 3), (1, 2, 3), (2, 2, 3)], after=1)
    >>> [merged.fill(number, cells) for number, cells in [(2, [17, "Ann", 30]), (3, [None, None, None]), (4, [18, None, 9])]]
    [[17, 'Ann', 30], [17, 'Ann', None], [18, None, 9]]
    """

    def __init__(self, ranges: Sequence[tuple[int, int, int]], after: int) -> None:
        self._until = {(first, column): last for column, first, last in ranges if last > first > after}
        self._columns = sorted({column for _, column in self._until})
        self._kept: dict[int, tuple[int, object]] = {}

    def __bool__(self) -> bool:
        return bool(self._until)

    def fill(self, number: int, cells: Sequence[object]) -> list[object]:
        """The cells of the row with this number, those of merges filled."""
        filled = list(cells)
        for column in self._columns:
            if column >= len(filled):
                continue
            last, value = self._kept.get(column, (0, None))
            if number <= last and filled[column] is None:
                filled[column] = value
            elif (number, column) in self._until:
                is_amount = isinstance(filled[column], int | float) and column != self._columns[0]
                self._kept[column] = (0 if is_amount else self._until[number, column], filled[column])
        return filled


def merged_ranges(workbook: Path, part: str) -> list[tuple[int, int, int]]:
    """Column (0 is the first), first and last row of every range that was merged on the sheet stored as ``part``."""
    with zipfile.ZipFile(workbook) as archive, archive.open(part) as sheet:
        found = {
            match.span()[0] + start: match.groups() for start, text in _pieces(sheet) for match in _RANGE.finditer(text)
        }
    return [(_column(letters), int(first), int(last)) for letters, first, last in found.values()]


def _pieces(stream: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """The text in pieces that overlap by as much as a range may take, each with its place."""
    place, text = 0, b""
    while piece := stream.read(_PIECE):
        place, text = place + max(len(text) - _LONGEST, 0), text[-_LONGEST:] + piece
        yield place, text


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1
