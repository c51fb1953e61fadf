"""The instant that a refresh is for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from coterie.engines import Engine
from coterie.errors import NotReady

FRESH_WITHIN = timedelta(days=30)
"""Facts older than this make the data history, to be read as of its own end."""

FACT_TABLES = ("orders", "order_lines", "events")


@dataclass(frozen=True)
class AsOf:
    """``at`` is the instant; ``is_historic`` says that it is the end of old data instead of now."""

    at: datetime
    is_historic: bool
    newest_fact_at: datetime | None


def choose_as_of(engine: Engine, asked: datetime | None, now: datetime, zone: str = "UTC") -> AsOf:
    """The instant asked for; else now; else, when the newest fact is over 30 days old, the midnight after it in ``zone``.

    Data that ends in 2011, read as of today, would call every customer lost. Facts dated
    in the future do not count. Raises ``NotReady`` when there are no facts at all.

    >>> from coterie.engines import open_warehouse
    >>> choose_as_of(open_warehouse(None), datetime(2020, 1, 1), datetime(2026, 1, 1)).at
    datetime.datetime(2020, 1, 1, 0, 0)
    """
    newest = newest_fact(engine, now)
    if asked is not None:
        return AsOf(asked, is_historic=False, newest_fact_at=newest)
    if newest is None:
        if not engine.query("SELECT 1 FROM identifiers LIMIT 1").num_rows:
            raise NotReady("there is nothing to refresh yet; load a file with `coterie load` first")
        return AsOf(now, is_historic=False, newest_fact_at=None)
    if now - newest <= FRESH_WITHIN:
        return AsOf(now, is_historic=False, newest_fact_at=newest)
    day = newest.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date()
    midnight = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone)).astimezone(UTC)
    return AsOf(midnight.replace(tzinfo=None), is_historic=True, newest_fact_at=newest)


def newest_fact(engine: Engine, now: datetime) -> datetime | None:
    """The instant of the newest order, line or event that is not in the future."""
    union = " UNION ALL ".join(
        f"SELECT max(occurred_at) AS newest FROM {table} WHERE occurred_at <= $now" for table in FACT_TABLES
    )
    found: datetime | None = engine.query(f"SELECT max(newest) AS newest FROM ({union})", {"now": now})["newest"][
        0
    ].as_py()
    return found
