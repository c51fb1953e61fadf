"""Traits and memberships of a few profiles brought up to an instant, by the plan that a refresh runs over everybody."""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

from coterie.engines import Engine, identifier
from coterie.profile import language
from coterie.segment.plan import SegmentPlan
from coterie.segment.refresh import log_changes, reading
from coterie.segment.refreshed import note_instant


def refresh_touched(engine: Engine, plan: SegmentPlan, touched: str, *, refresh_id: int) -> tuple[int, int]:
    """Bring the profiles of the table ``touched`` (``profile_id``) to the plan's instant; how many times somebody entered and left.

    To be called in a transaction. The plan is compiled for everybody; it reads copies of these profiles' own rows, so
    each gets what a refresh would give it. What was refreshed and is not in the plan, because it needs everybody, stays
    as it is: NULL or out for whoever is new. Profiles that are gone leave all segments.
    """
    statement = plan.finished(
        plan.stages(),
        [
            language.column("profile_id"),
            *(language.column(name) for name in plan.definitions),
            *(language.column(f"segment.{name}") for name in plan.segments),
        ],
    )
    own = _own_rows(engine, statement, touched)
    found = engine.aside("found", reading(statement, own), plan.parameters)
    among = f"profile_id IN (FROM {touched})"
    traits = engine.aside("former_traits", f"SELECT * FROM traits_computed WHERE {among}")
    flags = engine.aside("former_flags", f"SELECT * FROM membership_flags WHERE {among}")
    kept = {name: name for name in plan.definitions}
    _replace(engine, "traits_computed", _beside(engine, found, traits, kept), among)
    named = {name: f"segment.{name}" for name in plan.segments}
    following = engine.aside("flags", _beside(engine, found, flags, named, otherwise="FALSE"))
    segments = [name for name in engine.columns(following) if name != "profile_id"]
    entered, left = log_changes(engine, segments, plan.as_of, refresh_id, flags=(flags, following))
    _replace(engine, "membership_flags", f"SELECT * FROM {following}", among)
    note_instant(engine, plan.as_of)
    return sum(entered.values()), sum(left.values())


def _own_rows(engine: Engine, statement: exp.Select, touched: str) -> dict[str, str]:
    """Table → a copy of the touched profiles' rows in it, of the columns that the statement could mean."""
    stages = {each.alias for each in statement.find_all(exp.CTE)}
    meant = {each.name.lower() for each in statement.find_all(exp.Column)}
    own: dict[str, str] = {}
    for table in {each.name for each in statement.find_all(exp.Table)} - stages:
        columns = engine.columns(table)
        if "profile_id" in columns:
            listed = ", ".join(identifier(name) for name in columns if name.lower() in meant or name == "profile_id")
            own[table] = engine.aside(
                table, f"SELECT {listed} FROM {identifier(table)} WHERE profile_id IN (FROM {touched})"
            )
    return own


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
