"""A campaign that repeats: each of its times once, on the clock that it goes by."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from coterie.decide.recurring import at_time, base_name, next_time, time_come, wall_of
from tests.decide.conftest import campaign

NEWS = campaign(repeats={"cron": "0 9 * * 1"})
MONDAY = datetime(2026, 3, 9, 9)


@pytest.mark.parametrize("zone", ["UTC", "Europe/Oslo", "America/New_York", "Asia/Kathmandu"])
def test_every_monday_has_its_launch_once_over_a_change_of_clocks(zone: str) -> None:
    since, at, launched = datetime(2026, 3, 1), datetime(2026, 3, 1), []
    while at < datetime(2026, 4, 20):
        at += timedelta(minutes=13)
        come = time_come(NEWS, since, at, zone)
        if come is not None:
            launched.append(come.wall)
            assert timedelta(0) <= at - come.due < timedelta(minutes=13)
            assert come.due.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) == come.wall
            since = at
    assert launched == [datetime(2026, 3, 2, 9) + timedelta(days=7 * n) for n in range(7)]


@pytest.mark.parametrize(("hours", "is_made_up_for"), [(0, True), (11, True), (12, True), (13, False), (24 * 7, True)])
def test_a_time_that_was_missed_is_made_up_for_within_reason(hours: int, is_made_up_for: bool) -> None:
    come = time_come(NEWS, MONDAY - timedelta(days=3), MONDAY + timedelta(hours=hours), "UTC")
    assert (come is not None) == is_made_up_for
    if hours == 24 * 7:
        assert come is not None
        assert come.wall == MONDAY + timedelta(days=7)  # the last of two, not both


def test_no_time_comes_after_the_last() -> None:
    ends = campaign(repeats={"cron": "0 9 * * 1", "until": "2026-03-09T09:00"})
    assert time_come(ends, MONDAY - timedelta(days=1), MONDAY, "UTC") is not None
    assert time_come(ends, MONDAY, MONDAY + timedelta(days=7), "UTC") is None
    assert next_time(ends, MONDAY, "UTC") is None


def test_on_everybodys_own_clock_it_is_launched_before_the_first_of_them_shows_the_time() -> None:
    own = campaign(repeats={"cron": "0 9 * * 1"}, in_zone="zone")
    first = datetime(2026, 3, 8, 19)  # it is Monday, nine o'clock, in Kiritimati
    assert time_come(own, first - timedelta(days=1), first - timedelta(seconds=1), "UTC") is None
    come = time_come(own, first - timedelta(days=1), first, "UTC")
    assert come is not None
    assert come.wall == MONDAY
    assert at_time(own, come.wall).starts_at == MONDAY


def test_each_time_has_a_name_of_its_own_and_leaves_the_same_people_out() -> None:
    one = at_time(NEWS, MONDAY)
    assert (one.name, base_name(one.name), wall_of(one.name)) == ("spring@2026-03-09-0900", "spring", MONDAY)
    assert one.salt == "spring"
    assert one.repeats is None
    assert at_time(NEWS.model_copy(update={"salt": "own"}), MONDAY).salt == "own"
