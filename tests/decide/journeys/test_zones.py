"""Waits until a time of day, in every zone there is and over both changes of its clocks."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

from coterie.decide.journeys.steps.wait_until import next_time
from coterie.decide.journeys.weekdays import WEEKDAYS

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


def test_an_hour_that_comes_twice_means_the_first_and_is_waited_for_once():
    zone, clock = "Europe/Madrid", time(2, 30)
    first = next_time(datetime(2026, 10, 24, 12), clock, (), zone)
    assert first == datetime(2026, 10, 25, 0, 30)
    assert next_time(first, clock, (), zone) == datetime(2026, 10, 26, 1, 30)
    assert next_time(datetime(2026, 10, 25, 1, 0), clock, (), zone) == datetime(2026, 10, 26, 1, 30)


def test_an_hour_that_is_skipped_is_what_the_clock_would_have_shown():
    assert next_time(datetime(2026, 3, 28, 12), time(2, 30), (), "Europe/Madrid") == datetime(2026, 3, 29, 1, 30)
