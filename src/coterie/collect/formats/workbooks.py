"""Excel workbooks, opened with suspicion, and which sheet of one holds the rows."""

from __future__ import annotations

import os
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol
from xml.parsers import expat

from coterie.collect.formats.content import refuse_bomb
from coterie.collect.formats.layout import has_header, header_lines, is_grouping
from coterie.collect.formats.preparation import MOST_TIMES_LARGER, UNQUESTIONED_BYTES
from coterie.errors import BadFile, CoterieError
from coterie.words import sentence

if TYPE_CHECKING:
    from openpyxl import Workbook

_PIECE, _LONGEST_PROLOGUE = 65_536, 1 << 20


@contextmanager
def opened_workbook(path: Path) -> Iterator[Workbook]:
    """The workbook while the context lasts, to be read in it.

    Raises ``BadFile`` for an archive that claims far more than it weighs, for XML with a
    document type (entities), and for whatever openpyxl stumbles over.
    """
    try:
        _refuse_traps(path)
        # openpyxl looks at the name of a path, and a workbook may be called anything.
        with path.open("rb") as stream:
            book = _read(stream)
            try:
                yield book
            finally:
                book.close()
    except CoterieError:
        raise
    except Exception as fault:  # openpyxl checks little: each kind of damage ends in another type of error
        raise BadFile(
            sentence("the workbook is damaged ({why}); open it and save it again as .xlsx or CSV", why=fault),
            file=path.name,
        ) from fault


_texts: dict[tuple[int, ...], list[str]] = {}
"""The texts that the cells of the workbook opened last share, by what tells one state of a file from another.

A load opens its workbook several times, and reading these takes most of the time."""


def _read(stream: BinaryIO) -> Workbook:
    from openpyxl.reader.excel import ExcelReader

    about = os.fstat(stream.fileno())
    state = (about.st_dev, about.st_ino, about.st_size, about.st_mtime_ns)

    class Reader(ExcelReader):
        def read_strings(self) -> None:
            if state not in _texts:
                super().read_strings()
                _texts.clear()
                _texts[state] = self.shared_strings
            self.shared_strings = _texts[state]

    reader = Reader(stream, read_only=True, data_only=True)
    reader.read()
    book: Workbook = reader.wb
    return book


def _refuse_traps(path: Path) -> None:
    refuse_bomb(path)
    with zipfile.ZipFile(path) as archive:
        claimed = sum(entry.file_size for entry in archive.infolist())
        packed = max(sum(entry.compress_size for entry in archive.infolist()), 1)
        if claimed > UNQUESTIONED_BYTES and claimed > MOST_TIMES_LARGER * packed:
            raise BadFile(
                sentence(
                    "the workbook unpacks to {ratio:,} {ratio|time|times} its size, as harmful archives do; nothing was loaded",
                    ratio=claimed // packed,
                ),
                file=path.name,
            )
        for entry in archive.infolist():
            if _has_document_type(archive, entry):
                raise BadFile(
                    sentence(
                        "its part {name} defines XML entities, which no workbook needs and harmful ones use; "
                        "nothing was loaded",
                        name=entry.filename,
                    ),
                    file=path.name,
                )


def _has_document_type(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bool:
    """Whether the part is XML with a document type, in whatever encoding and after however long a comment."""
    seen: list[bool] = []
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = lambda *_: seen.append(True)
    parser.StartElementHandler = lambda *_: seen.append(False)
    with archive.open(entry) as part:
        for _ in range(_LONGEST_PROLOGUE // _PIECE):
            piece = part.read(_PIECE)
            try:
                parser.Parse(piece, not piece)
            except expat.ExpatError:
                break  # no XML at all, or broken: no entity of it was read
            if seen or not piece:
                return seen[:1] == [True]
        else:
            return True
    return seen[:1] == [True]


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
