"""What is due is done once, whatever was missed, and at the times that a calendar on the wall shows."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import coterie
from coterie.cli.running import run
from coterie.errors import BadSetting
from coterie.settings.schedules import Cron, ScheduleSettings
from coterie.workspace.job_runner import ENDED, JobRunner
from coterie.workspace.scheduler import Scheduler
from tests.laws import tries
from tests.workspace.shop import NOW, filled

ZONES = ["UTC", "Europe/Oslo", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"]
TIMES = {
    ("30 6 * * 1-5", "UTC", datetime(2026, 3, 6, 12)): datetime(2026, 3, 9, 6, 30),
    ("*/20 * * * *", "UTC", datetime(2026, 3, 6, 12, 20)): datetime(2026, 3, 6, 12, 40),
    ("0 3 * * *", "Europe/Oslo", datetime(2026, 7, 1)): datetime(2026, 7, 1, 1),
    ("0 0 1 1 *", "UTC", datetime(2026, 1, 1)): datetime(2027, 1, 1),
    ("0 0 29 2 *", "UTC", datetime(2096, 3, 1)): datetime(2104, 2, 29),
    ("0 0 13 * 5", "UTC", datetime(2026, 3, 2)): datetime(2026, 3, 6),  # the 13th or a Friday
    ("0 0 * * 7", "UTC", datetime(2026, 3, 2)): datetime(2026, 3, 8),
    ("30 2 * * *", "Europe/Oslo", datetime(2026, 3, 28, 12)): datetime(2026, 3, 29, 1, 30),  # an hour that is skipped
    ("30 2 * * *", "Europe/Oslo", datetime(2026, 10, 24, 12)): datetime(2026, 10, 25, 0, 30),  # one that comes twice
    ("30 2 * * *", "Europe/Oslo", datetime(2026, 10, 25, 0, 30)): datetime(2026, 10, 26, 1, 30),
    ("0 0 31 2 *", "UTC", datetime(2026, 3, 2)): None,
}


@pytest.mark.parametrize(("case", "due"), TIMES.items(), ids=[f"{c[0]} {c[1]} {c[2]}" for c in TIMES])
def test_times_are_those_of_a_crontab(case: tuple[str, str, datetime], due: datetime | None) -> None:
    text, zone, at = case
    assert Cron.read(text).after(at, zone) == due


@pytest.mark.parametrize(
    "text",
    ["", "* * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "a * * * *", "5-1 * * * *", "*/0 * * * *", "1,,2 * * * *"],
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"no five fields|no time|not within"):
        Cron.read(text)


FIELDS = st.tuples(
    st.sampled_from(["*", "0", "*/15", "5,50", "10-20/5"]),
    st.sampled_from(["*", "0", "2", "*/6", "1-3"]),
    st.sampled_from(["*", "1", "28-31", "*/10"]),
    st.sampled_from(["*", "2", "3,10"]),
    st.sampled_from(["*", "0", "1-5", "7"]),
)


@settings(max_examples=tries(20, 60), deadline=None)
@given(FIELDS, st.sampled_from(ZONES), st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)))
def test_the_time_after_is_the_first_minute_that_a_clock_on_the_wall_shows(
    fields: tuple[str, ...], zone: str, at: datetime
) -> None:
    """The law: no minute between matches, and no later than the latest before the next."""
    cron = Cron.read(" ".join(fields))
    found = cron.after(at, zone)
    if found is None:
        return
    assert found > at
    assert cron.latest(found, zone) == found
    assert (cron.latest(found - timedelta(microseconds=1), zone) or datetime.min) <= at
    local = found.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
    shown = local.minute in cron.minutes and local.hour in cron.hours
    skipped = local.replace(tzinfo=None) - timedelta(hours=1)
    assert shown or (skipped.hour in cron.hours) or local.utcoffset() != (local - timedelta(days=1)).utcoffset()


class Clock:
    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def scheduled(tmp_path: Path) -> Iterator[tuple[coterie.Workspace, Clock]]:
    folder = filled(tmp_path / "shop", "")
    with (folder / "coterie.yaml").open("a", encoding="utf-8") as stream:
        stream.write("\nschedules:\n  often: {run: refresh, every: PT15M, asked: {as_of: '2026-03-01'}}\n")
    text = (folder / "coterie.yaml").read_text("utf-8").replace("schedules: {}\n", "")
    (folder / "coterie.yaml").write_text(text, "utf-8")
    clock = Clock(NOW)
    with coterie.open(folder, clock=clock) as ws:
        yield ws, clock


def _ended(jobs: JobRunner) -> list[tuple[str, str, str]]:
    until = time.monotonic() + 60
    while any(job.state not in ENDED for job in jobs.page()):
        assert time.monotonic() < until
        time.sleep(0.02)
    return [(job.kind, job.state, str(job.detail["actor"])) for job in jobs.page()]


def test_what_was_missed_is_done_once_also_across_a_restart(scheduled: tuple[coterie.Workspace, Clock]) -> None:
    ws, clock = scheduled
    with JobRunner(ws) as jobs:
        scheduler = Scheduler(ws, jobs)
        assert scheduler.tick() == []  # it is seen for the first time
        clock.at += timedelta(minutes=14)
        assert scheduler.tick() == []
        clock.at += timedelta(minutes=1)
        assert len(scheduler.tick()) == 1
        assert scheduler.tick() == []
        assert _ended(jobs) == [("refresh", "done", "schedule often")]
    clock.at += timedelta(days=400, minutes=7)
    with JobRunner(ws) as jobs:
        scheduler = Scheduler(ws, jobs)
        assert len(scheduler.tick()) == 1
        assert scheduler.tick() == []
        assert len(_ended(jobs)) == 2
    assert ws.schedules.list()[0]["next_at"] == ws.schedules.last("often") + timedelta(minutes=15) > clock.at


def test_a_clock_that_is_put_back_does_nothing_twice(scheduled: tuple[coterie.Workspace, Clock]) -> None:
    ws, clock = scheduled
    with JobRunner(ws) as jobs:
        scheduler = Scheduler(ws, jobs)
        scheduler.tick()
        clock.at += timedelta(hours=1)
        assert len(scheduler.tick()) == 1
        _ended(jobs)
        clock.at -= timedelta(minutes=40)
        assert scheduler.tick() == []
        clock.at += timedelta(minutes=40)
        assert scheduler.tick() == []


def test_a_job_that_still_goes_on_is_not_started_beside_itself(scheduled: tuple[coterie.Workspace, Clock]) -> None:
    ws, clock = scheduled
    with JobRunner(ws) as jobs:
        scheduler = Scheduler(ws, jobs)
        scheduler.tick()
        with ws._stand.engine.transaction():  # it waits for its turn to write
            clock.at += timedelta(minutes=15)
            assert len(scheduler.tick()) == 1
            clock.at += timedelta(minutes=30)
            assert scheduler.tick() == []
        _ended(jobs)
        assert len(scheduler.tick()) == 1


def test_the_command_lists_them(scheduled: tuple[coterie.Workspace, Clock], capsys: pytest.CaptureFixture[str]) -> None:
    ws, _ = scheduled
    ws.close()
    assert run(["schedules", "-w", str(ws.folder), "--json"]) == 0
    [found] = json.loads(capsys.readouterr().out)
    assert found == {"schedule": "often", "run": "refresh", "when": "every 0:15:00", "last_at": None, "next_at": None}


@pytest.mark.parametrize(
    "told",
    [
        "{run: refresh}",
        "{run: refresh, every: PT1S}",
        "{run: refresh, every: PT1H, cron: '0 * * * *'}",
        "{run: refresh, cron: x}",
        "{every: PT1H}",
    ],
)
def test_a_schedule_that_cannot_be_is_refused_at_opening(tmp_path: Path, told: str) -> None:
    folder = coterie.init(tmp_path / "shop")
    text = (folder / "coterie.yaml").read_text("utf-8").replace("schedules: {}\n", "")
    (folder / "coterie.yaml").write_text(f"{text}\nschedules:\n  x: {told}\n", "utf-8")
    with pytest.raises(BadSetting, match=r"schedules\.x"):
        coterie.open(folder)


def test_every_kind_that_is_named_is_one() -> None:
    from coterie.workspace.tasks import TASKS

    named = str(ScheduleSettings.model_fields["run"].description)
    assert all(f"`{kind}`" in named for kind in TASKS if kind != "load")
