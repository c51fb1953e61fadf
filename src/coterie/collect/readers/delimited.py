"""CSV and its kin, read whole or without the rows that are broken."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import cast

import pyarrow as pa

from coterie.collect.formats.content import unpacked
from coterie.collect.formats.encoding import is_kept_byte, opened_as_text
from coterie.collect.formats.preparation import LONGEST_LINE, Prepared
from coterie.collect.readers.columns import join_headers, name_columns
from coterie.collect.readers.contract import Plain, Relation, RowBatch
from coterie.engines import Engine, literal
from coterie.errors import BadFile, StatementFailed
from coterie.words import Sentence, sentence

LARGEST, SMALLEST = 64 << 20, 64 << 10
_GROWTH = 8


@dataclass(frozen=True)
class Record:
    """One record: the line on which it begins, how many lines it has, and its cells, None where it was refused."""

    line: int
    lines: int
    cells: list[str | None] | None


@dataclass(frozen=True)
class Mender:
    """What mending needs: whether the engine ``accepts`` a piece, given as a file, and what reads record by record.

    ``judge`` gives the records that begin where the file stands, on the line given.
    """

    piece: Path
    delimiter: str
    quote: str
    accepts: Callable[[Path], bool]
    judge: Callable[[io.BufferedReader, int], Iterator[Record]]

    def mend(self, source: Path, target: Path) -> int:
        """Write ``target``, ``source`` without its broken rows; how many lines became blank.

        Every row keeps its line. Memory does not grow with the file.
        """
        size = min(LARGEST, max(SMALLEST, source.stat().st_size))
        with source.open("rb") as rows, target.open("wb") as kept:
            line, blank = self._row_by_row(rows, 1, 1, kept)
            while True:
                start = rows.tell()
                piece = self._cut(rows, size)
                if not piece:
                    return blank
                if self._is_clean(piece):
                    rows.seek(start + len(piece))
                    kept.write(piece)
                    line, size = line + piece.count(b"\n"), min(size * _GROWTH, LARGEST)
                    continue
                rows.seek(start)
                if size > SMALLEST:
                    size = max(size // _GROWTH, SMALLEST)
                    continue
                line, made = self._row_by_row(rows, line, start + len(piece), kept)
                blank, size = blank + made, SMALLEST * 2

    def _cut(self, rows: io.BufferedReader, size: int) -> bytes:
        """The next piece, up to its last line end that follows no open quote, as far as counting quotes can tell."""
        piece = rows.read(size)
        if len(piece) < size or not rows.peek(1):
            return piece
        end = piece.rfind(b"\n") + 1
        if not end:
            return piece + rows.readline()
        quote, cut = self.quote.encode(), end
        opens = piece.count(quote, 0, end) % 2 if quote else 0
        while opens and cut:
            before = piece.rfind(b"\n", 0, cut - 1) + 1
            opens, cut = (opens + piece.count(quote, before, cut)) % 2, before
        return piece[: cut or end]

    def _is_clean(self, piece: bytes) -> bool:
        if b"\x00" in piece:
            return False
        self.piece.write_bytes(piece)
        return self.accepts(self.piece)

    def _row_by_row(self, rows: io.BufferedReader, line: int, end: int, kept: io.BufferedWriter) -> tuple[int, int]:
        """Judge records until one ends at ``end`` or beyond; the line after it, and how many lines became blank."""
        blank = 0
        for record in self.judge(rows, line):
            written = b""
            if record.cells is not None:
                text = io.StringIO(newline="")
                csv.writer(text, delimiter=self.delimiter, quotechar=self.quote or None, lineterminator="\n").writerow(
                    record.cells
                )
                written = text.getvalue().encode()
            before, after = record.line - line, record.lines - written.count(b"\n")
            # The header stands first, whatever stood above it.
            kept.write(written + b"\n" * (before + after) if line == 1 else b"\n" * before + written + b"\n" * after)
            line, blank = record.line + record.lines, blank + before + after
            if rows.tell() >= end:
                break
        return line, blank


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
            wanted = self._format.named_by if self._format.has_header else _LOOKED_AT
            first = list(islice(self._records(), wanted))
            if not first:
                raise BadFile("the file holds nothing but blank lines; nothing was loaded", file=self._file.name)
            rows = [cells for _, _, cells in first if isinstance(cells, list)]
            if not rows:
                raise BadFile(
                    sentence("the header cannot be read: {why}", why=Sentence(str(first[0][2]))),
                    file=self._file.name,
                    line=first[0][0],
                )
            width = max(Counter(map(len, rows)).items(), key=lambda each: each[1])[0]
            cells = [_shown(cell) for cell in join_headers(rows)] if self._format.has_header else [""] * width
            self._columns = name_columns(cells, has_header=self._format.has_header, file=self._file.name)
        return self._columns

    def relation(self) -> Relation | None:
        """The rows as the engine reads them, every cell as text."""
        plain = self._file.plain
        seen = self._file.text
        is_plain = self._format.delimiter != " " and self._format.named_by < 2
        if plain is None or seen.has_nul or seen.has_long_line or not is_plain or self._starts_blank():
            return None
        return self._relation(plain, Plain())

    def _sql(self, plain: Path, stated: Plain, *, has_header: bool) -> str:
        kinds = (stated.types.get(name, "VARCHAR") for name in self.columns())
        types = ", ".join(f"'c{place}': '{kind}'" for place, kind in enumerate(kinds))
        quote = literal(self._format.quote)
        pattern = f", timestampformat={literal(stated.pattern)}" if stated.pattern else ""
        return (
            f"read_csv({literal(str(plain))}, auto_detect=false, header={str(has_header).lower()}, "
            f"delim={literal(self._format.delimiter)}, quote={quote}, escape={quote}, columns={{{types}}}{pattern})"
        )

    def _relation(self, plain: Path, stated: Plain) -> Relation:
        sql = self._sql(plain, stated, has_header=self._format.has_header)
        columns = {name: (f"c{place}", stated.types.get(name, "VARCHAR")) for place, name in enumerate(self.columns())}
        # With a pattern, DuckDB reads "infinity" and "epoch" as this very instant.
        for name in (each for each, kind in stated.types.items() if kind == "TIMESTAMP"):
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
        for line, _, cells in islice(self._records(), self._format.named_by, None):
            self._add(batch, line, cells, names)
            if batch.is_full:
                yield batch.table()
        yield batch.table()

    def rows_at(self, places: Sequence[int], rows: int) -> Iterator[pa.Table]:
        """Some of the relation's rows, by their places."""
        names, wanted, place = self.columns(), iter(places), -1
        batch, next_wanted = RowBatch(len(names)), next(wanted, None)
        for place, (line, cells) in enumerate(islice(self._found(), self._format.named_by, None)):
            if place == next_wanted:
                self._add(batch, line, cells if isinstance(cells, list) else self._cells_of(cells), names)
                next_wanted = next(wanted, None)
                if batch.problems[-1]:
                    raise StatementFailed(
                        sentence(
                            "the engine read line {line}, which is {what}", line=line, what=Sentence(batch.problems[-1])
                        )
                    )
            if batch.is_full:
                yield batch.table()
        if place + 1 != rows:
            raise StatementFailed(
                sentence("the engine read {rows} {rows|row|rows}, and {there} are there", rows=rows, there=place + 1)
            )
        yield batch.table()

    def _found(self) -> Iterator[tuple[int, list[str] | str]]:
        """Line of each record that is not blank, with its cells, or the line itself where no quotes need reading."""
        if self._file.plain is None or self._file.text.has_quotes or self._file.text.has_lone_returns:
            yield from ((line, cells if isinstance(cells, list) else []) for line, _, cells in self._records())
            return
        with self._file.plain.open(encoding="utf-8", newline="") as text:
            for line, row in enumerate(text, 1):
                if line > self._format.skip_lines and row.strip("\r\n"):
                    yield line, row

    def _cells_of(self, line: str) -> list[str]:
        return line.rstrip("\r\n").split(self._format.delimiter)

    def mended(self, refuse: Callable[[pa.Table], None]) -> Delimited | None:
        """A reader of the file without its broken rows; the lines of the others stay what they are."""
        names, seen, plain = self.columns(), self._file.text, self._file.plain
        is_odd = seen.has_lone_returns or seen.has_long_line or self._format.delimiter == " "
        if plain is None or is_odd or self._format.named_by != 1 or len(names) < 2:
            return None
        batch = RowBatch(len(names))
        mender = Mender(
            self._file.folder / "piece.csv",
            self._format.delimiter,
            self._format.quote,
            self._accepts,
            partial(self._judge, batch, refuse),
        )
        target = self._file.folder / "mended.csv"
        with _wide_cells():
            blank = mender.mend(plain, target)
        refuse(batch.table())
        form = self._format.model_copy(update={"compression": "none", "encoding": "utf-8", "skip_lines": 0})
        facts = replace(seen, lines=seen.lines - blank, has_nul=False)
        prepared = replace(self._file, original=target, plain=target, format=form, text=facts)
        return Delimited(prepared, self._engine)

    def _accepts(self, piece: Path) -> bool:
        cells = ", ".join(f"count(c{place})" for place in range(len(self.columns())))
        try:
            self._engine.query(f"SELECT {cells} FROM {self._sql(piece, Plain(), has_header=False)}")
        except StatementFailed:
            return False
        return True

    def _judge(
        self, batch: RowBatch, refuse: Callable[[pa.Table], None], rows: io.BufferedReader, line: int
    ) -> Iterator[Record]:
        """Records from where ``rows`` stands; broken ones are refused, the others leave nothing in ``batch``."""
        names = self.columns()
        lines = self._lines(lambda: rows.readline(LONGEST_LINE).decode("utf-8", "surrogateescape"), line)
        for begins, count, cells in self._quoted(lines, line):
            broken = len(batch.rows)
            self._add(batch, begins, cells, names)
            if batch.problems[broken] is not None:
                yield Record(begins, count, None)
                continue
            for column in (batch.lines, batch.problems, batch.raws):
                column.pop()
            yield Record(begins, count, batch.rows.pop())
            if batch.is_full:
                refuse(batch.table())

    def _add(self, batch: RowBatch, line: int, cells: list[str] | str, names: tuple[str, ...]) -> None:
        if isinstance(cells, str):
            batch.refuse(line, "broken_quotes", {"": cells})
            return
        while len(cells) > len(names) and not cells[-1].strip():
            cells.pop()
        joined = "".join(cells)
        is_text = joined.isascii() or _is_utf8(joined)
        cells = cells if is_text else [_shown(cell) for cell in cells]
        if len(cells) != len(names):
            batch.refuse(line, "ragged", _by_name(cells, names))
        elif not is_text:
            batch.refuse(line, "not_in_encoding", _by_name(cells, names))
        elif "\x00" in joined:
            batch.refuse(line, "nul_byte", _by_name([cell.replace("\x00", "\ufffd") for cell in cells], names))
        else:
            batch.keep(line, cast("list[str | None]", cells))

    def _records(self) -> Iterator[tuple[int, int, list[str] | str]]:
        """Line on which each record begins, how many it has, and its cells, or what is wrong with its quotes."""
        with unpacked(self._file.original, self._format.compression) as stream:
            text = opened_as_text(stream, self._format.encoding, newline="")
            if self._format.delimiter == " ":
                yield from self._blank_parted(text)
                return
            with _wide_cells():
                yield from self._quoted(self._lines(partial(text.readline, LONGEST_LINE)))

    def _blank_parted(self, text: io.TextIOWrapper) -> Iterator[tuple[int, int, list[str] | str]]:
        for line, row in enumerate(self._lines(partial(text.readline, LONGEST_LINE)), 1):
            if cells := row.split():
                yield line, 1, list(cells)

    def _quoted(self, lines: Iterator[str], first: int = 1) -> Iterator[tuple[int, int, list[str] | str]]:
        rows = csv.reader(
            lines,
            delimiter=self._format.delimiter,
            quotechar=self._format.quote or None,
            quoting=csv.QUOTE_MINIMAL if self._format.quote else csv.QUOTE_NONE,
            strict=True,
        )
        line = first
        while True:
            try:
                cells: list[str] | str = next(rows)
            except StopIteration:
                return
            except csv.Error as fault:
                self._check_closed(fault, line)
                cells = str(fault)
            after = rows.line_num + first
            if cells and (len(cells) > 1 or cells[0].strip()):
                yield line, after - line, cells
            line = after

    def _check_closed(self, fault: csv.Error, line: int) -> None:
        """Refuse the file where a quote swallows what follows, for then no row after it can be trusted."""
        words = str(fault)
        if "unexpected end of data" in words or "field larger than field limit" in words:
            raise BadFile(
                sentence(
                    "a quote opens in the row that begins here and does not close before the file ends or {n} "
                    "MB have passed; close it, or say which quote the file uses; nothing was loaded",
                    n=LONGEST_LINE >> 20,
                ),
                file=self._file.name,
                line=line,
            ) from fault

    def _lines(self, read: Callable[[], str], first: int = 1) -> Iterator[str]:
        count = first - 1
        while line := read():
            count += 1
            if len(line) == LONGEST_LINE:
                raise BadFile(
                    sentence(
                        "the line is longer than {n} MB, which is no row of a table; look at the file's line ends; "
                        "nothing was loaded",
                        n=LONGEST_LINE >> 20,
                    ),
                    file=self._file.name,
                    line=count,
                )
            if count <= self._format.skip_lines:
                yield "\n"
            else:
                yield line.replace("\ufeff", "") if count == 1 else line

    def _starts_blank(self) -> bool:
        for line, _, _ in self._records():
            return line > 1
        return False


@contextmanager
def _wide_cells() -> Iterator[None]:
    """Cells as long as the longest line may be read for the while."""
    previous = csv.field_size_limit(LONGEST_LINE)
    try:
        yield
    finally:
        csv.field_size_limit(previous)


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
    return "".join(f"\\x{ord(letter) - 0xDC00:02x}" if is_kept_byte(letter) else letter for letter in cell)
