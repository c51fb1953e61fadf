"""Who changes because time went on: people with a fact at an instant through which the edge of a window passed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from coterie.domain.clock import to_utc
from coterie.engines import Engine, identifier, instant
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


def add_passed(engine: Engine, people: str, spans: Sequence[Span], zone: str) -> None:
    """Add to the table ``people`` (``profile_id``) whoever has an instant in one of the ``spans``, read as UTC or by the clock of ``zone``."""
    wanted = [*spans, *(_by_clock(span, zone) for span in spans if zone != "UTC")]
    if not wanted:
        return
    there = engine.tables()
    # A look of its own at each column: over two at once DuckDB leaves no rows out by what it knows of their instants.
    rows = " UNION ALL ".join(
        f"SELECT profile_id FROM {identifier(table)} WHERE {_within(name, wanted)}"
        for table, columns in {**_INSTANTS, "profiles": _dated(engine)}.items()
        for name in columns
        if table in there
    )
    if "account_id" in engine.columns("profiles"):
        known = f"SELECT account_id FROM account_records WHERE {_within('updated_at', wanted)}"
        rows += f" UNION ALL SELECT profile_id FROM profiles WHERE account_id IN ({known})"
    engine.execute(
        f"INSERT INTO {people} SELECT DISTINCT profile_id FROM ({rows}) WHERE profile_id IS NOT NULL AND profile_id NOT IN (FROM {people})"
    )


def _dated(engine: Engine) -> tuple[str, ...]:
    return tuple(name for name, kind in engine.columns("profiles").items() if kind.startswith(("TIMESTAMP", "DATE")))


def _by_clock(span: Span, zone: str) -> Span:
    """What a clock on the wall means by a span: by either meaning of what it shows twice when summer time ends."""
    return min(_meant(span[0], zone)), max(_meant(span[1], zone))


def _meant(shown: datetime, zone: str) -> tuple[datetime, datetime]:
    first, second = (shown.replace(tzinfo=ZoneInfo(zone), fold=fold) for fold in (0, 1))
    return to_utc(first, zone), to_utc(second, zone)


def _within(name: str, spans: Sequence[Span]) -> str:
    return " OR ".join(f"{identifier(name)} BETWEEN {instant(first)} AND {instant(last)}" for first, last in spans)
