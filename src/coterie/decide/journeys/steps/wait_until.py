"""Wait until a time of day."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from coterie.decide.journeys.standing import REST, Standing, Taken, everybody
from coterie.decide.journeys.step import Step
from coterie.domain.clock import to_local, to_utc
from coterie.words import Sentence, joined, sentence, word

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class WaitUntil(Step):
    """Stay until the clock of the workspace's zone next shows a time, on one of some days of the week where these are named.

    Who comes at that very time waits for the next. A time that a change of clocks skips is what the clock would have shown; one
    that comes twice means the first.
    """

    main: ClassVar[str] = "clock"
    rests: ClassVar[bool] = True
    op: Literal["wait_until"] = "wait_until"
    clock: time = Field(description="The time of day, such as 09:00.")
    days: tuple[Weekday, ...] = Field((), description="Days of the week, such as [mon, tue]; any day when absent.")

    def words(self) -> Sentence:
        """Such as ``wait until 09:00 (mon, tue)``."""
        told = f"{self.clock:%H:%M}"
        if not self.days:
            return sentence("wait until {time}", time=told)
        days = joined([word(day, "weekday") for day in self.days], ", ")
        return sentence("wait until {time} ({days})", time=told, days=days)

    def take(self, at: Standing) -> Taken:
        """All stay until the same instant."""
        due = next_time(at.now, self.clock, self.days, at.zone)
        return Taken(everybody(at.count, REST), np.full(at.count, np.datetime64(due, "us")))


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
