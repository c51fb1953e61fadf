"""CSV and its kin."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import cast

import pyarrow as pa

from coterie.collect.formats.content import unpacked
from coterie.collect.formats.preparation import LONGEST_LINE, Prepared
from coterie.collect.readers.columns import name_columns
from coterie.collect.readers.contract import Plain, Relation, RowBatch
from coterie.collect.values.reading import SQL_TYPES
from coterie.engines import Engine, literal
from coterie.errors import BadFile

_LOOKED_AT = 2_000


class Delimited:
    """Rows of cells parted by a delimiter; a delimiter of one space means a run of blanks.

    The engine reads strictly (RFC 4180). What it refuses is read again row by row, with
    the true line of each row, quoted line breaks included.
    """

    def __init__(self, prepared: Prepared, engine: Engine) -> None:
        self._file, self._engine = prepared, engine
        self._format = prepared.format
        self._columns: tuple[str, ...] | None = None

    def columns(self) -> tuple[str, ...]:
        """Names of the columns, from the first row that is not blank; without a header as many as most rows have."""
        if self._columns is None:
            wanted = 1 if self._format.has_header else _LOOKED_AT
            first = list(islice(self._records(), wanted))
            if not first:
                raise BadFile("the file holds nothing but blank lines; nothing was loaded", file=self._file.name)
            rows = [cells for _, cells in first if isinstance(cells, list)]
            if not rows:
                raise BadFile(f"the header cannot be read: {first[0][1]}", file=self._file.name, line=first[0][0])
            width = max(Counter(map(len, rows)).items(), key=lambda each: each[1])[0]
            cells = rows[0] if self._format.has_header else [""] * width
            self._columns = name_columns(cells, has_header=self._format.has_header, file=self._file.name)
        return self._columns

    def relation(self) -> Relation | None:
        """The rows as the engine reads them, every cell as text."""
        plain = self._file.plain
        seen = self._file.text
        if plain is None or seen.has_nul or seen.has_long_line or self._format.delimiter == " " or self._starts_blank():
            return None
        return self._relation(plain, Plain())

    def _relation(self, plain: Path, stated: Plain) -> Relation:
        names = self.columns()
        kinds = dict.fromkeys(stated.amounts, SQL_TYPES["money"]) | dict.fromkeys(stated.instants, "TIMESTAMP")
        types = ", ".join(f"'c{place}': '{kinds.get(name, 'VARCHAR')}'" for place, name in enumerate(names))
        quote = literal(self._format.quote)
        pattern = f", timestampformat={literal(stated.pattern)}" if stated.pattern else ""
        sql = (
            f"read_csv({literal(str(plain))}, auto_detect=false, header={str(self._format.has_header).lower()}, "
            f"delim={literal(self._format.delimiter)}, quote={quote}, escape={quote}, columns={{{types}}}{pattern})"
        )
        columns = {name: (f"c{place}", kinds.get(name, "VARCHAR")) for place, name in enumerate(names)}
        # With a pattern, DuckDB reads "infinity" and "epoch" as this very instant.
        for name in stated.instants:
            cell = columns[name][0]
            columns[name] = (
                f"CASE WHEN {cell} = TIMESTAMP '1900-01-01' THEN error('no date') ELSE {cell} END",
                "TIMESTAMP",
            )
        # DuckDB 2.0's parallel reader was seen to lose a row (one longer than its buffer), so rows are counted twice.
        return Relation(
            sql,
            columns,
            rows=self._file.text.lines - int(self._format.has_header),
            recount=f"{sql[:-1]}, parallel=false)",
            is_plain=not self._file.text.has_odd_blanks,
            stated=partial(self._relation, plain),
        )

    def batches(self) -> Iterator[pa.Table]:
        """The rows one by one, with what is wrong with each."""
        names = self.columns()
        batch = RowBatch(len(names))
        for line, cells in islice(self._records(), int(self._format.has_header), None):
            self._add(batch, line, cells, names)
            if batch.is_full:
                yield batch.table()
        yield batch.table()

    def _add(self, batch: RowBatch, line: int, cells: list[str] | str, names: tuple[str, ...]) -> None:
        if isinstance(cells, str):
            batch.refuse(line, "broken_quotes", {"": cells})
            return
        while len(cells) > len(names) and not cells[-1].strip():
            cells.pop()
        joined = "".join(cells)
        if len(cells) != len(names):
            batch.refuse(line, "ragged", _by_name(cells, names))
        elif not joined.isascii() and not _is_utf8(joined):
            batch.refuse(line, "not_in_encoding", _by_name([_shown(cell) for cell in cells], names))
        elif "\x00" in joined:
            batch.refuse(line, "nul_byte", _by_name([cell.replace("\x00", "\ufffd") for cell in cells], names))
        else:
            batch.keep(line, cast("list[str | None]", cells))

    def _records(self) -> Iterator[tuple[int, list[str] | str]]:
        """Line on which each record begins, with its cells, or with what is wrong with its quotes."""
        with unpacked(self._file.original, self._format.compression) as stream:
            text = io.TextIOWrapper(
                cast("io.BufferedReader", stream), self._format.encoding, errors="surrogateescape", newline=""
            )
            if self._format.delimiter == " ":
                yield from self._blank_parted(text)
                return
            previous = csv.field_size_limit(LONGEST_LINE)
            try:
                yield from self._quoted(text)
            finally:
                csv.field_size_limit(previous)

    def _blank_parted(self, text: io.TextIOWrapper) -> Iterator[tuple[int, list[str] | str]]:
        for line, row in enumerate(self._lines(text), 1):
            if cells := row.split():
                yield line, list(cells)

    def _quoted(self, text: io.TextIOWrapper) -> Iterator[tuple[int, list[str] | str]]:
        rows = csv.reader(
            self._lines(text),
            delimiter=self._format.delimiter,
            quotechar=self._format.quote or None,
            quoting=csv.QUOTE_MINIMAL if self._format.quote else csv.QUOTE_NONE,
            strict=True,
        )
        line = 1
        while True:
            try:
                cells: list[str] | str = next(rows)
            except StopIteration:
                return
            except csv.Error as fault:
                self._check_closed(fault, line)
                cells = str(fault)
            if cells and (len(cells) > 1 or cells[0].strip()):
                yield line, cells
            line = rows.line_num + 1

    def _check_closed(self, fault: csv.Error, line: int) -> None:
        """Refuse the file where a quote swallows what follows, for then no row after it can be trusted."""
        words = str(fault)
        if "unexpected end of data" in words or "field larger than field limit" in words:
            raise BadFile(
                "a quote opens in the row that begins here and does not close before the file ends or "
                f"{LONGEST_LINE >> 20} MB have passed; close it, or say which quote the file uses; nothing was loaded",
                file=self._file.name,
                line=line,
            ) from fault

    def _lines(self, text: io.TextIOWrapper) -> Iterator[str]:
        count = 0
        while line := text.readline(LONGEST_LINE):
            count += 1
            if len(line) == LONGEST_LINE:
                raise BadFile(
                    f"the line is longer than {LONGEST_LINE >> 20} MB, which is no row of a table; "
                    "look at the file's line ends; nothing was loaded",
                    file=self._file.name,
                    line=count,
                )
            if count <= self._format.skip_lines:
                yield "\n"
            else:
                yield line.replace("\ufeff", "") if count == 1 else line

    def _starts_blank(self) -> bool:
        for line, _ in self._records():
            return line > 1
        return False


def _by_name(cells: list[str], names: tuple[str, ...]) -> dict[str, object]:
    """Cells under their columns; those beyond the last column as a list under no name."""
    row: dict[str, object] = dict(zip(names, cells, strict=False))
    if len(cells) > len(names):
        row[""] = cells[len(names) :]
    return row


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _shown(cell: str) -> str:
    r"""A cell with bytes that fit no letter shown as ``\xff``."""
    return "".join(f"\\x{ord(letter) - 0xDC00:02x}" if "\udc80" <= letter <= "\udcff" else letter for letter in cell)
