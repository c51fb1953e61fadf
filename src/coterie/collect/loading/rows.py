"""A file's rows brought into ``_staged``: at the engine's speed while they are clean, one by one where not."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace

from coterie.collect.kinds import FieldType, Kind
from coterie.collect.loading.staging import STAGED, Plan, extra, key_columns, mapped_fields, plan_staging
from coterie.collect.readers.contract import Plain, Reader, Relation
from coterie.collect.values.extras import Guessed, guess, guess_types
from coterie.collect.values.plain import find_plain
from coterie.domain.loading import Mapping
from coterie.domain.progress import Progress
from coterie.engines import Engine
from coterie.errors import BadFile, StatementFailed

TEXT = "_text"
"""Temporary table of the rows read one by one: ``_line``, ``_problem``, ``_raw`` and cells ``c0`` and on."""


@dataclass(frozen=True)
class Staged:
    """What stands in ``_staged``: how it was read, from which relation, and whether rows know their lines.

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


def stage_rows(request: Request, *, needs_order: bool = False) -> Staged:
    """Read every row of the file once, and once more, one by one, where one is not as it should be.

    ``needs_order`` asks for each row's line even where all are clean.
    """
    relation = request.reader.relation()
    fault: StatementFailed | None = None
    if relation is not None:
        try:
            staged = _by_engine(request, relation, with_lines=needs_order and relation.line is not None)
            _check_count(request.engine, relation, staged.rows)
        except StatementFailed as found:
            fault = found
        else:
            if staged.with_lines or not (staged.faulty or needs_order):
                return staged
            if relation.line is not None:
                return _by_engine(request, relation, with_lines=True)
    if not _fill_text(request):
        raise BadFile(f"it cannot be read: {str(fault).splitlines()[0]}", file=request.file) from fault
    return _from_text(request)


def _check_count(engine: Engine, relation: Relation, rows: int) -> None:
    """Raise ``StatementFailed`` where the engine lost rows or made two of one."""
    if relation.rows in {None, rows}:
        return
    recounted = engine.query(f"SELECT count(*) FROM {relation.recount}").column(0)[0].as_py()
    if recounted != rows:
        raise StatementFailed(f"the engine read {rows} rows at once and {recounted} one after another")


def _by_engine(request: Request, relation: Relation, *, with_lines: bool) -> Staged:
    if relation.stated:
        fields = mapped_fields(request.mapping, request.kind)
        plain = find_plain(request.engine, relation, request.mapping, fields)
        if plain != Plain():
            # Where a later value is not so plain, all are read as text.
            with suppress(StatementFailed):
                return _with_extras(request, relation, relation.stated(plain), with_lines=with_lines)
    return _with_extras(request, relation, relation, with_lines=with_lines)


def _with_extras(request: Request, text: Relation, relation: Relation, *, with_lines: bool) -> Staged:
    names = request.mapping.extras
    keys = key_columns(request.mapping, request.kind)
    guessed = guess(request.engine, text, names, keys)
    staged = _stage(request, relation, guessed, with_lines=with_lines)
    if not staged.loose:
        return staged
    as_text: dict[str, FieldType] = dict.fromkeys(guessed.types, "text")
    staged = _stage(request, relation, replace(guessed, types=as_text), with_lines=with_lines)
    whole = Relation(STAGED, {name: (extra(name), "VARCHAR") for name in as_text})
    return replace(staged, extras=guess_types(request.engine, whole, {name: name for name in as_text}, sample=False))


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
    cells = "".join(f", c{place} VARCHAR" for place in range(len(request.reader.columns())))
    request.engine.execute(f"CREATE OR REPLACE TEMP TABLE {TEXT} (_line BIGINT, _problem VARCHAR, _raw VARCHAR{cells})")
    request.progress.stage("reading row by row")
    for batch in batches:
        request.engine.write(TEXT, batch)
        request.progress.advance(len(batch))
    return True


def _from_text(request: Request) -> Staged:
    columns = {name: (f"c{place}", "VARCHAR") for place, name in enumerate(request.reader.columns())}
    relation = Relation(f"(SELECT * FROM {TEXT} WHERE _problem IS NULL)", columns, line="_line")
    staged = _by_engine(request, relation, with_lines=True)
    broken = request.engine.query(f"SELECT count(*) FROM {TEXT} WHERE _problem IS NOT NULL").column(0)[0].as_py()
    return replace(staged, broken=broken)
