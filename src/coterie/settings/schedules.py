"""When something is done by itself: every so long, or at times as crontab writes them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from coterie.words import sentence

_SHORTEST = timedelta(minutes=1)
_BOUNDS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
"""Least and most of a minute, an hour, a day of the month, a month, a day of the week (0 and 7 are Sunday)."""
_FURTHEST_DAYS = 366 * 8 + 2
"""A 29th of February lies at most eight years ahead."""


@dataclass(frozen=True)
class Cron:
    """Times as crontab writes them: minute, hour, day of the month, month, day of the week.

    >>> Cron.read("30 6 * * 1-5").after(datetime(2026, 3, 6, 12), "UTC")
    datetime.datetime(2026, 3, 9, 6, 30)
    """

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    is_either: bool
    """Both days are given: either will do, as crontab has it."""

    @classmethod
    def read(cls, text: str) -> Self:
        """The times that ``text`` tells; raises ``ValueError``."""
        fields = text.split()
        if len(fields) != len(_BOUNDS):
            raise ValueError(sentence("{text!r} is no five fields, such as `30 6 * * 1-5`", text=text))
        minutes, hours, days, months, weekdays = (
            frozenset(_numbers(field, *bounds)) for field, bounds in zip(fields, _BOUNDS, strict=True)
        )
        is_either = not fields[2].startswith("*") and not fields[4].startswith("*")
        return cls(minutes, hours, days, months, frozenset(day % 7 for day in weekdays), is_either)

    def after(self, at: datetime, zone: str) -> datetime | None:
        """The first of these times later than ``at`` (naive UTC) by the clock in ``zone``, naive UTC; None where there is none.

        A time that a change of clocks skips is what the clock would have shown; one that comes twice counts once.
        """
        begin = _day(at, zone) - timedelta(days=1)
        days = (begin + timedelta(days=ahead) for ahead in range(_FURTHEST_DAYS))
        return next((time for day in days for time in self._times_on(day, zone) if time > at), None)

    def latest(self, until: datetime, zone: str) -> datetime | None:
        """The last of these times that is no later than ``until``, as ``after`` reads them."""
        end = _day(until, zone) + timedelta(days=1)
        days = (end - timedelta(days=back) for back in range(_FURTHEST_DAYS))
        return next((time for day in days for time in self._times_on(day, zone)[::-1] if time <= until), None)

    def _times_on(self, day: date, zone: str) -> list[datetime]:
        if not self._is_on(day):
            return []
        here = ZoneInfo(zone)
        local = [
            datetime(day.year, day.month, day.day, hour, minute, tzinfo=here)
            for hour in self.hours
            for minute in self.minutes
        ]
        return sorted({each.astimezone(UTC).replace(tzinfo=None) for each in local})

    def _is_on(self, day: date) -> bool:
        if day.month not in self.months:
            return False
        both = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        return any(both) if self.is_either else all(both)


def _day(at: datetime, zone: str) -> date:
    return at.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date()


def _numbers(field: str, least: int, most: int) -> Iterator[int]:
    """The numbers that one field of a crontab tells: ``*``, ``5``, ``1-5``, ``*/15``, ``1,3``.

    >>> sorted(_numbers("10-30/10,45", 0, 59))
    [10, 20, 30, 45]
    """
    for part in field.split(","):
        span, _, step = part.partition("/")
        first, _, last = span.partition("-")
        begin, end = (str(least), str(most)) if span == "*" else (first, last or (str(most) if step else first))
        if not all(each.isdecimal() and len(each) < 4 for each in (begin, end, step or "1")):
            raise ValueError(sentence("{part!r} is no time of a crontab", part=part))
        low, high, by = int(begin), int(end), int(step or 1)
        if not (least <= low <= high <= most and by):
            raise ValueError(sentence("{part!r} is not within {least} and {most}", part=part, least=least, most=most))
        yield from range(low, high + 1, by)


class ScheduleSettings(BaseModel):
    """What is done by itself while a server runs, and when."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    run: str = Field(
        description="The kind of job: `refresh`, `fit`, `discover`, `report`, `send`, `journeys` or `forget`."
    )
    every: timedelta | None = Field(None, description="How often, as `PT15M` or `P1D`; at least a minute.")
    cron: str | None = Field(
        None, description="When, as crontab writes it (`30 6 * * 1-5`), by the clock of the workspace's zone."
    )
    asked: dict[str, object] = Field(default_factory=dict, description="What the job is asked, such as `{lang: zh}`.")

    @field_validator("every")
    @classmethod
    def _not_too_often(cls, every: timedelta | None) -> timedelta | None:
        if every is not None and every < _SHORTEST:
            raise ValueError(sentence("{every} is shorter than a minute", every=every))
        return every

    @field_validator("cron")
    @classmethod
    def _readable(cls, cron: str | None) -> str | None:
        if cron is not None:
            Cron.read(cron)
        return cron

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.every is None) == (self.cron is None):
            raise ValueError("a schedule says either every or cron")
        return self

    def after(self, at: datetime, zone: str) -> datetime | None:
        """When it is due next after it was at ``at`` (naive UTC)."""
        if self.every is not None:
            return at + self.every
        return Cron.read(self.cron or "").after(at, zone)

    def latest(self, since: datetime, until: datetime, zone: str) -> datetime | None:
        """The last time later than ``since`` and no later than ``until`` at which it was due; None where there is none.

        >>> ScheduleSettings(run="refresh", every="PT15M").latest(datetime(2026, 3, 1), datetime(2026, 3, 1, 0, 50), "UTC")
        datetime.datetime(2026, 3, 1, 0, 45)
        """
        if self.every is not None:
            times = (until - since) // self.every
            return since + times * self.every if times > 0 else None
        found = Cron.read(self.cron or "").latest(until, zone)
        return None if found is None or found <= since else found
