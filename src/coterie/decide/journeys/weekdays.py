"""Days of the week as people write them, and times on them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Literal

from coterie.domain.clock import to_local, to_utc

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def next_time(now: datetime, wanted: time, days: tuple[Weekday, ...], zone: str) -> datetime:
    """The first instant (naive UTC) later than ``now`` at which the clock in ``zone`` shows ``wanted``, on one of ``days``.

    >>> next_time(datetime(2026, 3, 6, 12), time(9), ("mon",), "Europe/Berlin")
    datetime.datetime(2026, 3, 9, 8, 0)
    """
    today: date = to_local(now, zone).date() - timedelta(days=1)
    for ahead in range(10):
        day = today + timedelta(days=ahead)
        if days and WEEKDAYS[day.weekday()] not in days:
            continue
        found = to_utc(datetime.combine(day, wanted), zone)
        if found > now:
            return found
    raise AssertionError("a week has every day")
