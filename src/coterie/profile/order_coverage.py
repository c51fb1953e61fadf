"""Until when orders are known, source by source: what has not been loaded yet is no silence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from coterie.domain.clock import to_local, to_utc
from coterie.domain.meanings import DONE
from coterie.engines import Engine, instant, literal
from coterie.profile.source_days import Days, read_days
from coterie.words import Sentence, sentence

LEAST_PAUSE = timedelta(days=2)
MOST_PAUSE = timedelta(days=30)
_ENOUGH_DAYS = 10
_OVERLAP = timedelta(days=7)
_A_YEAR = timedelta(days=365)


@dataclass(frozen=True)
class OrderSource:
    """Orders of one source: the first, the newest, and ``until`` (excluded) when they are known.

    ``until`` is the midnight after the newest order, or that of the source which takes this one
    over: another that begins when this one ends (within a week), as next year's file does.
    ``usual_pause`` is the longest time without any order in its last year, between 2 and 30 days.
    """

    name: str
    first_at: datetime
    newest_at: datetime
    until: datetime
    usual_pause: timedelta


@dataclass(frozen=True)
class OrderCoverage:
    """The sources of orders as they stood at ``as_of``; empty before the first order.

    ``told_until`` ends the day of the newest row that took something back.
    """

    as_of: datetime
    zone: str
    sources: tuple[OrderSource, ...]
    told_until: datetime | None = None

    @property
    def until(self) -> datetime | None:
        """Until when (excluded) orders of any source are known; None without orders."""
        return max((source.until for source in self.sources), default=None)

    @property
    def known_to(self) -> datetime | None:
        """``as_of`` while orders have not paused for longer than is usual, else ``until``; None without orders.

        What came back after the newest order was told of, so it counts, and the days up to it with it.
        """
        newest = max(self.sources, key=lambda source: source.until, default=None)
        if newest is None or newest not in self.stale:
            return None if newest is None else self.as_of
        return max(newest.until, self.told_until or newest.until)

    @property
    def newest_at(self) -> datetime | None:
        """The instant of the newest order."""
        return max((source.newest_at for source in self.sources), default=None)

    @property
    def first_at(self) -> datetime | None:
        """The instant of the first order."""
        return min((source.first_at for source in self.sources), default=None)

    @property
    def last_on(self) -> date | None:
        """The last day on which orders are known, by the calendar of ``zone``."""
        return None if self.until is None else self.last_day(self.until)

    def last_day(self, until: datetime) -> date:
        """The day that ends with ``until``."""
        return (to_local(until, self.zone) - timedelta(microseconds=1)).date()

    @property
    def stale(self) -> tuple[OrderSource, ...]:
        """Sources without an order for longer before ``as_of`` than is usual for them."""
        return tuple(each for each in self.sources if self.as_of - each.until > each.usual_pause)

    def explain(self) -> list[Sentence]:
        """A sentence for every source that ended earlier than usual."""
        return [
            sentence(
                "Orders of {source} are known up to {day} only: recency, stages and forecasts count no silence after it; windows such "
                "as “in the last 90 days” end at the as-of all the same.",
                source=source.name or sentence("the only source"),
                day=self.last_day(source.until),
            )
            for source in self.stale
        ]

    def until_sql(self, source: str = "source") -> str:
        """SQL for ``until``, given SQL for the name of a source.

        >>> OrderCoverage(datetime(2026, 1, 2), "UTC", ()).until_sql()
        "CAST('2026-01-02T00:00:00' AS TIMESTAMP)"
        """
        rest = self.until or self.as_of
        cases = "".join(f" WHEN {literal(s.name)} THEN {instant(s.until)}" for s in self.sources if s.until != rest)
        return f"CASE coalesce({source}, ''){cases} ELSE {instant(rest)} END" if cases else instant(rest)


def order_coverage(engine: Engine, as_of: datetime, zone: str = "UTC") -> OrderCoverage:
    """Until when the orders of each source are known at ``as_of``; orders at or after it do not count.

    Whatever became of an order, and whether or not it names a person, it shows that its source was told of then. What came
    back does not: some files date it by itself and others do not, and both must say the same.

    >>> from coterie.engines import open_warehouse
    >>> engine = open_warehouse(None)
    >>> engine.execute("INSERT INTO orders BY NAME SELECT 'A' AS order_id, TIMESTAMP '2026-01-05 10:00' AS occurred_at")
    >>> order_coverage(engine, datetime(2026, 3, 1)).until
    datetime.datetime(2026, 1, 6, 0, 0)
    """
    at = _naive(as_of)
    # Lines that were loaded a moment ago become orders at the next refresh.
    table = "orders" if engine.query("SELECT 1 FROM orders LIMIT 1").num_rows else "order_lines"
    days = read_days(engine, table, "TRUE", zone, at)
    returned_at = max(
        (day.returned_at for told in days.values() for day in told.values() if day.returned_at), default=None
    )
    return OrderCoverage(
        at, zone, _sources(days, zone, at), returned_at and min(_midnight_after(returned_at, zone), at)
    )


def activity_coverage(engine: Engine, as_of: datetime, zone: str = "UTC") -> OrderCoverage:
    """Until when what people did (``ACTIVITY``) is known of each source at ``as_of``, as ``order_coverage`` says of orders.

    >>> from coterie.engines import open_warehouse
    >>> activity_coverage(open_warehouse(None), datetime(2026, 3, 1)).sources
    ()
    """
    at = _naive(as_of)
    return OrderCoverage(at, zone, _sources(read_days(engine, "events", DONE, zone, at), zone, at))


def _naive(at: datetime) -> datetime:
    return at if at.tzinfo is None else at.astimezone(UTC).replace(tzinfo=None)


def _sources(told: Days, zone: str, at: datetime) -> tuple[OrderSource, ...]:
    """Until when each source is known at ``at``, of whose days all before are given."""
    known = {
        name: {on: (day.first_at, day.newest_at) for on, day in days.items() if day.first_at and day.newest_at}
        for name, days in sorted(told.items())
    }
    begins = {name: min(first for first, _ in days.values()) for name, days in known.items() if days}
    newest = {name: max(last for _, last in days.values()) for name, days in known.items() if days}
    own = {name: min(_midnight_after(last, zone), at) for name, last in newest.items()}
    return tuple(
        OrderSource(name, begins[name], newest[name], _taken_over(name, own, begins), _usual(sorted(known[name])))
        for name in begins
    )


def _midnight_after(at: datetime, zone: str) -> datetime:
    return to_utc(datetime.combine(to_local(at, zone).date() + timedelta(days=1), time()), zone)


def _usual(days: list[date]) -> timedelta:
    """The longest time between two of the ``days``, in order, of the last year."""
    lately = [(day - before) for before, day in pairwise(days) if day > days[-1] - _A_YEAR]
    if len(days) < _ENOUGH_DAYS or not lately:
        return MOST_PAUSE
    return max(LEAST_PAUSE, min(MOST_PAUSE, max(lately)))


def _taken_over(name: str, own: dict[str, datetime], begins: dict[str, datetime]) -> datetime:
    """The end of the chain of sources of which each begins when the one before ends."""
    reached, at = own[name], begins[name]
    while later := [s for s in own if begins[s] > at and begins[s] >= reached - _OVERLAP and own[s] > reached]:
        following = max(later, key=lambda each: own[each])
        reached, at = own[following], begins[following]
    return reached
