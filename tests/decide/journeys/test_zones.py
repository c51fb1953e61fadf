"""Waits until a time of day, in every zone there is and over both changes of its clocks."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import numpy as np
import pytest

from coterie.decide.journeys.steps.wait_until import WaitUntil
from coterie.decide.journeys.weekdays import WEEKDAYS, next_time

CLOCKS = (time(2, 30), time(0, 0), time(9))


def changes_of(zone: ZoneInfo, year: int) -> list[datetime]:
    """The days on which the clocks of a zone change."""
    days = [datetime(year, 1, 1, tzinfo=UTC) + timedelta(days=n) for n in range(366)]
    offsets = [day.astimezone(zone).utcoffset() for day in days]
    return [
        day.replace(tzinfo=None) for day, one, other in zip(days, offsets, offsets[1:], strict=False) if one != other
    ]


def test_the_end_of_a_wait_lies_ahead_within_a_week_and_shows_the_time_that_was_said():
    asked = 0
    for name in sorted(available_timezones()):
        zone = ZoneInfo(name)
        for day in [datetime(2026, 7, 1), *changes_of(zone, 2026)]:
            for now in (day + timedelta(hours=h, minutes=29, seconds=59) for h in range(0, 26, 9)):
                for clock in CLOCKS:
                    for days in ((), ("sun",)):
                        due, asked = next_time(now, clock, days, name), asked + 1
                        assert now < due <= now + timedelta(days=8), (name, now, clock, days)
                        shown = due.replace(tzinfo=UTC).astimezone(zone)
                        wanted = shown.replace(hour=clock.hour, minute=clock.minute, second=0, microsecond=0, fold=0)
                        is_skipped = wanted.astimezone(UTC).astimezone(zone).time() != clock
                        before = shown - timedelta(days=1)
                        skipped_before = (
                            datetime.combine(before.date(), clock, zone).astimezone(UTC).astimezone(zone).time()
                            != clock
                        )
                        assert shown.time() == clock or is_skipped or skipped_before, (name, now, clock, shown)
                        if days and shown.time() == clock:
                            assert WEEKDAYS[shown.weekday()] in days
                        if not days and shown.time() == clock:
                            assert due - now <= timedelta(days=2, hours=2), (name, now, due)
    assert asked > 10_000


class Apart:
    """Somebody in each zone there is."""

    def __init__(self, now: datetime) -> None:
        self.names = sorted(available_timezones())
        self.now, self.zone, self.count = now, "UTC", len(self.names)

    def zones(self, attribute: str | None) -> np.ndarray:
        return np.array(self.names if attribute == "timezone" else [self.zone] * self.count, dtype=object)


@pytest.mark.parametrize("now", [datetime(2026, 3, 28, 23, 30), datetime(2026, 10, 25, 0, 45), datetime(2026, 7, 1)])
@pytest.mark.parametrize("days", [(), ("mon",)])
def test_everybody_waits_by_the_clock_of_their_own_zone_whoever_waits_beside_them(now, days):
    step = WaitUntil(op="wait_until", id="w", clock=time(9), days=days, zone="timezone")
    due = step.take(Apart(now)).due_at.tolist()
    assert len({*due}) > 30
    for name, at in zip(Apart(now).names, due, strict=True):
        shown = at.replace(tzinfo=UTC).astimezone(ZoneInfo(name))
        assert (shown.hour, shown.minute) == (9, 0), name
        assert not days or shown.weekday() == 0
        assert now < at <= now + timedelta(days=8 if days else 1, hours=1), name
    by_ours = step.model_copy(update={"zone": None}).take(Apart(now)).due_at.tolist()
    assert len({*by_ours}) == 1


def test_an_hour_that_comes_twice_means_the_first_and_is_waited_for_once():
    zone, clock = "Europe/Madrid", time(2, 30)
    first = next_time(datetime(2026, 10, 24, 12), clock, (), zone)
    assert first == datetime(2026, 10, 25, 0, 30)
    assert next_time(first, clock, (), zone) == datetime(2026, 10, 26, 1, 30)
    assert next_time(datetime(2026, 10, 25, 1, 0), clock, (), zone) == datetime(2026, 10, 26, 1, 30)


def test_an_hour_that_is_skipped_is_what_the_clock_would_have_shown():
    assert next_time(datetime(2026, 3, 28, 12), time(2, 30), (), "Europe/Madrid") == datetime(2026, 3, 29, 1, 30)
