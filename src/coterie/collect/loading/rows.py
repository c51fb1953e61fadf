"""A file's rows staged: at the engine's speed while they are clean, one by one where not."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pyarrow as pa

from coterie.collect.kinds import FieldType
from coterie.collect.loading.staging import extra, key_columns, mapped_fields, reading_of
from coterie.collect.loading.way import LoadUnderWay, Staged
from coterie.collect.readers.contract import Reader, Relation
from coterie.collect.values.plain import Guessed, find_plain, guess, guess_types
from coterie.errors import BadFile, StatementFailed
from coterie.words import sentence

_FIRST_ROWS = 5_000
_NOT_PLAIN = ("converting column", "no date")
"""What the engine says where a value is not of the type that was stated."""


def stage_rows(loading: LoadUnderWay) -> None:
    """Every row of the file in a table aside, in the file's order, read as the fields of its kind and judged.

    The engine reads the file whole, or else without its broken rows; only where that fails
    too, all rows are read one by one.
    """
    loading.staged = _Attempt(loading).staged()


class _Attempt:
    """The ways to read a file, one after the other.

    ``_table`` is what was staged last, and ``_text`` a table aside of rows read one by one: ``_line``,
    ``_problem``, ``_raw``, ``_place`` among those staged, and cells ``c0`` and on.
    """

    def __init__(self, loading: LoadUnderWay) -> None:
        self._engine, self._reader = loading.engine, loading.reader
        self._mapping, self._kind = loading.mapping, loading.kind
        self._timezone, self._progress = loading.terms.settings.timezone, loading.terms.progress
        self._file = loading.origin.file
        self._table = self._text = ""

    def staged(self) -> Staged:
        """What ``stage_rows`` promises. Raises ``BadFile`` where the file cannot be read at all."""
        fault: StatementFailed | None = None
        for way in (partial(self._whole, self._reader), self._mended):
            try:
                if staged := way():
                    return staged
            except StatementFailed as found:
                fault = found
        self._make_text()
        if not self._fill_text():
            raise BadFile(
                sentence("it cannot be read: {why}", why=str(fault).splitlines()[0]), file=self._file
            ) from fault
        staged = self._by_engine(self._text_relation("_line"), with_lines=True)
        return replace(staged, broken=self._count_broken(), text=self._text)

    def _whole(self, reader: Reader) -> Staged | None:
        """All rows of ``reader`` by the engine, faulty ones known by their lines; None where it cannot be tried."""
        relation = reader.relation()
        if relation is None:
            return None
        staged, mapping = self._by_engine(relation, with_lines=False), self._mapping
        if not mapping.is_selective and not (mapping.group and mapping.group.one):
            self._check_count(relation, staged.rows)
        if not staged.faulty:
            return staged
        if relation.line is not None:
            return self._by_engine(relation, with_lines=True)
        if mapping.group or mapping.is_selective:
            return None  # the places of rows are not those of the file's lines
        faulty = f"SELECT rowid FROM {staged.table} WHERE _fault > 0 ORDER BY rowid"
        places = self._engine.query(faulty).column(0).to_pylist()
        tables = reader.rows_at(places, staged.rows)
        if tables is None:
            return None
        self._progress.stage(sentence("finding the rows at fault"))
        if not self._text:
            self._make_text()
        before = 0
        for table in tables:
            found = pa.array(places[before : before + len(table)], pa.int64())
            self._engine.write(self._text, table.append_column("_place", found))
            before += len(table)
        return replace(staged, relation=self._text_relation("_place"))

    def _mended(self) -> Staged | None:
        """The rows that the format allows, by the engine; the others counted as broken, and kept as text."""
        self._make_text()
        self._progress.stage(sentence("finding broken rows"))
        reader = self._reader.mended(lambda table: self._engine.write(self._text, table))
        staged = self._whole(reader) if reader else None
        return replace(staged, broken=self._count_broken(), text=self._text) if staged else None

    def _check_count(self, relation: Relation, rows: int) -> None:
        """Raise ``StatementFailed`` where the engine lost rows or made two of one."""
        if relation.rows in {None, rows}:
            return
        recounted = self._engine.query(f"SELECT count(*) FROM {relation.recount}").column(0)[0].as_py()
        if recounted != rows:
            raise StatementFailed(
                sentence(
                    "the engine read {rows} {rows|row|rows} at once and {again} one after another",
                    rows=rows,
                    again=recounted,
                )
            )

    def _by_engine(self, relation: Relation, *, with_lines: bool) -> Staged:
        # The first rows are kept aside: asking the file thrice would parse its beginning thrice.
        beginning = self._engine.aside("first", f"SELECT * FROM {relation.sql} LIMIT {_FIRST_ROWS}")
        first = replace(relation, sql=beginning)
        if relation.stated:
            plain = find_plain(self._engine, first, self._mapping, mapped_fields(self._mapping, self._kind))
            if plain.types:
                try:
                    return self._with_extras(first, relation.stated(plain), with_lines=with_lines)
                except StatementFailed as fault:
                    # Where a later value is not so plain, all are read as text; a broken row breaks that too.
                    if not any(words in str(fault) for words in _NOT_PLAIN):
                        raise
        return self._with_extras(first, relation, with_lines=with_lines)

    def _with_extras(self, first: Relation, relation: Relation, *, with_lines: bool) -> Staged:
        names = self._mapping.extras
        guessed = guess(self._engine, first, names, key_columns(self._mapping, self._kind))
        staged = self._stage(relation, guessed, with_lines=with_lines)
        if not staged.loose:
            return staged
        as_text: dict[str, FieldType] = dict.fromkeys(guessed.types, "text")
        staged = self._stage(relation, replace(guessed, types=as_text), with_lines=with_lines)
        whole = Relation(staged.table, {name: (extra(name), "VARCHAR") for name in as_text})
        return replace(staged, extras=guess_types(self._engine, whole, {name: name for name in as_text}))

    def _stage(self, relation: Relation, guessed: Guessed, *, with_lines: bool) -> Staged:
        reading = reading_of(
            self._mapping, self._kind, relation, guessed, timezone=self._timezone, with_lines=with_lines
        )
        if self._table:
            self._engine.drop(self._table)  # the whole file stands in it
        self._table = reading.staged(self._engine)
        counted = self._engine.query(
            f"SELECT count(*), count(*) FILTER (_fault > 0), count(*) FILTER (_loose > 0) FROM {self._table}"
        )
        rows, faulty, loose = (counted.column(place)[0].as_py() for place in range(3))
        return Staged(self._table, reading, relation, guessed.types, rows, faulty, loose, 0, with_lines)

    def _fill_text(self) -> bool:
        """Whether the file could be read row by row; its rows then stand as text."""
        batches = self._reader.batches()
        if batches is None:
            return False
        self._progress.stage(sentence("reading row by row"))
        for batch in batches:
            self._engine.write(self._text, batch)
            self._progress.advance(len(batch))
        return True

    def _make_text(self) -> None:
        if self._text:
            self._engine.drop(self._text)
        kinds = {"_line": "BIGINT", "_problem": "VARCHAR", "_raw": "VARCHAR", "_place": "BIGINT"}
        kinds |= {f"c{place}": "VARCHAR" for place in range(len(self._reader.columns()))}
        cells = ", ".join(f"NULL::{kind} AS {name}" for name, kind in kinds.items())
        self._text = self._engine.aside("text", f"SELECT {cells} LIMIT 0")

    def _text_relation(self, line: str) -> Relation:
        columns = {name: (f"c{place}", "VARCHAR") for place, name in enumerate(self._reader.columns())}
        return Relation(f"(SELECT * FROM {self._text} WHERE _problem IS NULL)", columns, line=line)

    def _count_broken(self) -> int:
        found = self._engine.query(f"SELECT count(*) FROM {self._text} WHERE _problem IS NOT NULL")
        return int(found.column(0)[0].as_py())
