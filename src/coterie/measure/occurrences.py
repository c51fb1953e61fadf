"""Where the occurrences of an event stand in the warehouse, as a select."""

from __future__ import annotations

from dataclasses import dataclass, field

from coterie.domain import EVENT_MEANINGS
from coterie.domain.meanings import ACTIVITY, COMPUTED, is_named
from coterie.engines import Engine, event_rows, identifier, read_rows
from coterie.errors import UnknownName
from coterie.words import sentence

EXACT = "DECIMAL(38,9)"
"""Sums of doubles depend on the order of rows, and with it on the number of threads; these do not."""


@dataclass(frozen=True)
class Occurrences:
    """A select of ``profile_id, occurred_at, value`` and the values bound in it."""

    sql: str
    parameters: dict[str, object] = field(default_factory=dict)


def occurrences(
    engine: Engine, event: str | None, value: str | None = None, *, prefix: str = "goal", stood_at: str = "$as_of"
) -> Occurrences:
    """Every occurrence of ``event`` that names a profile; ``value`` is a numeric property, else 0.

    Orders are those that stood at ``stood_at`` (SQL); ``$as_of`` is bound by the caller.

    Orders and order lines are typed tables whose columns are the properties; anything
    else is read from ``events``, a property that is absent or no number counting as 0.
    Without an event nothing occurs. Raises ``UnknownName`` for a column that orders do not have.
    """
    if event is None:
        return Occurrences("SELECT NULL::BIGINT AS profile_id, NULL::TIMESTAMP AS occurred_at, 0 AS value WHERE false")
    if event in EVENT_MEANINGS:
        return Occurrences(
            f"SELECT profile_id, occurred_at, {_amount(engine, event, value)} AS value "
            f"FROM {event_rows(engine, event, stood_at)} AS o WHERE profile_id IS NOT NULL"
        )
    name, key = f"{prefix}_event", f"{prefix}_value"
    amount = f"coalesce(TRY_CAST(variant_extract(properties, ${key})::VARCHAR AS {EXACT}), 0)" if value else "0"
    return Occurrences(
        f"SELECT profile_id, occurred_at, {amount} AS value FROM events WHERE {is_named(event, f'${name}')} AND profile_id IS NOT NULL",
        dict[str, object](({} if event == ACTIVITY else {name: event}) | ({key: value} if value else {})),
    )


def versions(engine: Engine, event: str, value: str | None = None) -> Occurrences:
    """Occurrences as ``occurrences`` has them, but each as it stood at every instant: with ``stands_from, stands_until``.

    An order of which something came back later has several rows; ``stood`` tells which of them stood when.
    """
    spans, absent = "stands_from, stands_until", "CAST(NULL AS TIMESTAMP)"
    if event not in EVENT_MEANINGS:
        found = occurrences(engine, event, value)
        return Occurrences(
            f"SELECT *, {absent} AS stands_from, {absent} AS stands_until FROM ({found.sql})", found.parameters
        )
    rows = read_rows(engine, event)
    if not rows.is_revised:
        spans = f"{absent} AS stands_from, {absent} AS stands_until"
    return Occurrences(
        f"SELECT profile_id, occurred_at, {_amount(engine, event, value)} AS value, {spans} "
        f"FROM {rows.versions()} AS o WHERE profile_id IS NOT NULL"
    )


def stood(at: str, *, of: str) -> str:
    """SQL: whether the version ``of`` (an alias of ``versions``) stood at an instant, or before anything came back."""
    return f"(({of}.stands_from IS NULL OR {of}.stands_from < {at}) AND ({of}.stands_until IS NULL OR {of}.stands_until >= {at}))"


def _amount(engine: Engine, event: str, value: str | None) -> str:
    columns = {**engine.columns(EVENT_MEANINGS[event].table), **dict.fromkeys(COMPUTED, "DECIMAL(18,4)")}
    if value is not None and value not in columns:
        raise UnknownName(sentence("property of {event}", event=event), value, columns)
    return f"coalesce(TRY_CAST({identifier(value)} AS {EXACT}), 0)" if value else "0"
