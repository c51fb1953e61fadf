"""Text messages from a file of settings to a gateway that checks what it is sent, through the commands that people type."""

from __future__ import annotations

import atexit
import io
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import redirect_stdout
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

import coterie
from coterie.cli.app import app_of
from coterie.domain.receipts import Reply
from coterie.errors import BadDefinition, BadSetting, NotPermitted, Refused
from tests.deliver.gateway import DROPPED, THROTTLED, TOKEN, Gateway, number, running_gateway
from tests.workspace.shop import copy_stores

NOW = datetime(2026, 11, 22, 9)
ORDINARY = tuple(range(100, 112))
SPECIAL = (1, 2, 3, 4, int(DROPPED), int(THROTTLED))
DEFINITIONS = """
templates:
- name: tea
  channel: sms
  text: "Tea House: new tea in {{ profile.city }}, 20% off today"
  defaults: {city: town}
  languages:
    zh: {text: "【茶舍】{{ profile.city }}新茶上市，今日八折"}
campaigns:
- {name: spring, channel: sms, audience: {everybody: true}, template: tea, holdout: 0}
"""


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with running_gateway() as running:
        yield running


BASICS = {
    "sender": "Tea House <news@tea.test>",
    "postal_address": "1 High Street, Leeds",
    "public_url": "https://tea.test",
    "country": "US",
}


@cache
def filled_with(people: tuple[int, ...]) -> Path:
    """People with telephones, who agreed to texts, in a workspace that is filled once."""
    root = Path(tempfile.mkdtemp(prefix="coterie-texts-"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    files = {
        "customers": "customer_id,phone,language,city\n"
        + "".join(f"C{n},{number(n)},{('en', 'zh')[n % 2]},{('York', 'Leeds')[n % 2]}\n" for n in people),
        "orders": "order_id,customer_id,occurred_at,revenue\n"
        + "".join(f"{n},C{n},2026-11-20 10:00:00,5\n" for n in people),
        "consents": "phone,granted,purpose,channel,occurred_at\n"
        + "".join(f"{number(n)},yes,marketing,sms,2026-01-01\n" for n in people),
    }
    folder = coterie.init(root / "shop")
    (folder / "coterie.yaml").write_text(yaml.safe_dump(BASICS), "utf-8")
    (folder / "definitions" / "all.yaml").write_text(DEFINITIONS, "utf-8")
    with coterie.open(folder, clock=lambda: NOW) as ws:
        for kind, text in files.items():
            (root / f"{kind}.csv").write_text(text, "utf-8")
            ws.load(root / f"{kind}.csv", kind=kind)
        ws.apply(folder / "definitions")
        ws.refresh()
    return folder


class Texts:
    """A workspace of people with telephones, whose texts leave by ``gateway``."""

    def __init__(
        self, root: Path, gateway: Gateway, people: tuple[int, ...] = ORDINARY, sender: str = "+12015550199"
    ) -> None:
        self.root, self.gateway, self.now = root, gateway, NOW
        self.folder = coterie.init(root / "shop")
        copy_stores(filled_with(people), self.folder)
        sms = {"provider": "sms_http", "channel": {"sender": sender}, "settings": gateway.settings}
        (self.folder / "coterie.yaml").write_text(yaml.safe_dump({**BASICS, "delivery": {"sms": sms}}), "utf-8")
        self.ws = coterie.open(self.folder, clock=lambda: self.now)

    def load(self, kind: str, text: str) -> None:
        (self.root / f"{kind}.csv").write_text(text, "utf-8")
        self.ws.load(self.root / f"{kind}.csv", kind=kind)

    def apply(self, definitions: str) -> None:
        (self.root / "more.yaml").write_text(definitions, "utf-8")
        self.ws.apply(self.root / "more.yaml")

    def cli(self, *words: str) -> Any:
        """What a command prints as JSON, typed while nobody else has the workspace open."""
        self.ws.close()
        out = io.StringIO()
        with redirect_stdout(out):
            app_of()([*words, "-w", str(self.folder), "--json"], standalone_mode=False)
        self.ws = coterie.open(self.folder, clock=lambda: self.now)
        return json.loads(out.getvalue())

    def states(self, name: str = "spring") -> dict[str, str]:
        return {str(row["address"]): str(row["state"]) for row in self.ws.campaigns.messages(name).rows()}


@pytest.fixture
def texts(
    tmp_path: Path, gateway: Gateway, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[Texts]:
    monkeypatch.setenv("COTERIE_SECRET_SMS_HTTP", TOKEN)
    made = Texts(tmp_path, gateway, **getattr(request, "param", {}))
    yield made
    made.ws.close()


@pytest.mark.parametrize("texts", [{"people": (*ORDINARY, *SPECIAL)}], indirect=True, ids=[""])
def test_a_campaign_goes_from_yaml_to_telephones_and_comes_back_as_events(texts: Texts) -> None:
    people = len(ORDINARY) + len(SPECIAL)
    plan = texts.ws.campaigns.plan("spring")
    assert (plan.contacts, plan.warnings[-1]) == (people, "It has no holdout, so what it causes cannot be measured.")
    assert any("have 1 part" in said for said in plan.sentences)
    result = texts.ws.campaigns.send("spring")
    states = texts.states()
    assert {n: states[number(n)] for n in SPECIAL} == {
        1: "failed",
        2: "failed",
        3: "failed",
        4: "unknown",
        8: "unknown",
        9: "queued",
    }
    assert {states[number(n)] for n in ORDINARY} == {"sent"}
    assert (result.sent, result.failed, result.bounced, result.unknown, result.queued) == (len(ORDINARY), 3, 1, 2, 1)
    texts.now = texts.now.replace(hour=10)
    again = texts.ws.campaigns.send("spring")
    assert (again.sent, again.queued) == (1, 0)
    taken = texts.gateway.numbers()
    assert len(taken) == len(set(taken)) == len(ORDINARY) + 3, "those in doubt were not sent again"
    said = {to: body for _, to, _, body in texts.gateway.taken}
    assert said[number(100)] == "Tea House: new tea in York, 20% off today\nReply STOP to opt out"
    assert said[number(101)] == "【茶舍】Leeds新茶上市，今日八折 回T退订"
    told = texts.ws.query(
        "SELECT name, count(*) AS n FROM events WHERE channel = 'sms' AND source = 'coterie' GROUP BY name ORDER BY name"
    ).rows()
    assert told == [
        {"name": "Message Bounced", "n": 3},
        {"name": "Message Sent", "n": len(ORDINARY) + 1},
        {"name": "Message Unknown", "n": 2},
    ]


def test_whoever_answers_stop_gets_nothing_more_and_nobody_else_is_stopped(texts: Texts) -> None:
    file = texts.root / "replies.csv"
    file.write_text(
        "phone,message,received_at\n"
        f"{number(100)},Stop.,2026-11-22T08:00:00Z\n(201) 555-0101,回T,\n{number(102)},cancel my order,\n{number(100)},STOP,\nnobody,STOP,\n",
        "utf-8",
    )
    heard = texts.cli("channels", "replies", str(file))
    assert heard == {
        "channel": "sms",
        "replies": 5,
        "stopped": 2,
        "known": 1,
        "others": 1,
        "unread": 1,
        "dry_run": False,
    }
    assert texts.cli("channels", "replies", str(file))["stopped"] == 0, "again changes nothing"
    # A file loaded later cannot bring them back.
    texts.load("consents", f"phone,granted,purpose,channel,occurred_at\n{number(100)},yes,marketing,sms,2026-11-23\n")
    result = texts.ws.campaigns.send("spring")
    assert (result.sent, set(texts.gateway.numbers())) == (10, {number(n) for n in ORDINARY[2:]})
    assert texts.ws.campaigns.plan("spring").refused == {"suppressed": 2}


def test_what_is_heard_while_a_campaign_is_under_way_counts_for_those_not_yet_sent(texts: Texts) -> None:
    assert texts.ws.campaigns.send("spring", limit=4).sent == 4
    waiting = next(address for address, state in texts.states().items() if state == "queued")
    with coterie.open_brakes(texts.folder) as brakes:
        assert brakes.hear([Reply(waiting, "unsubscribe")], channel="sms").stopped == 1
    assert texts.ws.campaigns.send("spring").refused == {"suppressed": 1}
    assert waiting not in texts.gateway.numbers()


def test_lifting_by_hand_outlasts_a_file_that_is_loaded_again(texts: Texts) -> None:
    old = Reply(number(100), "STOP", datetime(2026, 11, 22, 8))
    assert texts.ws.brakes.hear([old]).stopped == 1
    texts.ws.brakes.lift(number(100), reason="she asked for it", channel="sms")
    texts.now = datetime(2026, 11, 22, 11)
    assert texts.ws.brakes.hear([old]).stopped == 0
    assert texts.ws.brakes.hear([Reply(number(100), "STOP", texts.now)]).stopped == 1


def test_a_template_of_another_form_is_refused_where_it_is_saved_planned_and_sent(texts: Texts) -> None:
    with pytest.raises(BadDefinition, match="sms carries plain text alone"):
        texts.apply("templates:\n- {name: page, channel: sms, subject: Tea, body: '<p>Tea</p>'}\n")
    with pytest.raises(BadDefinition, match="email carries a page"):
        texts.apply("campaigns:\n- {name: mail, audience: {everybody: true}, template: tea}\n")
    texts.apply("templates:\n- {name: tea, subject: Tea, body: '<p>Tea</p>'}\n")
    assert "12 people would get nothing" in texts.ws.campaigns.plan("spring").warnings[0]
    with pytest.raises(Refused, match="sms carries plain text alone"):
        texts.ws.campaigns.send("spring")
    assert not texts.ws.campaigns.is_launched("spring")
    doctor = {row["check"]: (row["state"], row["finding"]) for row in texts.ws.doctor().rows()}
    assert doctor["channels"][0] == "look"
    assert "touches 12 people" in str(doctor["channels"][1])


def test_what_is_missing_is_said_before_the_launch_with_how_many_it_touches(
    texts: Texts, monkeypatch: pytest.MonkeyPatch
) -> None:
    (row,) = [row for row in texts.ws.channels.check().rows() if row["channel"] == "sms"]
    assert (row["state"], row["provider"], row["people"], row["open"], row["campaigns"]) == (
        "ready",
        "sms_http",
        12,
        12,
        ["spring"],
    )
    monkeypatch.delenv("COTERIE_SECRET_SMS_HTTP")
    (row,) = [row for row in texts.ws.channels.check().rows() if row["channel"] == "sms"]
    assert (row["state"], "COTERIE_SECRET_SMS_HTTP" in str(row["missing"])) == ("missing", True)
    assert "12 people would wait" in texts.ws.campaigns.plan("spring").warnings[0]
    assert "touches 12 people" in str({row["check"]: row["finding"] for row in texts.ws.doctor().rows()}["channels"])
    with pytest.raises(BadSetting, match="COTERIE_SECRET_SMS_HTTP"):
        texts.ws.campaigns.send("spring")
    assert not texts.ws.campaigns.is_launched("spring")


def test_the_law_of_the_country_is_asked_for_texts(texts: Texts) -> None:
    texts.apply(
        "campaigns:\n- {name: spring, channel: sms, audience: {everybody: true}, template: tea, basis: opt_out}\n"
    )
    with pytest.raises(NotPermitted, match="US do not admit"):
        texts.ws.campaigns.plan("spring")


def test_a_text_is_previewed_counted_and_tried_out(texts: Texts) -> None:
    found = texts.ws.templates.preview("tea", "C101")
    assert (found.subject, found.html, found.text) == ("", "", "【茶舍】Leeds新茶上市，今日八折 回T退订")
    assert found.advice[0] == "The text has 1 part (UCS-2): 23 units, and room for 47 more."
    tried = texts.cli("templates", "test", "tea", "--to", "+1 201 555 0190")
    assert (tried["to"], tried["state"]) == (number(190), "sent")
    assert texts.gateway.taken[-1][3] == "[Test] Tea House: new tea in town, 20% off today\nReply STOP to opt out"
    with pytest.raises(Refused, match="this address is a customer's"):
        texts.ws.templates.send_test("tea", number(101))


@pytest.mark.parametrize("texts", [{"sender": "TeaHouse"}], indirect=True, ids=[""])
def test_a_word_for_a_sender_cannot_be_answered_so_the_link_is_the_way_out(texts: Texts) -> None:
    text = texts.ws.templates.preview("tea", "C100").text
    assert "Unsubscribe: https://tea.test/unsubscribe/" in text
    assert "STOP" not in text


@pytest.mark.parametrize("texts", [{"people": (*ORDINARY, *SPECIAL)}], indirect=True, ids=[""])
def test_the_secret_is_in_nothing_that_is_kept_or_shown(texts: Texts, capfd: pytest.CaptureFixture[str]) -> None:
    texts.cli("campaigns", "send", "spring", "--yes", "--accept-stale", "ann")
    texts.cli("campaigns", "messages", "spring")
    texts.ws.close()
    out = capfd.readouterr()
    held = b"".join(file.read_bytes() for file in texts.folder.rglob("*") if file.is_file())
    assert TOKEN not in out.out + out.err
    assert TOKEN.encode() not in held
