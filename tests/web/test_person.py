"""A person's page: what happened picked out by kind, a join undone, all that is kept taken, and, by an owner, erased."""

from __future__ import annotations

import json
import re
from pathlib import Path

from playwright.sync_api import expect

import coterie
from tests.api.server import Server
from tests.web.conftest import Visitor
from tests.web.said import chosen


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
    chosen(shown.page, "Only these", "Shop Liked")
    expect(past).to_have_count(1)
    expect(past).to_contain_text("Shop Liked")


def test_a_segment_says_since_when_and_why(visit: Visitor, folder: Path) -> None:
    with coterie.open(folder) as ws:
        number = ws.segments["oslo"].members()["profile_id"][0]
    shown = visit()
    shown.go(f"/people/{number}")
    row = shown.page.get_by_role("button", name=re.compile("oslo since"))
    row.click()
    expect(shown.page.get_by_text("city = Oslo")).to_be_visible()
    shown.page.get_by_role("link", name="Open the segment").click()
    shown.page.wait_for_url(re.compile("/segments/oslo$"))


def test_consent_stands_with_its_proof_and_what_it_means_now(visit: Visitor, folder: Path) -> None:
    shown = visit()
    shown.go("/people/1/consent")
    may = shown.page.locator(".ant-card", has_text="May we write?").locator("tbody tr[data-row-key]")
    expect(may).to_contain_text(re.compile("E-mail.*Marketing.*c1@shop.example.*yes.*A message may go"))
    proof = shown.page.locator(".ant-card", has_text="What they said").locator("tbody tr[data-row-key]")
    expect(proof).to_contain_text(re.compile("customer_id:C1.*file consents.csv.*row \\d+ of the ledger"))
    with coterie.open(folder) as ws:
        ws.brakes.suppress("c1@shop.example", actor="ann")
    shown.go("/people/1/consent")
    expect(may).to_contain_text(re.compile("no.*suppression list"))
    expect(shown.page.locator(".ant-card", has_text="they objected")).to_contain_text("blocked")


def test_two_are_joined_by_hand_parted_again_and_refused(visit: Visitor, folder: Path) -> None:
    shown = visit()
    shown.go("/people/1/identity")
    picture = shown.page.locator("svg[role=img]")
    expect(picture.locator("circle")).to_have_count(2)
    expect(picture.locator("path")).to_have_count(1)
    shown.page.get_by_label("The other person").fill("C22")
    shown.page.get_by_role("button", name="Same person").click()
    expect(picture.locator("circle")).to_have_count(4)
    joined = shown.page.locator("li", has_text="were joined by hand")
    joined.get_by_role("button", name="Undo").click()
    expect(picture.locator("circle")).to_have_count(2)
    expect(shown.page.get_by_text("Different people, as somebody said")).to_be_visible()
    shown.page.get_by_label("The other person").fill("nobody at all")
    shown.page.get_by_role("button", name="Different people").click()
    expect(shown.page.get_by_role("alert").filter(has_text="nobody is known by this key")).to_be_visible()
    shown.page.get_by_label("The other person").fill("C23")
    shown.page.get_by_role("button", name="Different people").click()
    with coterie.open(folder) as ws:
        other = ws.profiles.find("C23")
    shown.page.get_by_role("link", name=f"Person {other}").click()
    shown.page.wait_for_url(re.compile(f"/people/{other}$"))


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
