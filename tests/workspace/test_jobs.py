"""A job that is stopped keeps nothing, but for messages that had left; and each of those left once."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import coterie
from coterie.errors import BadDefinition, NotReady, UnknownName
from coterie.testing.smtp_sink import running_sink
from coterie.workspace.job_runner import ENDED, JobRunner
from tests.workspace.shop import NOW, filled


def _ended(jobs: JobRunner, job_id: int) -> str:
    until = time.monotonic() + 60
    while jobs.one(job_id).state not in ENDED:
        assert time.monotonic() < until
        jobs.wait(job_id, -1, 0.05)
        time.sleep(0.01)
    return jobs.one(job_id).state


@pytest.fixture
def ws(tmp_path: Path) -> Iterator[coterie.Workspace]:
    with coterie.open(filled(tmp_path / "shop"), clock=lambda: NOW) as opened:
        yield opened


def test_sending_that_is_stopped_goes_on_later_and_each_message_leaves_once(tmp_path: Path) -> None:
    folder = filled(tmp_path / "shop")
    with running_sink(tmp_path) as sink:
        settings = folder / "coterie.yaml"
        text = re.sub(r"port: \d+", f"port: {sink.port}", settings.read_text("utf-8"))
        text = text.replace("is_sink: false", "is_sink: true").replace("per_second: null", "per_second: 8")
        assert "per_second: 8" in text
        settings.write_text(text, "utf-8")
        with coterie.open(folder, clock=lambda: NOW) as ws:
            expected = ws.campaigns.plan("spring").contacts
            with JobRunner(ws) as jobs:
                first = jobs.start("send", {"campaign": "spring"}).job_id
                until = time.monotonic() + 60
                while len(sink.accepted()) < 2:
                    assert time.monotonic() < until
                    time.sleep(0.01)
                jobs.cancel(first)
                assert _ended(jobs, first) == "cancelled"
                left = len(sink.accepted())
                assert 2 <= left < expected
                states = [row["state"] for row in ws.campaigns.messages("spring")]
                assert (states.count("sent"), states.count("unknown")) == (left, 0)
                again = jobs.start("send", {"campaign": "spring"}).job_id
                assert _ended(jobs, again) == "done"
            addresses = [address for each in sink.accepted() for address in each["recipients"]]
            assert len(addresses) == len(set(addresses)) == expected


def test_a_runner_that_ends_leaves_no_job_open(ws: coterie.Workspace) -> None:
    with JobRunner(ws) as jobs:
        numbers = [jobs.start("refresh", {"as_of": "2026-03-01"}).job_id for _ in range(4)]
    with JobRunner(ws) as jobs:
        states = [jobs.one(number).state for number in numbers]
        assert set(states) <= ENDED
        assert states[-1] in ("cancelled", "abandoned")
        assert jobs.again(numbers[-1]).detail["reason"] == f"job {numbers[-1]}"


def test_what_a_dead_process_left_is_abandoned(ws: coterie.Workspace) -> None:
    with ws._stand.ledger.transaction() as t:
        number = t.jobs.start("refresh", at=NOW, detail={"asked": {}})
    with JobRunner(ws) as jobs:
        assert jobs.one(number).state == "abandoned"
        with pytest.raises(NotReady, match="abandoned"):
            jobs.cancel(number)


@pytest.mark.parametrize(
    ("kind", "asked", "kind_of_error"),
    [
        ("dance", {}, UnknownName),
        ("refresh", {"whom": 1}, BadDefinition),
        ("fit", {"horizon_days": 0}, BadDefinition),
        ("load", {"file": "../../x"}, BadDefinition),
    ],
)
def test_what_cannot_be_asked_starts_nothing(
    ws: coterie.Workspace, kind: str, asked: dict[str, object], kind_of_error: type[Exception]
) -> None:
    with JobRunner(ws) as jobs:
        with pytest.raises(kind_of_error):
            jobs.start(kind, asked)
        assert jobs.page() == []


def test_old_logs_are_removed_and_the_audit_log_is_not(ws: coterie.Workspace) -> None:
    with ws._stand.ledger.transaction() as t:
        old = t.jobs.start("refresh", at=NOW.replace(year=2020))
        t.jobs.finish(old, "done", {}, at=NOW.replace(year=2020))
        t.kept_answers.claim("me", "k", "r", at=NOW.replace(year=2020))
    before = len(ws.audit.page(most=1000))
    with JobRunner(ws) as jobs:
        number = jobs.start("forget", {"days": 30}).job_id
        assert _ended(jobs, number) == "done"
        assert jobs.one(number).detail["result"]["en"] == {"jobs": 1, "answers": 1}
        assert [job.job_id for job in jobs.page()] == [number]
    assert len(ws.audit.page(most=1000)) == before
