"""A trait made in the browser: its preview follows, the address keeps it, and a second editor is shown both."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

import coterie
from tests.web.conftest import Visitor
from tests.web.said import said
from tests.web.test_builder import Hand


def test_a_trait_is_built_by_hand_and_a_second_editor_is_shown_both(visit: Visitor, folder: Path) -> None:
    shown, say = visit(), said("en")
    page = shown.page
    shown.go("/traits/new")
    hand, form = Hand(page, say), page.locator("main")
    page.get_by_label(say("builder.label"), exact=True).fill("Usual basket")
    hand.choose(form.get_by_role("combobox", name=say("rule.measure"), exact=True), "median")
    hand.fill(form, "Property", "revenue")
    hand.fill(form, "Event", "Order Completed")
    hand.fill(form, "Unit", "money")
    expect(page.get_by_text("median revenue of orders")).to_be_visible()
    expect(form.locator("tbody a")).to_have_count(5)
    expect(page.get_by_text("Known of 52 of 60 profiles (87%).")).to_be_visible()

    page.wait_for_url("**unit=money**")
    page.reload()
    shown.settle()
    expect(page.get_by_label(say("builder.label"), exact=True)).to_have_value("Usual basket")
    expect(page.get_by_text("median revenue of orders")).to_be_visible()

    with coterie.open(folder) as ws:
        ws.definitions.put("trait", {"name": "usual_basket", "value": {"count": "Order Completed"}})
    page.get_by_role("button", name=say("builder.save"), exact=True).click()
    expect(page.get_by_text(say("overtaken.theirs"))).to_be_visible(timeout=30_000)
    expect(page.locator("pre", has_text='"count": "Order Completed"')).to_be_visible()
    page.get_by_role("button", name=say("overtaken.keepMine")).click()
    page.wait_for_url("**/traits/usual_basket")
    expect(page.get_by_text(say("traits.waits"))).to_be_visible(timeout=30_000)
    with coterie.open(folder) as ws:
        kept = ws.definitions.one("trait", "usual_basket")
    measured = {"median": "revenue", "event": "Order Completed"}
    assert kept.body == {"name": "usual_basket", "label": "Usual basket", "unit": "money", "value": measured}
    assert kept.version == 2
