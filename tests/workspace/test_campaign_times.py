"""Campaigns that are launched, go on and repeat by themselves, are approved by a second person, and are copied."""

from __future__ import annotations

import json
import os
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import yaml

from coterie.cli.app import app_of
from coterie.domain import acting_as
from coterie.errors import BadDefinition, NotPermitted, Refused, UnknownName
from coterie.testing.smtp_sink import RunningSink
from coterie.workspace.job_runner import ENDED, JobRunner
from coterie.workspace.scheduler import Scheduler
from tests.workspace.test_refusals import NOW, WHEN, Shop

DEFINED = """
templates:
- name: hello
  subject: "Hello {{ profile.name }}"
  defaults: {name: you}
  body: "<p>Hi</p>"
campaigns:
- {name: one, audience: {everybody: true}, template: hello, holdout: 0}
- {name: slow, audience: {everybody: true}, template: hello, holdout: 0, throttle: {messages: 2, per: 1h}}
- {name: later, audience: {everybody: true}, template: hello, holdout: 0, starts_at: 2026-12-24 09:00:00}
- {name: weekly, audience: {everybody: true}, template: hello, holdout: 0, repeats: {cron: "0 9 * * 1"}}
"""
DAY = timedelta(days=1)


class Wheel:
    """A shop whose server looks at the clock every so often."""

    def __init__(self, shop: Shop, sink: RunningSink) -> None:
        self.shop, self._sink, self._seen = shop, sink, len(sink.accepted())

    def turn(self, until: datetime, every: timedelta = timedelta(minutes=30)) -> list[tuple[datetime, str]]:
        """Move the clock on to ``until`` under a running server; at which look what was mailed to whom."""
        mailed = []
        with JobRunner(self.shop.ws) as jobs:
            scheduler = Scheduler(self.shop.ws, jobs)
            while self.shop.now < until:
                self.shop.now += every
                at = self.shop.now
                scheduler.tick()
                _wait(jobs)
                scheduler.tick()
                _wait(jobs)
                mailed += [(at, who) for who in self.look()]
        return mailed

    def look(self) -> list[str]:
        """To whom mail came since the last look."""
        accepted = self._sink.accepted()
        found = [str(line["recipients"][0]) for line in accepted[self._seen :]]  # type: ignore[index]
        self._seen = len(accepted)
        return found


def _set(shop: Shop, name: str, value: object) -> None:
    file = shop.ws.folder / "coterie.yaml"
    written = yaml.safe_load(file.read_text("utf-8")) | {name: value}
    file.write_text(yaml.safe_dump(written, allow_unicode=True), "utf-8")


def _wait(jobs: JobRunner) -> None:
    until = time.monotonic() + 60
    while any(job.state not in ENDED for job in jobs.page()):
        assert time.monotonic() < until
        time.sleep(0.01)


@pytest.fixture
def shop(tmp_path: Path, sink: RunningSink) -> Iterator[Shop]:
    opened = Shop(tmp_path, sink)
    opened.open_up()
    opened.apply(DEFINED)
    _set(opened, "facts_within_days", 300)
    opened.ws.close()
    opened.ws = opened.again()
    yield opened
    opened.ws.close()


@pytest.fixture
def wheel(shop: Shop, sink: RunningSink) -> Wheel:
    return Wheel(shop, sink)


def test_what_a_throttle_lets_wait_goes_on_by_itself_also_after_a_restart(wheel: Wheel) -> None:
    shop, begin = wheel.shop, wheel.shop.now
    assert shop.ws.campaigns.send("slow").sent == 2
    wheel.look()
    first = wheel.turn(begin + timedelta(minutes=90))
    assert [at - begin >= timedelta(hours=1) for at, _ in first] == [True, True]
    shop.ws.close()
    shop.ws = shop.again()
    rest = wheel.turn(begin + timedelta(hours=5))
    assert len(rest) == 1
    assert Counter(who for _, who in [*first, *rest]).most_common(1)[0][1] == 1
    assert shop.ws.campaigns.queued() == {}


def test_a_no_is_heard_by_what_goes_on_by_itself(wheel: Wheel) -> None:
    shop = wheel.shop
    shop.ws.campaigns.send("slow")
    waiting = sorted({f"q{n}@shop-mail.es" for n in range(1, 6)} - set(wheel.look()))
    shop.load(f"email,channel,granted,occurred_at\n{waiting[0]},email,no,{WHEN}\n")
    assert {who for _, who in wheel.turn(shop.now + timedelta(hours=6))} == set(waiting[1:])


@pytest.mark.parametrize("why", ["cancelled", "held", "a limit"])
def test_what_a_person_stopped_does_not_go_on(wheel: Wheel, why: str) -> None:
    shop = wheel.shop
    shop.ws.campaigns.send("slow", limit=1 if why == "a limit" else None)
    wheel.look()
    if why == "cancelled":
        shop.ws.brakes.cancel("slow")
    elif why == "held":
        shop.ws.brakes.hold("a wrong price")
    assert wheel.turn(shop.now + timedelta(hours=4)) == []
    with JobRunner(shop.ws) as jobs:
        assert len(jobs.page()) == (1 if why == "held" else 0)  # what failed is not tried again and again


def test_a_campaign_leaves_at_its_time_and_to_whoever_is_meant_by_then(wheel: Wheel) -> None:
    shop = wheel.shop
    told = shop.ws.campaigns.schedule("later")
    assert (told.next_at, told.contacts) == (datetime(2026, 12, 24, 9), 5)
    row = next(row for row in shop.ws.campaigns.list() if row["campaign"] == "later")
    assert (row["scheduled"], row["launched"], row["next_at"]) == (True, False, told.next_at)
    shop.load(f"email,channel,granted,occurred_at\nq3@shop-mail.es,email,no,{WHEN}\n")
    shop.now = datetime(2026, 12, 24, 7)
    mailed = wheel.turn(datetime(2026, 12, 24, 12))
    assert {who for _, who in mailed} == {f"q{n}@shop-mail.es" for n in (1, 2, 4, 5)}
    assert {at for at, _ in mailed} == {min(at for at, _ in mailed)}
    assert mailed[0][0] >= datetime(2026, 12, 24, 9)
    assert wheel.turn(datetime(2026, 12, 25)) == []
    row = next(row for row in shop.ws.campaigns.list() if row["campaign"] == "later")
    assert (row["scheduled"], row["launched"], row["sent"]) == (False, True, 4)
    with pytest.raises(Refused, match="has been launched"):
        shop.ws.campaigns.schedule("later")


def test_a_weekly_campaign_writes_every_week_once_and_its_times_are_measured_apart(wheel: Wheel) -> None:
    shop = wheel.shop
    shop.ws.campaigns.schedule("weekly")
    mailed = wheel.turn(NOW + 20 * DAY, timedelta(hours=6))
    names = [row["campaign"] for row in shop.ws.campaigns.list() if str(row["campaign"]).startswith("weekly@")]
    assert len(names) in (2, 3)
    assert Counter(who for _, who in mailed) == dict.fromkeys((f"q{n}@shop-mail.es" for n in range(1, 6)), len(names))
    assert all(datetime.strptime(str(name), "weekly@%Y-%m-%d-%H%M").weekday() == 0 for name in names)  # noqa: DTZ007
    assert shop.ws.campaigns.read(str(names[0])).arms[0].exposed == 5
    assert shop.ws.brakes.unschedule("weekly")
    assert wheel.turn(NOW + 40 * DAY, timedelta(hours=6)) == []
    assert not shop.ws.brakes.unschedule("weekly")


def test_a_server_that_died_before_the_launch_does_it_when_it_is_back_and_once(wheel: Wheel) -> None:
    shop = wheel.shop
    shop.ws.campaigns.schedule("later")
    shop.now = datetime(2026, 12, 24, 9, 1)
    with JobRunner(shop.ws) as jobs:
        jobs._thread.submit(time.sleep, 0.3)  # it waits for its turn when the server ends
        assert len(Scheduler(shop.ws, jobs).tick()) == 1
    assert not shop.ws.campaigns.is_launched("later")
    assert len(wheel.turn(datetime(2026, 12, 24, 12))) == 5
    assert wheel.turn(datetime(2026, 12, 24, 15)) == []


def test_while_another_sends_it_is_tried_again_and_not_given_up(wheel: Wheel, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = wheel.shop
    monkeypatch.setattr("coterie.workspace.job_runner._AGAIN_SECONDS", 0.01)
    shop.ws.campaigns.send("slow")
    wheel.look()
    with JobRunner(shop.ws) as jobs:
        scheduler = Scheduler(shop.ws, jobs)
        shop.now += timedelta(hours=2)
        with shop.ws._stand.ledger.sending("email"):
            assert len(scheduler.tick()) == 1
            _wait(jobs)
            assert jobs.page()[0].state == "failed"
            assert scheduler.tick() == []  # not at once again
        shop.now += timedelta(minutes=2)
        assert len(scheduler.tick()) == 1
        _wait(jobs)
    assert len(wheel.look()) == 2


def test_what_was_taken_off_while_it_waited_for_its_turn_is_not_launched(wheel: Wheel) -> None:
    shop = wheel.shop
    shop.ws.campaigns.schedule("later")
    shop.now = datetime(2026, 12, 24, 9, 1)
    with JobRunner(shop.ws) as jobs:
        scheduler, gate = Scheduler(shop.ws, jobs), threading.Event()
        jobs._thread.submit(gate.wait)  # a long job goes before
        assert len(scheduler.tick()) == 1
        assert shop.ws.brakes.unschedule("later")
        gate.set()
        _wait(jobs)
        assert [job.state for job in jobs.page()] == ["cancelled"]
    assert wheel.turn(datetime(2026, 12, 24, 12)) == []
    assert not shop.ws.campaigns.is_launched("later")


def test_of_a_campaign_that_repeats_one_time_is_sent_by_hand_and_nothing_else(shop: Shop) -> None:
    with pytest.raises(Refused, match=r"repeats.*weekly@20"):
        shop.ws.campaigns.send("weekly")
    with pytest.raises(UnknownName, match="time of campaign"):
        shop.ws.campaigns.send("weekly@2026-12-01-0900")  # a Tuesday
    assert len(shop.send("weekly@2026-11-30-0900")) == 5
    assert shop.send("weekly@2026-11-30-0900") == set()


def test_what_names_no_time_or_one_that_is_over_is_not_scheduled(shop: Shop) -> None:
    with pytest.raises(Refused, match="names no time"):
        shop.ws.campaigns.schedule("one")
    shop.now = datetime(2026, 12, 24, 10)
    with pytest.raises(Refused, match="which is over"):
        shop.ws.campaigns.schedule("later")
    with pytest.raises(UnknownName):
        shop.ws.brakes.unschedule("latter")


@pytest.fixture
def careful(shop: Shop) -> Shop:
    """A shop where campaigns to more than three people are read by two."""
    _set(shop, "approval_above", 3)
    return shop


def test_a_campaign_to_many_waits_for_a_second_person_and_for_every_change_again(careful: Shop) -> None:
    campaigns = careful.ws.campaigns
    for act in (campaigns.send, campaigns.schedule):
        with pytest.raises(NotPermitted, match="second person"):
            act("later")
    assert not campaigns.is_launched("later")
    with pytest.raises(NotPermitted, match="wrote this version"):
        campaigns.approve("later")
    with acting_as("ann"):
        assert campaigns.approve("later", dry_run=True).dry_run
    with pytest.raises(NotPermitted, match="second person"):
        campaigns.schedule("later")
    with acting_as("ann"):
        assert campaigns.approve("later").by == "ann"
    assert campaigns.schedule("later").contacts == 5
    careful.apply(DEFINED.replace("<p>Hi</p>", "<p>Hello</p>"))  # a word of its template is another
    with pytest.raises(NotPermitted, match="second person"):
        campaigns.send("later")
    with acting_as("ann"):
        campaigns.approve("later")
    row = next(row for row in campaigns.list() if row["campaign"] == "later")
    assert (row["to_approve"], row["approved_by"]) == (False, "ann")
    assert next(row for row in campaigns.list() if row["campaign"] == "one")["to_approve"]
    assert careful.ws.campaigns.send("later").queued == 5  # it starts at Christmas
    trail = [(entry.act, entry.actor) for entry in careful.ws.audit.page()]
    assert trail.count(("campaign approved", "ann")) == 2


def test_the_time_that_comes_asks_for_the_approval_again(careful: Shop, sink: RunningSink) -> None:
    wheel = Wheel(careful, sink)
    with acting_as("ann"):
        careful.ws.campaigns.approve("weekly")
    careful.ws.campaigns.schedule("weekly")
    careful.apply(DEFINED.replace("<p>Hi</p>", "<p>Hello</p>"))
    assert wheel.turn(NOW + 8 * DAY, timedelta(hours=6)) == []


def test_a_copy_is_a_campaign_of_its_own(shop: Shop) -> None:
    shop.send("one")
    made = shop.ws.campaigns.clone("one", "copy")
    assert (made.name, made.template, made.holdout) == ("copy", "hello", 0)
    assert shop.ws.campaigns.clone("later", "soon").starts_at is None
    assert len(shop.send("copy")) == 5
    for there in ("copy", "one"):
        with pytest.raises(Refused, match="already"):
            shop.ws.campaigns.clone("later", there)
    with pytest.raises((BadDefinition, Refused)):
        shop.ws.campaigns.clone("later", "No Name!")


def test_the_commands_say_what_they_did(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(shop.ws.folder)
    shop.ws.close()

    def ran(*typed: str) -> dict[str, object]:
        with pytest.raises(SystemExit) as end:
            app_of("campaigns")([*("campaigns", *typed), "--workspace", folder, "--json"], standalone_mode=True)
        assert end.value.code == 0
        return json.loads(capsys.readouterr().out)  # type: ignore[no-any-return]

    assert os.environ.get("COTERIE_ACTOR") is None
    assert ran("schedule", "weekly", "--dry-run")["contacts"] == 5
    assert ran("schedule", "weekly", "--off")["was_scheduled"] is False
    assert ran("schedule", "weekly")["dry_run"] is False
    assert ran("schedule", "weekly", "--off")["was_scheduled"] is True
    assert ran("approve", "one", "--by", "ann")["by"] == "ann"
    assert ran("clone", "one", "three") == {"campaign": "one", "copy": "three", "dry_run": False}
    shop.ws = shop.again()
