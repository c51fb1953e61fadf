"""A campaign to a program of the business: from YAML to requests that the library of Standard Webhooks verifies."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

import pytest
import time_machine
import yaml

import coterie
from tests.deliver.test_webhook import SECRET, Receiver
from tests.deliver.test_webhook import receiver as receiver  # noqa: PLC0414 - a fixture
from tests.workspace.shop import copy_stores
from tests.workspace.test_sms import BASICS, NOW, ORDINARY, filled_with

DEFINITIONS = """
templates:
- {name: note, channel: webhook, text: "Call {{ profile.city }}: new tea", defaults: {city: them}}
campaigns:
- {name: calls, channel: webhook, audience: {everybody: true}, template: note, holdout: 0}
"""


@pytest.fixture
def shop(tmp_path: Path, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> Iterator[coterie.Workspace]:
    monkeypatch.setenv("COTERIE_SECRET_WEBHOOK", SECRET)
    folder = coterie.init(tmp_path / "shop")
    copy_stores(filled_with(ORDINARY), folder)
    delivery = {"webhook": {"provider": "webhook", "settings": receiver.settings}}
    (folder / "coterie.yaml").write_text(yaml.safe_dump({**BASICS, "delivery": delivery}), "utf-8")
    said = "".join(f"C{n},{'no' if n % 4 == 0 else 'yes'},marketing,webhook,2026-01-02\n" for n in ORDINARY)
    (tmp_path / "said.csv").write_text("customer_id,granted,purpose,channel,occurred_at\n" + said, "utf-8")
    (tmp_path / "calls.yaml").write_text(DEFINITIONS, "utf-8")
    # The library asks the machine's own clock how old a request is.
    with time_machine.travel(NOW.replace(tzinfo=UTC)), coterie.open(folder, clock=lambda: NOW) as ws:
        ws.load(tmp_path / "said.csv", kind="consents")
        ws.apply(tmp_path / "calls.yaml")
        yield ws


def test_a_program_is_told_of_those_who_agreed_once_each(shop: coterie.Workspace, receiver: Receiver) -> None:
    willing = {f"C{n}" for n in ORDINARY if n % 4}
    plan = shop.campaigns.plan("calls")
    assert (plan.contacts, plan.refused) == (len(willing), {"consent_denied": len(ORDINARY) - len(willing)})
    assert shop.campaigns.send("calls").sent == len(willing)
    assert shop.campaigns.send("calls").sent == 0
    told = [json.loads(body)["data"] for body in receiver.taken.values()]
    assert sorted(each["customer_id"] for each in told) == sorted(willing)
    assert {each["text"].partition("\n")[0] for each in told} == {"Call York: new tea", "Call Leeds: new tea"}
    assert set(receiver.asked.values()) == {1}
    events = shop.query("SELECT count(*) AS n FROM events WHERE name = 'Message Sent' AND channel = 'webhook'")
    assert events.rows() == [{"n": len(willing)}]


def test_the_reach_of_programs_is_told_where_one_is_set(shop: coterie.Workspace) -> None:
    reach = {str(row["channel"]): row["size"] for row in shop.segments.reach({"trait": "orders", ">=": 1}).rows()}
    assert reach == {"sms": 12, "webhook": 9}
