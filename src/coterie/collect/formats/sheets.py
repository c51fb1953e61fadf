"""Which sheet of a workbook holds the rows."""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Protocol

from coterie.collect.formats.layout import has_header, header_lines, is_grouping
from coterie.collect.formats.workbooks import opened_workbook
from coterie.errors import BadFile

_PEEK_ROWS = 50
_PEEK_COLUMNS = 200


@dataclass(frozen=True)
class Sheet:
    """The sheet that holds the rows, how many rows of a title stand above them, whether the first names the columns, and how many do."""

    name: str
    skip_lines: int
    has_header: bool
    header_lines: int


def choose_sheet(path: Path) -> Sheet:
    """The sheet with most filled cells, judged by its size and its first rows.

    A cover sheet or a note loses against a table. Raises ``BadFile`` where the workbook
    is damaged or every sheet is empty.
    """
    peeks: dict[str, list[list[str]]] = {}
    weights: dict[str, float] = {}
    with opened_workbook(path) as book:
        for sheet in book.worksheets:
            cells = sheet.iter_rows(max_row=_PEEK_ROWS, max_col=_PEEK_COLUMNS, values_only=True)
            rows = [["" if cell is None else str(cell) for cell in row] for row in cells]
            peeks[sheet.title] = rows
            weights[sheet.title] = sum(map(_filled, rows)) * max(1.0, (sheet.max_row or 1) / _PEEK_ROWS)
    best = max(weights, key=lambda title: weights[title], default=None)
    if best is None or not weights[best]:
        raise BadFile("every sheet of the workbook is empty", file=path.name)
    skip = _title_rows(peeks[best])
    table = [row for row in peeks[best][skip:] if _filled(row)]
    lines = header_lines(table)
    return Sheet(best, skip, has_header(table[lines - 1 :]), lines)


def sheets_alike(path: Path, sheet: str) -> tuple[str, ...]:
    """The other sheets of a workbook that have the same columns as ``sheet``, such as one for each year."""
    with zipfile.ZipFile(path) as archive:
        if sum(name.startswith("xl/worksheets/sheet") for name in archive.namelist()) < 2:
            return ()
    with opened_workbook(path) as book:
        headers = {each.title: _header(each) for each in book.worksheets}
    return tuple(name for name, header in headers.items() if name != sheet and header and header == headers[sheet])


def _header(sheet: _Rows) -> list[str]:
    cells = sheet.iter_rows(max_row=_PEEK_ROWS, max_col=_PEEK_COLUMNS, values_only=True)
    rows = [["" if cell is None else str(cell).strip() for cell in row] for row in cells]
    return rows[_title_rows(rows)] if any(map(_filled, rows)) else []


class _Rows(Protocol):
    def iter_rows(self, *, max_row: int, max_col: int, values_only: bool) -> Iterable[Sequence[object]]: ...


def _filled(row: Sequence[str]) -> int:
    return sum(bool(cell.strip()) for cell in row)


def _title_rows(rows: Sequence[Sequence[str]]) -> int:
    counts = [_filled(row) for row in rows]
    width = Counter(count for count in counts if count).most_common(1)[0][0]
    grouping = [is_grouping(row, below) for row, below in pairwise(rows)]
    first = next(
        (
            number
            for number, count in enumerate(counts)
            if count > max(1, width // 3) or any(grouping[number : number + 1])
        ),
        0,
    )
    return first if width >= 3 and any(counts[:first]) else 0
