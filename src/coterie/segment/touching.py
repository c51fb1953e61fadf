"""Traits and memberships of a few profiles brought up to an instant, by the plan that a refresh runs over everybody."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import pyarrow as pa
from sqlglot import exp

from coterie.engines import Engine, identifier
from coterie.profile import language
from coterie.segment.copies import Copies, LivePlan
from coterie.segment.moves import beside, moves
from coterie.segment.plan import SegmentPlan
from coterie.segment.refreshed import note_instant


def prepared(engine: Engine, plan: SegmentPlan) -> LivePlan:
    """The plan, compiled for everybody, as a statement over copies of rows."""
    names = ["profile_id", *plan.definitions, *(f"segment.{name}" for name in plan.segments)]
    stages = plan.stages()
    statement = plan.finished(stages, [language.column(name) for name in names])
    properties = _by_themselves(statement)
    meant = {each.name.lower() for each in statement.find_all(exp.Column)} | {"profile_id"}
    own: dict[str, dict[str, tuple[str, str]]] = {}
    whole: dict[str, dict[str, tuple[str, str]]] = {}
    for table in sorted({each.name for each in statement.find_all(exp.Table)} - {name for name, _ in stages}):
        columns = engine.columns(table)
        copied = {name: (identifier(name), kind) for name, kind in columns.items() if name.lower() in meant}
        (own if "profile_id" in columns else whole)[table] = copied | properties.get(table, {})
    text = statement.sql(dialect=engine.dialect)
    return LivePlan(text, plan.parameters, own, whole, tuple(plan.definitions), tuple(plan.segments), plan.meanings)


def _by_themselves(statement: exp.Select) -> dict[str, dict[str, tuple[str, str]]]:
    """Table → name → SQL and type of each property that is read of it, which the statement from now on calls by that name.

    So a copy need not have all properties of its rows, which to put together costs more than the rest of copying.
    """
    found: dict[str, dict[str, str]] = {}
    types: dict[str, str] = {}
    for part in list(statement.find_all(exp.TryCast)):
        select, taken = part.find_ancestor(exp.Select), part.this
        if not isinstance(taken, exp.Anonymous) or taken.name != "VARIANT_EXTRACT" or select is None:
            continue
        source = select.args["from_"].this
        if isinstance(source, exp.Table):
            sql = part.sql(dialect="duckdb")
            types[sql] = part.to.sql(dialect="duckdb")
            name = found.setdefault(source.name, {}).setdefault(sql, f"own property {len(found[source.name]) + 1}")
            part.replace(language.column(name))
    return {table: {name: (sql, types[sql]) for sql, name in named.items()} for table, named in found.items()}


def refresh_touched(
    engine: Engine, copies: Copies, what: LivePlan, touched: str, as_of: datetime, *, refresh_id: int
) -> tuple[int, int]:
    """Bring the profiles of the table ``touched`` (``profile_id``) to ``as_of``; how many times somebody entered and left.

    To be called in a transaction. The plan was compiled for everybody; it reads ``copies`` of these profiles' own rows, so
    each gets what a refresh would give it. What was refreshed and is not in the plan, because it needs everybody, stays
    as it is: NULL or out for whoever is new. Profiles that are gone leave all segments.
    """
    among = f"profile_id IN (FROM {touched})"
    found = copies.found(what, among)
    _replace(engine, "traits_computed", among, found, {name: name for name in what.traits})
    flags = {name: f"segment.{name}" for name in what.segments}
    told = moves(*_replace(engine, "membership_flags", among, found, flags, otherwise=False))
    if told.num_rows:
        stamp = pa.table(
            {"as_of": pa.array([as_of] * told.num_rows, pa.timestamp("us")), "refresh_id": [refresh_id] * told.num_rows}
        )
        for name in stamp.column_names:
            told = told.append_column(name, stamp[name])
        engine.write("membership_changes", told)
    note_instant(engine, as_of)
    changes = told["change"].to_pylist()
    return changes.count("entered"), changes.count("left")


def _replace(
    engine: Engine, table: str, among: str, found: pa.Table, named: Mapping[str, str], *, otherwise: bool | None = None
) -> tuple[pa.Table, pa.Table]:
    """Put what was ``found`` in the place of people's rows; the rows before and after."""
    columns = list(engine.columns(table))
    kept = [name for name in columns if otherwise is not None or name not in named]
    former = engine.query(f"SELECT {', '.join(map(identifier, kept))} FROM {identifier(table)} WHERE {among}")
    following = beside(found, former, columns, named, otherwise=otherwise)
    engine.execute(f"DELETE FROM {identifier(table)} WHERE {among}")
    engine.write(table, following)
    return former, following
