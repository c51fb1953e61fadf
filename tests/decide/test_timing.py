from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest

from coterie.decide import FrequencyCap, QuietHours
from coterie.decide.capping import quiet_until, window_start

NIGHT = QuietHours(start=time(21), end=time(8))
EARLY = QuietHours(start=time(1), end=time(2, 30))
NOON = QuietHours(start=time(12), end=time(13, 30))


@pytest.mark.parametrize(
    ("quiet", "now", "timezone", "until"),
    [
        pytest.param(NIGHT, datetime(2026, 3, 10, 20, 59), "UTC", None, id="just-before"),
        pytest.param(NIGHT, datetime(2026, 3, 10, 21), "UTC", datetime(2026, 3, 11, 8), id="start-is-quiet"),
        pytest.param(NIGHT, datetime(2026, 3, 11, 7, 59), "UTC", datetime(2026, 3, 11, 8), id="after-midnight"),
        pytest.param(NIGHT, datetime(2026, 3, 11, 8), "UTC", None, id="end-is-not"),
        pytest.param(NOON, datetime(2026, 3, 10, 13), "UTC", datetime(2026, 3, 10, 13, 30), id="within-a-day"),
        pytest.param(
            NIGHT, datetime(2026, 3, 10, 15), "Asia/Shanghai", datetime(2026, 3, 11, 0), id="by-the-local-clock"
        ),
        pytest.param(None, datetime(2026, 3, 10, 3), "UTC", None, id="no-quiet-hours"),
    ],
)
def test_quiet_hours_hold_until_their_end(quiet, now, timezone, until):
    assert quiet_until(quiet, now, timezone) == until


@pytest.mark.parametrize(
    "timezone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Tehran", "Africa/Cairo"]
)
@pytest.mark.parametrize(
    "quiet", [NIGHT, QuietHours(start=time(1), end=time(2, 30)), QuietHours(start=time(2, 15), end=time(3, 15))]
)
def test_nothing_leaves_in_quiet_hours_through_clock_changes(timezone, quiet):
    """Every quarter of an hour of 2026: quiet exactly when the wall clock says so, and waiting always ends."""
    zone = ZoneInfo(timezone)
    now = datetime(2026, 1, 1)
    while now < datetime(2027, 1, 1):
        clock = now.replace(tzinfo=UTC).astimezone(zone).time()
        within = (
            clock >= quiet.start or clock < quiet.end if quiet.start > quiet.end else quiet.start <= clock < quiet.end
        )
        until = quiet_until(quiet, now, timezone)
        assert (until is not None) == within
        if until is not None:
            assert now < until <= now + timedelta(hours=25)
        now += timedelta(minutes=15)


def test_quiet_hours_are_kept_in_every_zone_over_every_change_of_its_clocks():
    """A table of walls: half hours around each change of 2026, quiet when the wall says so, and over in the minute in which it first does not."""
    asked = 0
    for name in sorted(available_timezones()):
        zone = ZoneInfo(name)
        days = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=n) for n in range(366)]
        offsets = [day.astimezone(zone).utcoffset() for day in days]
        changes = [day for day, (one, other) in zip(days, pairwise(offsets), strict=False) if one != other]
        for now in (day.replace(tzinfo=None) + timedelta(minutes=30 * n) for day in changes for n in range(-16, 64, 3)):
            for quiet in (NIGHT, EARLY):
                asked += 1
                assert (quiet_until(quiet, now, name) is not None) == is_within(quiet, now, zone), (name, now)
                at = now
                while (until := quiet_until(quiet, at, name)) is not None:  # where the end is skipped it is asked again
                    at = until
                assert at == now or is_within(quiet, at - timedelta(minutes=1), zone), (name, now, at)
    assert asked > 5_000


def is_within(quiet: QuietHours, now: datetime, zone: ZoneInfo) -> bool:
    clock = now.replace(tzinfo=UTC).astimezone(zone).time()
    if quiet.start > quiet.end:
        return clock >= quiet.start or clock < quiet.end
    return quiet.start <= clock < quiet.end


@pytest.mark.parametrize(
    ("cap", "now", "timezone", "start"),
    [
        pytest.param({"within": "P7D"}, datetime(2026, 3, 10, 12), "UTC", datetime(2026, 3, 3, 12), id="rolling"),
        pytest.param({"per": "day"}, datetime(2026, 3, 10, 12), "UTC", datetime(2026, 3, 10), id="day"),
        pytest.param(
            {"per": "day"},
            datetime(2026, 3, 10, 12, 34, 56, 789),
            "UTC",
            datetime(2026, 3, 10),
            id="from-midnight-sharp",
        ),
        # Havana's clock shows the hour from midnight twice; the day begins with the first.
        pytest.param(
            {"per": "day"},
            datetime(2026, 11, 1, 5, 30),
            "America/Havana",
            datetime(2026, 11, 1, 4),
            id="midnight-twice",
        ),
        pytest.param({"per": "week"}, datetime(2026, 3, 10, 12), "UTC", datetime(2026, 3, 9), id="week-from-monday"),
        pytest.param({"per": "month"}, datetime(2026, 3, 10, 12), "UTC", datetime(2026, 3, 1), id="month"),
        pytest.param(
            {"per": "month"}, datetime(2026, 3, 1, 2), "America/New_York", datetime(2026, 2, 1, 5), id="local-month"
        ),
        pytest.param(
            {"per": "day"},
            datetime(2026, 3, 29, 12),
            "Europe/Berlin",
            datetime(2026, 3, 28, 23),
            id="day-of-clock-change",
        ),
        pytest.param(
            {"per": "week"},
            datetime(2026, 3, 30, 12),
            "Europe/Berlin",
            datetime(2026, 3, 29, 22),
            id="after-clock-change",
        ),
    ],
)
def test_a_cap_counts_from_the_start_of_its_window(cap, now, timezone, start):
    assert window_start(FrequencyCap(times=1, **cap), now, timezone) == start
