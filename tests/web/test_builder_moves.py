"""The builder is used without a mouse as with one: parts are moved, each move is told and undone, and the address keeps the draft, of a trait as of a rule."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

import coterie
from tests.api.server import Server, serving
from tests.laws import by_day
from tests.web.conftest import LANGUAGES, Visitor
from tests.web.said import joined, said
from tests.web.test_builder import Hand, expect_rule
from tests.web.test_pages import violations
from tests.workspace.shop import NOW, filled

CITY, ORDERS, SEGMENT = {"trait": "city", "=": "Oslo"}, {"trait": "orders", ">=": 2}, {"in_segment": "frequent"}
NESTED = {"all": [CITY, {"any": [ORDERS, SEGMENT]}]}


def address(rule: object, label: str = "Tried") -> str:
    return f"/segments/new?label={label}&rule={quote(json.dumps(rule))}"


@pytest.mark.parametrize("language", by_day(LANGUAGES, "zh"))
def test_parts_are_moved_by_keyboard_and_each_move_is_told_and_undone(visit: Visitor, language: str) -> None:
    say = said(language)
    shown = visit(language)
    shown.go(address(NESTED))
    page = shown.page
    told = page.get_by_role("status")
    handles = page.locator("[data-handle]")
    handles.first.focus()
    page.keyboard.press("ArrowRight")
    expect_rule(page, {"all": [{"any": [CITY, ORDERS, SEGMENT]}]})
    expect(told).to_contain_text("1")
    assert page.evaluate("document.activeElement.hasAttribute('data-handle')")
    page.keyboard.press("ArrowDown")
    expect_rule(page, {"all": [{"any": [ORDERS, CITY, SEGMENT]}]})
    page.keyboard.press("ArrowLeft")
    expect_rule(page, {"all": [{"any": [ORDERS, SEGMENT]}, CITY]})
    page.keyboard.press("ArrowDown")
    expect(told).to_have_text(say("rule.said.stays"))
    for _ in range(3):
        page.get_by_role("button", name=say("rule.undo"), exact=True).click()
    expect_rule(page, NESTED)
    assert violations(shown) == []
    assert shown.complaints == []


def test_a_condition_is_dragged_into_a_group(visit: Visitor) -> None:
    shown = visit()
    shown.go(address(NESTED))
    page = shown.page
    start, end = page.locator("[data-handle]").first.bounding_box(), page.locator("[data-row]").last.bounding_box()
    assert start is not None
    assert end is not None
    page.mouse.move(start["x"] + 8, start["y"] + 8)
    page.mouse.down()
    page.mouse.move(start["x"] + 20, start["y"] + 30, steps=3)
    page.mouse.move(end["x"] + 60, end["y"] + end["height"] - 3, steps=5)
    page.mouse.up()
    expect_rule(page, {"all": [{"any": [ORDERS, SEGMENT, CITY]}]})


@pytest.mark.slow  # by day, the draft of a trait below outlives a reload
def test_a_draft_outlives_a_reload_and_the_way_back(visit: Visitor) -> None:
    shown = visit()
    shown.go(address({"all": [CITY]}))
    page = shown.page
    page.get_by_label("What people call it").fill("Kept")
    page.wait_for_url("**label=Kept**")
    page.reload()
    shown.settle()
    expect(page.get_by_label("What people call it")).to_have_value("Kept")
    expect_rule(page, {"all": [CITY]})
    shown.go("/people")
    page.go_back()
    shown.settle()
    expect(page.get_by_label("What people call it")).to_have_value("Kept")


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
    waits = page.get_by_text(say("traits.waits"))
    computed = page.get_by_text(say("figure.numbers"))  # the server looks at the clock once a minute, and refreshes
    expect(waits.or_(computed).first).to_be_visible(timeout=30_000)
    with coterie.open(folder) as ws:
        kept = ws.definitions.one("trait", "usual_basket")
    measured = {"median": "revenue", "event": "Order Completed"}
    assert kept.body == {"name": "usual_basket", "label": "Usual basket", "unit": "money", "value": measured}
    assert kept.version == 2


LOYAL = '''
from typing import Annotated, Literal
from pydantic import Field
from sqlglot import exp
from coterie.profile import language
from coterie.segment import Rule
from coterie.words import Sentence

class Loyal(Rule):
    """Whoever has so high a number."""
    op: Literal["numbered"] = "numbered"
    value: int = Field(ge=1, description="From which number on.")
    mood: Literal["calm", "wild"] = Field("calm", description="How.")

    def condition(self, plan):
        return exp.GTE(this=exp.column("profile_id", table="profiles", quoted=True), expression=plan.bind(self.value))

    def words(self):
        return Sentence("numbered")
'''


@pytest.fixture
def widened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server with a package installed that brings an operator."""
    package = tmp_path / "package"
    (package / "stranger-1.0.dist-info").mkdir(parents=True)
    (package / "stranger.py").write_text(LOYAL, "utf-8")
    (package / "stranger-1.0.dist-info" / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: stranger\nVersion: 1.0\n", "utf-8"
    )
    (package / "stranger-1.0.dist-info" / "entry_points.txt").write_text(
        "[coterie.operator]\nnumbered = stranger:Loyal\n", "utf-8"
    )
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(package), os.environ.get("PYTHONPATH", "")]))
    folder = filled(tmp_path / "shop")
    coterie.open(folder, clock=lambda: NOW).close()
    with serving(folder) as running:
        yield running


@pytest.mark.slow  # it takes a server of its own; by day, the forms of all other operators come of the same schema
def test_an_operator_of_a_package_has_a_form(browser: Browser, widened: Server) -> None:
    say = said("en")
    page: Page = browser.new_context(reduced_motion="reduce").new_page()
    page.set_default_timeout(20_000)
    joined(page, widened, say)
    page.goto(f"{widened.address}/segments/new")
    page.get_by_role("button", name=say("rule.addCondition")).last.click()
    page.locator(".ant-dropdown").get_by_role("menuitem", name="numbered", exact=True).dispatch_event("click")
    page.get_by_label("Value", exact=True).fill("31")
    page.get_by_role("button", name=say("rule.remove")).first.click()
    expect(page.locator(".ant-statistic-content-value")).to_have_text("30", timeout=20_000)
