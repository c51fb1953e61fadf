"""A person's page: what happened picked out by kind, a join undone, all that is kept taken, and, by an owner, erased."""

from __future__ import annotations

import json
import re
from pathlib import Path

from playwright.sync_api import expect

import coterie
from tests.api.server import Server
from tests.web.conftest import Visitor


def test_what_happened_is_picked_out_by_kind(visit: Visitor, server: Server) -> None:
    liked = {
        "type": "track",
        "event": "Shop Liked",
        "messageId": "m-1",
        "context": {"traits": {"email": "c3@shop.example"}},
    }
    assert server.post("track", {**liked, "userId": "C3"}) == 200
    server.settle()
    shown = visit()
    shown.go("/people")
    shown.page.get_by_label("E-mail, customer number or any identifier").fill("c3@shop.example")
    shown.page.keyboard.press("Enter")
    past = shown.page.locator(".ant-timeline-item")
    expect(past).to_have_count(4)  # three orders and this
    shown.page.get_by_label("Only these").click()
    shown.page.locator(".ant-select-item-option", has_text="Shop Liked").click()
    expect(past).to_have_count(1)
    expect(past).to_contain_text("Shop Liked")


def test_all_that_is_kept_is_taken_and_the_person_erased(visit: Visitor, folder: Path) -> None:
    shown = visit()
    shown.go("/people")
    shown.page.get_by_label("E-mail, customer number or any identifier").fill("c59@shop.example")
    shown.page.keyboard.press("Enter")
    shown.page.wait_for_url(re.compile(r"/people/\d+$"))
    with shown.page.expect_download() as taken:
        shown.page.get_by_role("button", name="Take all that is kept").click()
    assert "c59@shop.example" in json.dumps(json.loads(Path(taken.value.path()).read_text("utf-8")))
    shown.page.get_by_role("button", name="Erase").click()
    asked = shown.page.get_by_role("dialog")
    expect(asked).to_contain_text(re.compile(r"[1-9]\d* rows"))
    asked.get_by_role("button", name="Erase").click()
    expect(asked).to_have_count(0, timeout=60_000)
    expect(shown.page).to_have_url(re.compile(r"/people$"), timeout=60_000)
    with coterie.open(folder) as ws:
        assert ws.query("SELECT count(*) AS n FROM identifier_keys WHERE key LIKE '%c59@%'")["n"] == [0]
