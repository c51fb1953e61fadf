"""As of which instant facts are to be read: the one asked for, now, or the end of old data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from coterie.engines import Engine
from coterie.errors import NotReady
from coterie.profile import OrderCoverage, order_coverage
from coterie.resolve import has_people

FRESH_WITHIN = timedelta(days=30)
"""Facts older than this make the data history, to be read as of its own end; less where orders pause less."""

_A_DAY = timedelta(days=1)
"""Where facts come in all the while the newest is found among those of a day, without looking at all of them."""

FACT_TABLES = {"orders": "", "order_lines": "", "events": " AND source IS DISTINCT FROM 'coterie'"}
"""What tells until when customers are known; what Coterie itself sent says nothing of them."""


@dataclass(frozen=True)
class AsOf:
    """``at`` is the instant; ``is_historic`` says that it is the end of old data instead of now.

    ``orders`` says until when each source of orders is known at that instant.
    """

    at: datetime
    is_historic: bool
    newest_fact_at: datetime | None
    orders: OrderCoverage


def choose_as_of(engine: Engine, asked: datetime | None, now: datetime, zone: str = "UTC") -> AsOf:
    """The instant asked for; else now; else, when the newest fact is too old, the midnight after it in ``zone``.

    Too old is what lies back longer than orders of these sources ever paused in their last year,
    and over 30 days in any case. Data that ends in 2011, read as of today, would call every
    customer lost. Facts dated in the future, and what Coterie itself sent, do not count. Raises
    ``NotReady`` when there are no facts at all.

    >>> from coterie.engines import open_warehouse
    >>> choose_as_of(open_warehouse(None), datetime(2020, 1, 1), datetime(2026, 1, 1)).at
    datetime.datetime(2020, 1, 1, 0, 0)
    """
    newest = newest_fact(engine, now, since=now - _A_DAY) or newest_fact(engine, now)
    if asked is not None:
        return AsOf(asked, is_historic=False, newest_fact_at=newest, orders=order_coverage(engine, asked, zone))
    known = order_coverage(engine, now, zone)
    if newest is None:
        if not has_people(engine):
            raise NotReady("there is nothing to refresh yet; load a file with `coterie load` first")
        return AsOf(now, is_historic=False, newest_fact_at=None, orders=known)
    day = newest.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date()
    midnight = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone)).astimezone(UTC).replace(tzinfo=None)
    pause = max((source.usual_pause for source in known.sources), default=FRESH_WITHIN)
    if now - midnight <= pause and now - newest <= FRESH_WITHIN:
        return AsOf(now, is_historic=False, newest_fact_at=newest, orders=known)
    return AsOf(midnight, is_historic=True, newest_fact_at=newest, orders=order_coverage(engine, midnight, zone))


def newest_fact(engine: Engine, now: datetime, since: datetime = datetime.min) -> datetime | None:  # noqa: DTZ901 - naive UTC, as stored
    """The instant of the newest order, line or event of a customer that is not in the future, and not before ``since``."""
    union = " UNION ALL ".join(
        f"SELECT max(occurred_at) AS newest FROM {table} WHERE occurred_at BETWEEN $since AND $now{others}"
        for table, others in FACT_TABLES.items()
    )
    told = engine.query(f"SELECT max(newest) AS newest FROM ({union})", {"now": now, "since": since})
    found: datetime | None = told["newest"][0].as_py()
    return found
