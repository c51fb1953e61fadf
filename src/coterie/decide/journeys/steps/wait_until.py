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
    """Stay until the clock next shows a time, on one of some days of the week where these are named.

    The clock is that of the zone that an attribute of the person names (``zone: timezone``), else the workspace's.

    Who comes at that very time waits for the next. A time that a change of clocks skips is what the clock would have shown; one
    that comes twice means the first.
    """

    main: ClassVar[str] = "clock"
    rests: ClassVar[bool] = True
    op: Literal["wait_until"] = "wait_until"
    clock: time = Field(description="The time of day, such as 09:00.")
    days: tuple[Weekday, ...] = Field((), description="Days of the week, such as [mon, tue]; any day when absent.")

    zone: str | None = Field(
        None,
        min_length=1,
        description="Attribute that names the zone of a person, such as timezone; the workspace's where it names none, or is left out.",
    )

    def words(self) -> Sentence:
        """Such as ``wait until 09:00 (mon, tue)``."""
        told = f"{self.clock:%H:%M}"
        days = joined([word(day, "weekday") for day in self.days], ", ")
        if self.zone is not None:
            told = sentence("{time} in the zone that {attribute} names", time=told, attribute=self.zone)
        return (
            sentence("wait until {time} ({days})", time=told, days=days)
            if self.days
            else sentence("wait until {time}", time=told)
        )

    def zone_from(self) -> str | None:
        """What it says."""
        return self.zone

    def ends_at(self, now: datetime, zone: str) -> datetime:
        """The next time that the clock shows it."""
        return next_time(now, self.clock, self.days, zone)

    def take(self, at: Arrived) -> Taken:
        """All of one zone stay until the same instant."""
        zones, which = np.unique(at.zones(self.zone).astype(str), return_inverse=True)
        ends = [np.datetime64(self.ends_at(at.now, zone), "us") for zone in zones.tolist()]
        return Taken(everybody(at.count, REST), np.array(ends, "datetime64[us]")[which])
