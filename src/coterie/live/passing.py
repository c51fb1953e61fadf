"""Who changes because time went on: people with a fact at an instant through which the edge of a window passed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from coterie.domain.clock import to_utc
from coterie.engines import Engine, identifier
from coterie.live.news import instant
from coterie.segment.dependence import Span

_INSTANTS = {
    "events": ("occurred_at",),
    "orders": ("occurred_at", "stands_until"),
    "order_lines": ("occurred_at", "stands_until"),
    "order_revisions": ("occurred_at", "stands_from", "stands_until"),
    "order_line_revisions": ("occurred_at", "stands_from", "stands_until"),
    "customer_records": ("updated_at",),
    "scores": ("as_of",),
}
_AN_HOUR = timedelta(hours=1)


def add_passed(engine: Engine, people: str, spans: Sequence[Span], zone: str) -> None:
    """Add to the table ``people`` (``profile_id``) whoever has an instant in one of the ``spans``, read as UTC or by the clock of ``zone``."""
    wanted = [*spans, *(_by_clock(span, zone) for span in spans if zone != "UTC")]
    there = engine.tables()
    rows = " UNION ALL ".join(
        f"SELECT profile_id FROM {identifier(table)} WHERE {_within(columns, wanted)}"
        for table, columns in {**_INSTANTS, "profiles": _dated(engine)}.items()
        if table in there and columns
    )
    engine.execute(
        f"INSERT INTO {people} SELECT DISTINCT profile_id FROM ({rows}) WHERE profile_id IS NOT NULL AND profile_id NOT IN (FROM {people})"
    )


def _dated(engine: Engine) -> tuple[str, ...]:
    return tuple(name for name, kind in engine.columns("profiles").items() if kind.startswith(("TIMESTAMP", "DATE")))


def _by_clock(span: Span, zone: str) -> Span:
    return to_utc(span[0], zone) - _AN_HOUR, to_utc(span[1], zone) + _AN_HOUR


def _within(columns: Sequence[str], spans: Sequence[Span]) -> str:
    return " OR ".join(
        f"{identifier(name)} BETWEEN {instant(first)} AND {instant(last)}" for name in columns for first, last in spans
    )
