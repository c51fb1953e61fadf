"""Text messages from a file of settings to a gateway that checks what it is sent, through the commands that people type."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
import yaml

import coterie
from tests.deliver.gateway import DROPPED, THROTTLED, TOKEN, Gateway, number, running_gateway

NOW = datetime(2026, 11, 22, 9)
ORDINARY = range(100, 112)
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


class Texts:
    """A workspace of people with telephones, whose texts leave by ``gateway``."""

    def __init__(self, folder: Path, gateway: Gateway) -> None:
        self.root, self.gateway, self.now = folder, gateway, NOW
        self.folder = coterie.init(folder / "shop")
        self.set_up(
            delivery={
                "sms": {"provider": "sms_http", "channel": {"sender": "+12015550199"}, "settings": gateway.settings}
            }
        )
        self.ws = coterie.open(self.folder, clock=lambda: self.now)

    def set_up(self, **more: object) -> None:
        basics = {
            "sender": "Tea House <news@tea.test>",
            "postal_address": "1 High Street, Leeds",
            "public_url": "https://tea.test",
            "country": "US",
        }
        (self.folder / "coterie.yaml").write_text(yaml.safe_dump(basics | more), "utf-8")

    def load(self, kind: str, text: str) -> None:
        (self.root / f"{kind}.csv").write_text(text, "utf-8")
        self.ws.load(self.root / f"{kind}.csv", kind=kind)

    def fill(self, people: object = ORDINARY, definitions: str = DEFINITIONS) -> None:
        numbers = [*people]  # type: ignore[call-overload]
        self.load(
            "customers",
            "customer_id,phone,language,city\n"
            + "".join(f"C{n},{number(n)},{'zh' if n % 2 else 'en'},{'Leeds' if n % 2 else 'York'}\n" for n in numbers),
        )
        self.load(
            "orders",
            "order_id,customer_id,occurred_at,revenue\n"
            + "".join(f"{n},C{n},2026-11-20 10:00:00,5\n" for n in numbers),
        )
        said = "".join(f"{number(n)},yes,marketing,sms,2026-01-01\n" for n in numbers)
        self.load("consents", "phone,granted,purpose,channel,occurred_at\n" + said)
        self.ws.refresh()
        (self.root / "definitions.yaml").write_text(definitions, "utf-8")
        self.ws.apply(self.root / "definitions.yaml")

    def states(self, name: str = "spring") -> dict[str, str]:
        return {str(row["address"]): str(row["state"]) for row in self.ws.campaigns.messages(name).rows()}


@pytest.fixture
def texts(tmp_path: Path, gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> Iterator[Texts]:
    monkeypatch.setenv("COTERIE_SECRET_SMS_HTTP", TOKEN)
    made = Texts(tmp_path, gateway)
    yield made
    made.ws.close()


def test_a_campaign_goes_from_yaml_to_telephones_and_comes_back_as_events(texts: Texts) -> None:
    texts.fill([*ORDINARY, *SPECIAL])
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
