"""Excel workbooks (.xlsx)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

import pyarrow as pa

from coterie.collect.formats.preparation import Prepared
from coterie.collect.formats.workbooks import opened_workbook
from coterie.collect.readers.columns import join_headers, name_columns
from coterie.collect.readers.contract import RowBatch
from coterie.collect.readers.merged import MergedDown, merged_ranges
from coterie.engines import Engine
from coterie.errors import BadFile
from coterie.words import sentence


class Excel:
    """One sheet of a workbook, every cell as text: instants as ISO 8601, whole numbers without ``.0``."""

    def __init__(self, prepared: Prepared, engine: Engine) -> None:
        self._file, self._engine = prepared, engine
        self._columns: tuple[str, ...] | None = None

    def columns(self) -> tuple[str, ...]:
        """Names of the columns, from the first row that is not empty."""
        if self._columns is None:
            first = [
                [cell or "" for cell in cells] for _, cells in islice(self._rows(), max(self._file.format.named_by, 1))
            ]
            if not first:
                raise BadFile("the sheet is empty; nothing was loaded", file=self._file.name)
            names = join_headers(first)
            while names and not names[-1]:
                names.pop()
            self._columns = name_columns(names, has_header=self._file.format.has_header, file=self._file.name)
        return self._columns

    def relation(self) -> None:
        """None: no engine reads workbooks."""

    def rows_at(self, places: Sequence[int], rows: int) -> None:
        """None: the relation is what knows rows by their place, and there is none."""

    def mended(self, refuse: Callable[[pa.Table], None]) -> None:
        """None: only text can be mended."""

    def batches(self) -> Iterator[pa.Table]:
        """The rows one by one; their line is the number of the row on the sheet."""
        names = self.columns()
        batch = RowBatch(len(names))
        for number, cells in islice(self._rows(), self._file.format.named_by, None):
            beyond = [cell for cell in cells[len(names) :] if cell]
            if beyond:
                kept = dict(zip(names, cells, strict=False))
                batch.refuse(number, "ragged", {**kept, "": beyond})
            else:
                batch.keep(number, (cells + [None] * len(names))[: len(names)])
            if batch.is_full:
                yield batch.table()
        yield batch.table()

    def _rows(self) -> Iterator[tuple[int, list[str | None]]]:
        """Number and cells of each row that is not empty."""
        with opened_workbook(self._file.original) as book:
            sheet = book[self._sheet(book.sheetnames)]
            # What a sheet says of its size may be wrong, and rows beyond it would be lost.
            sheet.reset_dimensions()
            above = self._file.format.skip_lines + self._file.format.named_by
            # No public name of openpyxl says in which part of the archive a sheet is stored.
            part = sheet._worksheet_path  # type: ignore[attr-defined]  # noqa: SLF001
            merged = MergedDown(merged_ranges(self._file.original, part), above)
            for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
                texts = [_as_text(cell) for cell in cells]
                if number > self._file.format.skip_lines and any(texts):
                    yield number, [_as_text(cell) for cell in merged.fill(number, cells)] if merged else texts

    def _sheet(self, names: list[str]) -> str:
        wanted = self._file.format.sheet
        if wanted is None:
            return names[0]
        if wanted not in names:
            raise BadFile(
                sentence("there is no sheet {name!r}; the workbook has {names}", name=wanted, names=", ".join(names)),
                file=self._file.name,
            )
        return wanted


def _as_text(cell: object) -> str | None:
    if cell is None:
        return None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    return str(cell)
