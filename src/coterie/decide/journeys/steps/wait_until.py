"""Wait until a time of day."""

from __future__ import annotations

from datetime import datetime, time
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from coterie.decide.journeys.standing import REST, Arrived, Taken, everybody
from coterie.decide.journeys.step import Step
from coterie.decide.journeys.weekdays import Weekday, next_time
from coterie.words import Sentence, joined, sentence, word


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

    def ends_at(self, now: datetime, zone: str) -> datetime:
        """The next time that the clock shows it."""
        return next_time(now, self.clock, self.days, zone)

    def take(self, at: Arrived) -> Taken:
        """All stay until the same instant."""
        due = self.ends_at(at.now, at.zone)
        return Taken(everybody(at.count, REST), np.full(at.count, np.datetime64(due, "us")))
