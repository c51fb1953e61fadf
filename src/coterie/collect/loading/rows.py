"""A file's rows brought into ``_staged``: at the engine's speed while they are clean, one by one where not."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pyarrow as pa

from coterie.collect.kinds import FieldType, Kind
from coterie.collect.loading.staging import STAGED, Plan, extra, key_columns, mapped_fields, plan_staging
from coterie.collect.readers.contract import Reader, Relation
from coterie.collect.values.extras import Guessed, guess, guess_types
from coterie.collect.values.plain import find_plain
from coterie.domain.loading import Mapping
from coterie.domain.progress import Progress
from coterie.engines import Engine
from coterie.errors import BadFile, StatementFailed
from coterie.words import sentence

TEXT = "_text"
"""Temporary table of rows read one by one: ``_line``, ``_problem``, ``_raw``, ``_place`` in ``_staged``, cells ``c0`` and on."""

FIRST = "_first"
"""Temporary table of the first rows of the file, by which columns are judged before all rows are read."""

_FIRST_ROWS = 5_000
_NOT_PLAIN = ("converting column", "no date")
"""What the engine says where a value is not of the type that was stated."""


@dataclass(frozen=True)
class Staged:
    """What stands in ``_staged``, in the file's order: how it was read, and whether rows know their ``_line``.

    ``relation`` has the faulty rows as they stood, its ``line`` being their ``_line``, or
    else their place in ``_staged``, and then they have a ``_line``.

    ``extras`` are the types that further columns are to have; in ``_staged`` they may
    still be text, and ``loose`` rows have a value that is not of them. ``broken`` counts
    rows that never reached ``_staged``.
    """

    plan: Plan
    relation: Relation
    extras: dict[str, FieldType]
    rows: int
    faulty: int
    loose: int
    broken: int
    with_lines: bool


@dataclass(frozen=True)
class Request:
    """What is to be read, and how."""

    engine: Engine
    reader: Reader
    mapping: Mapping
    kind: Kind
    timezone: str
    file: str
    progress: Progress


def stage_rows(request: Request) -> Staged:
    """Bring every row of the file into ``_staged``, in the file's order.

    The engine reads the file whole, or else without its broken rows; only where that fails
    too, all rows are read one by one.
    """
    fault: StatementFailed | None = None
    try:
        if staged := _whole(request, request.reader):
            return staged
    except StatementFailed as found:
        fault = found
    try:
        if staged := _mended(request):
            return staged
    except StatementFailed as found:
        fault = found
    _make_text(request)
    if not _fill_text(request):
        raise BadFile(
            sentence("it cannot be read: {why}", why=str(fault).splitlines()[0]), file=request.file
        ) from fault
    return _from_text(request)


def _whole(request: Request, reader: Reader) -> Staged | None:
    """All rows of ``reader`` by the engine, faulty ones known by their lines; None where it cannot be tried."""
    relation = reader.relation()
    if relation is None:
        return None
    staged = _by_engine(request, relation, with_lines=False)
    is_line_by_line = not request.mapping.filled and not (request.mapping.group and request.mapping.group.one)
    if is_line_by_line:
        _check_count(request.engine, relation, staged.rows)
    if not staged.faulty:
        return staged
    if relation.line is not None:
        return _by_engine(request, relation, with_lines=True)
    if request.mapping.group or request.mapping.filled:
        return None  # the places of rows are not those of the file's lines
    places = request.engine.query(f"SELECT rowid FROM {STAGED} WHERE _fault > 0 ORDER BY rowid").column(0).to_pylist()
    tables = reader.rows_at(places, staged.rows)
    if tables is None:
        return None
    request.progress.stage(sentence("finding the rows at fault"))
    if not _has_text(request):
        _make_text(request)
    before = 0
    for table in tables:
        found = pa.array(places[before : before + len(table)], pa.int64())
        request.engine.write(TEXT, table.append_column("_place", found))
        before += len(table)
    return replace(staged, relation=_text_relation(request, "_place"))


def _mended(request: Request) -> Staged | None:
    """The rows that the format allows, by the engine; the others counted as broken, in ``_text``."""
    _make_text(request)
    request.progress.stage(sentence("finding broken rows"))
    reader = request.reader.mended(lambda table: request.engine.write(TEXT, table))
    staged = _whole(request, reader) if reader else None
    return replace(staged, broken=_count_broken(request)) if staged else None


def _check_count(engine: Engine, relation: Relation, rows: int) -> None:
    """Raise ``StatementFailed`` where the engine lost rows or made two of one."""
    if relation.rows in {None, rows}:
        return
    recounted = engine.query(f"SELECT count(*) FROM {relation.recount}").column(0)[0].as_py()
    if recounted != rows:
        raise StatementFailed(
            sentence("the engine read {rows} rows at once and {again} one after another", rows=rows, again=recounted)
        )


def _by_engine(request: Request, relation: Relation, *, with_lines: bool) -> Staged:
    first = _first_rows(request.engine, relation)
    if relation.stated:
        fields = mapped_fields(request.mapping, request.kind)
        plain = find_plain(request.engine, first, request.mapping, fields)
        if plain.types:
            try:
                return _with_extras(request, first, relation.stated(plain), with_lines=with_lines)
            except StatementFailed as fault:
                # Where a later value is not so plain, all are read as text; a broken row breaks that too.
                if not any(words in str(fault) for words in _NOT_PLAIN):
                    raise
    return _with_extras(request, first, relation, with_lines=with_lines)


def _first_rows(engine: Engine, relation: Relation) -> Relation:
    """The first rows of ``relation``, kept aside: asking the file thrice would parse its beginning thrice."""
    engine.execute(f"CREATE OR REPLACE TEMP TABLE {FIRST} AS SELECT * FROM {relation.sql} LIMIT {_FIRST_ROWS}")
    return replace(relation, sql=FIRST)


def _with_extras(request: Request, first: Relation, relation: Relation, *, with_lines: bool) -> Staged:
    names = request.mapping.extras
    keys = key_columns(request.mapping, request.kind)
    guessed = guess(request.engine, first, names, keys)
    staged = _stage(request, relation, guessed, with_lines=with_lines)
    if not staged.loose:
        return staged
    as_text: dict[str, FieldType] = dict.fromkeys(guessed.types, "text")
    staged = _stage(request, relation, replace(guessed, types=as_text), with_lines=with_lines)
    whole = Relation(STAGED, {name: (extra(name), "VARCHAR") for name in as_text})
    return replace(staged, extras=guess_types(request.engine, whole, {name: name for name in as_text}))


def _stage(request: Request, relation: Relation, guessed: Guessed, *, with_lines: bool) -> Staged:
    plan = plan_staging(
        request.mapping, request.kind, relation, guessed, timezone=request.timezone, with_lines=with_lines
    )
    plan.stage(request.engine)
    counted = request.engine.query(
        f"SELECT count(*), count(*) FILTER (_fault > 0), count(*) FILTER (_loose > 0) FROM {STAGED}"
    )
    rows, faulty, loose = (counted.column(place)[0].as_py() for place in range(3))
    return Staged(plan, relation, guessed.types, rows, faulty, loose, 0, with_lines)


def _fill_text(request: Request) -> bool:
    """Whether the file could be read row by row; its rows then stand in ``_text``."""
    batches = request.reader.batches()
    if batches is None:
        return False
    request.progress.stage(sentence("reading row by row"))
    for batch in batches:
        request.engine.write(TEXT, batch)
        request.progress.advance(len(batch))
    return True


def _make_text(request: Request) -> None:
    cells = "".join(f", c{place} VARCHAR" for place in range(len(request.reader.columns())))
    request.engine.execute(
        f"CREATE OR REPLACE TEMP TABLE {TEXT} (_line BIGINT, _problem VARCHAR, _raw VARCHAR, _place BIGINT{cells})"
    )


def _has_text(request: Request) -> bool:
    return TEXT in request.engine.tables()


def _text_relation(request: Request, line: str) -> Relation:
    columns = {name: (f"c{place}", "VARCHAR") for place, name in enumerate(request.reader.columns())}
    return Relation(f"(SELECT * FROM {TEXT} WHERE _problem IS NULL)", columns, line=line)


def _from_text(request: Request) -> Staged:
    staged = _by_engine(request, _text_relation(request, "_line"), with_lines=True)
    return replace(staged, broken=_count_broken(request))


def _count_broken(request: Request) -> int:
    found = request.engine.query(f"SELECT count(*) FROM {TEXT} WHERE _problem IS NOT NULL")
    return int(found.column(0)[0].as_py())
