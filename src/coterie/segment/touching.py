"""Traits and memberships of a few profiles brought up to an instant, by the plan that a refresh runs over everybody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlglot import exp

from coterie.engines import Engine, identifier
from coterie.profile import language
from coterie.profile.values import Scalar
from coterie.segment.plan import SegmentPlan
from coterie.segment.refresh import log_changes, reading
from coterie.segment.refreshed import note_instant


@dataclass(frozen=True)
class LivePlan:
    """A statement whose tables of people stand for copies of some people's rows: the plan of ``traits`` and ``segments``, once and for all.

    ``own`` is table → the columns of it that the statement may mean; ``text`` names such a table in quotes, with ``own `` before it.
    """

    text: str
    parameters: Mapping[str, Scalar]
    own: Mapping[str, tuple[str, ...]]
    traits: tuple[str, ...]
    segments: tuple[str, ...]
    meanings: Mapping[str, str]


def prepared(engine: Engine, plan: SegmentPlan) -> LivePlan:
    """The plan, compiled for everybody, as a statement over copies of rows."""
    names = ["profile_id", *plan.definitions, *(f"segment.{name}" for name in plan.segments)]
    stages = plan.stages()
    statement = plan.finished(stages, [language.column(name) for name in names])
    meant = {each.name.lower() for each in statement.find_all(exp.Column)} | {"profile_id"}
    own: dict[str, tuple[str, ...]] = {}
    for table in {each.name for each in statement.find_all(exp.Table)} - {name for name, _ in stages}:
        columns = engine.columns(table)
        if "profile_id" in columns:
            own[table] = tuple(name for name in columns if name.lower() in meant)
    text = reading(statement, {table: f"own {table}" for table in own}).sql(dialect=engine.dialect)
    return LivePlan(text, plan.parameters, own, tuple(plan.definitions), tuple(plan.segments), plan.meanings)


def refresh_touched(
    engine: Engine, what: LivePlan, touched: str, as_of: datetime, *, refresh_id: int
) -> tuple[int, int]:
    """Bring the profiles of the table ``touched`` (``profile_id``) to ``as_of``; how many times somebody entered and left.

    To be called in a transaction. The plan was compiled for everybody; it reads copies of these profiles' own rows, so
    each gets what a refresh would give it. What was refreshed and is not in the plan, because it needs everybody, stays
    as it is: NULL or out for whoever is new. Profiles that are gone leave all segments.
    """
    text, among = what.text, f"profile_id IN (FROM {touched})"
    for table, columns in what.own.items():
        listed = ", ".join(map(identifier, columns))
        copy = engine.aside(table, f"SELECT {listed} FROM {identifier(table)} WHERE {among}")
        text = text.replace(identifier(f"own {table}"), identifier(copy))
    found = engine.aside("found", text, what.parameters)
    traits = engine.aside("former_traits", f"SELECT * FROM traits_computed WHERE {among}")
    flags = engine.aside("former_flags", f"SELECT * FROM membership_flags WHERE {among}")
    _replace(engine, "traits_computed", _beside(engine, found, traits, {name: name for name in what.traits}), among)
    named = {name: f"segment.{name}" for name in what.segments}
    following = engine.aside("flags", _beside(engine, found, flags, named, otherwise="FALSE"))
    segments = [name for name in engine.columns(following) if name != "profile_id"]
    entered, left = log_changes(engine, segments, as_of, refresh_id, flags=(flags, following))
    _replace(engine, "membership_flags", f"SELECT * FROM {following}", among)
    note_instant(engine, as_of)
    return sum(entered.values()), sum(left.values())


def _beside(engine: Engine, found: str, former: str, named: Mapping[str, str], *, otherwise: str = "NULL") -> str:
    """SQL of the rows to come: what was ``found``, under its own name, and what else ``former`` has."""
    columns = [
        f"n.{identifier(named[name])} AS {identifier(name)}"
        if name in named
        else f"coalesce(o.{identifier(name)}, {otherwise}) AS {identifier(name)}"
        for name in engine.columns(former)
        if name != "profile_id"
    ]
    listed = "".join(f", {each}" for each in columns)
    return f"SELECT n.profile_id{listed} FROM {found} AS n LEFT JOIN {former} AS o ON o.profile_id = n.profile_id"


def _replace(engine: Engine, table: str, rows: str, among: str) -> None:
    coming = engine.aside("coming", rows)
    engine.execute(f"DELETE FROM {table} WHERE {among}")
    engine.insert(table, f"SELECT * FROM {coming}")
