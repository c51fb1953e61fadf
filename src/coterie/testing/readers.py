"""What every reader of files must do."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

import pyarrow as pa

from coterie.collect.formats.preparation import prepare
from coterie.collect.loading.refused import STRUCTURAL
from coterie.collect.readers.contract import Reader, Relation
from coterie.domain.loading import FileFormat
from coterie.engines import Engine, open_warehouse
from coterie.errors import BadFile, StatementFailed
from coterie.testing.claims import claim

AWKWARD = (
    "O'Hara",
    "王小明",
    "👩🏽‍💻 é é",
    'a "b" c',
    "a,b;c\td",
    "007",
    "1e5",
    "NULL",
    "",
    " x ",
    "one\ntwo",
    "y" * 30_000,
)
"""Cells that readers have lost or changed: quotes, delimiters, line ends, zeros, blanks, long and far letters."""

NAMES = ("order id", '客户\'s "name"', "note")
ROWS = 60

Writer: TypeAlias = Callable[[Path, Sequence[str], Sequence[Sequence[str]]], object]
"""(file, names of the columns, rows of text) → a file of the format with these rows; an empty text is an empty cell."""

Row: TypeAlias = tuple[str, ...]


@dataclass(frozen=True)
class Broken:
    """A file of which some rows break the format: its content, the good ``rows``, and how many must be ``refused``."""

    content: bytes
    rows: Sequence[Row]
    refused: int


def check_reader(
    reader: type[Reader],
    form: FileFormat,
    write: Writer,
    *,
    cells: Sequence[str] = AWKWARD,
    broken: Iterable[Broken] = (),
) -> None:
    """Assert the contract of a reader on files that ``write`` makes, on ``broken`` ones and on rubbish.

    ``cells`` are what the format can carry. Raises ``AssertionError`` naming the promise
    that is broken.

    >>> import csv
    >>> from coterie.collect.readers import READERS
    >>> def write(file, names, rows):
    ...     with file.open("w", newline="", encoding="utf-8") as stream:
    ...         csv.writer(stream).writerows([names, *rows])
    >>> check_reader(READERS["csv"], FileFormat(container="csv"), write)
    """
    bench = _Bench(reader, form)
    with TemporaryDirectory() as folder:
        file = Path(folder) / "客户 o'clock.rows"
        rows = _rows(cells)
        write(file, NAMES, rows)
        bench.check_whole(file, rows)
        content = file.read_bytes()
        for each in broken:
            file.write_bytes(each.content)
            bench.check_broken(file, each)
        for rubbish in _rubbish(content):
            file.write_bytes(rubbish)
            bench.check_rubbish(file)


def _rows(cells: Sequence[str]) -> list[Row]:
    """Rows that have a number each, and every cell in either of the other columns; none is empty as a whole."""
    return [(str(place), cells[place % len(cells)], cells[place * 7 % len(cells)]) for place in range(1, ROWS + 1)]


def _rubbish(content: bytes) -> Iterator[bytes]:
    draw = random.Random(7)
    yield from (
        draw.randbytes(5_000),
        b"\x00" * 3_000,
        b"\xff,\xfe\n\xfd\n",
        b"\n",
        b"[" * 3_000,
        b"PK\x03\x04",
        b"PAR1",
    )
    yield content[: len(content) // 2]
    torn = bytearray(content)
    for place in range(3, len(torn), 97):
        torn[place] = draw.randrange(256)
    yield bytes(torn)


@dataclass(frozen=True)
class _Bench:
    """A reader on its bench."""

    reader: type[Reader]
    form: FileFormat

    def claim(self, holds: object, promise: str) -> None:
        claim(holds, self.reader.__name__, promise)

    @contextmanager
    def opened(self, file: Path) -> Iterator[tuple[Reader, Engine]]:
        engine = open_warehouse(None, threads=1)
        try:
            with prepare(file, self.form, engine) as prepared:
                yield self.reader(prepared, engine), engine
        finally:
            engine.close()

    def check_whole(self, file: Path, rows: list[Row]) -> None:
        with self.opened(file) as (read, engine):
            self.claim(read.columns() == NAMES, "columns are called as in the file")
            relation, tables = read.relation(), read.batches()
            self.claim(relation is not None or tables is not None, "the rows can be read in one way or another")
            if relation is not None:
                self.claim(_of(relation, NAMES, engine) == rows, "the relation has every row, cell by cell, in order")
                self._check_counts(relation, rows, engine)
            if tables is not None:
                table = pa.concat_tables(tables)
                self.claim(_cells(table) == rows, "batches have every row, cell by cell, in order")
                self._check_shape(table, len(NAMES))
                self._check_places(read, table, rows)

    def _check_counts(self, relation: Relation, rows: list[Row], engine: Engine) -> None:
        if relation.line is not None:
            lines = engine.query(f"SELECT {relation.line} AS line FROM {relation.sql}").column(0).to_pylist()
            self.claim(lines == sorted(set(lines)), "each row of the relation has a line of its own")
        if relation.rows is not None and relation.rows != len(rows):
            counted = engine.query(f"SELECT count(*) FROM {relation.recount}").column(0)[0].as_py()
            self.claim(counted == len(rows), "the slow count is right where the quick one is not")

    def _check_shape(self, table: pa.Table, width: int) -> None:
        names = ["_line", "_problem", "_raw", *(f"c{place}" for place in range(width))]
        self.claim(table.column_names == names, "batches have _line, _problem, _raw, c0 and on")
        kinds = [pa.int64(), *[pa.string()] * (width + 2)]
        self.claim(table.schema.types == kinds, "lines are numbers, and all else is text")
        lines = table["_line"].to_pylist()
        self.claim(lines == sorted(set(lines)), "each row of the batches has a line of its own")

    def _check_places(self, read: Reader, table: pa.Table, rows: list[Row]) -> None:
        places = [0, 3, len(rows) - 1]
        found = read.rows_at(places, len(rows))
        if found is None:
            return
        picked = pa.concat_tables(found)
        self.claim(picked.equals(table.take(places)), "rows at places are those of the batches")
        self.claim(
            _raises(StatementFailed, lambda: list(read.rows_at(places, len(rows) + 1) or ())),
            "rows at places refuse a count that is not theirs",
        )

    def check_broken(self, file: Path, broken: Broken) -> None:
        with self.opened(file) as (read, engine):
            names, relation, tables = read.columns(), read.relation(), read.batches()
            lines: list[int] = []
            if tables is not None:
                table = pa.concat_tables(tables)
                self._check_shape(table, len(names))
                problems = table["_problem"].to_pylist()
                good = [place for place, problem in enumerate(problems) if problem is None]
                self.claim(_cells(table.take(good)) == list(broken.rows), "rows beside broken ones are kept")
                lines = self._check_refused(table, broken)
            if relation is not None:
                self.claim(
                    _raises(StatementFailed, lambda: _of(relation, names, engine)), "the relation fails on a broken row"
                )
            self._check_mended(read, engine, broken, lines)

    def _check_refused(self, table: pa.Table, broken: Broken) -> list[int]:
        """Lines of the refused rows of ``table``, which say what is wrong and what stood there."""
        refused = [row for row in table.to_pylist() if row["_problem"] is not None]
        self.claim(len(refused) == broken.refused, "every row is kept or refused")
        self.claim({row["_problem"] for row in refused} <= STRUCTURAL, "a refused row has a code that there is")
        self.claim(
            all(isinstance(json.loads(row["_raw"] or "null"), dict) for row in refused),
            "a refused row says as JSON what stood there",
        )
        return [row["_line"] for row in refused]

    def _check_mended(self, read: Reader, engine: Engine, broken: Broken, lines: list[int]) -> None:
        refused: list[pa.Table] = []
        mended = read.mended(refused.append)
        relation = mended.relation() if mended else None
        if relation is None:
            return
        self.claim(
            _of(relation, read.columns(), engine) == list(broken.rows), "a mended file has the rows that are good"
        )
        told = pa.concat_tables(refused)
        self.claim(self._check_refused(told, broken) == lines, "mending refuses the same rows, by the same lines")

    def check_rubbish(self, file: Path) -> None:
        """A file of no meaning is refused by name or read as well as may be; nothing else is raised."""
        try:
            with self.opened(file) as (read, engine):
                names, relation = read.columns(), read.relation()
                "".join(names).encode()
                list(read.batches() or ())
                if relation is not None:
                    with _failing_well():
                        _of(relation, names, engine)
        except BadFile as fault:
            self.claim(file.name in str(fault), "a file that cannot be read is named")
        except Exception as fault:  # noqa: BLE001 - that a reader raises nothing else is the promise
            self.claim(False, f"a file that cannot be read is a BadFile, not {type(fault).__name__}: {fault}")


@contextmanager
def _failing_well() -> Iterator[None]:
    try:
        yield
    except StatementFailed:
        return


def _of(relation: Relation, names: Iterable[str], engine: Engine) -> list[Row]:
    """The rows of a relation as text; what is NULL is empty."""
    cells = [f"coalesce(CAST({relation.columns[name][0]} AS VARCHAR), '') AS c{n}" for n, name in enumerate(names)]
    return _cells(engine.query(f"SELECT {', '.join(cells)} FROM {relation.sql}"))


def _cells(table: pa.Table) -> list[Row]:
    cells = [table[name].to_pylist() for name in table.column_names if not name.startswith("_")]
    return [tuple(cell or "" for cell in row) for row in zip(*cells, strict=True)]


def _raises(kind: type[Exception], act: Callable[[], object]) -> bool:
    try:
        act()
    except kind:
        return True
    return False
