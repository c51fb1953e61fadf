"""A campaign is given its times in the form, scheduled and taken off on its page, approved by a second person, and copied."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from playwright.sync_api import expect

import coterie
from tests.laws import by_day
from tests.web.conftest import LANGUAGES, Visitor
from tests.web.said import said
from tests.workspace.shop import NOW, filled


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop that says who writes, where a campaign to anybody is read by two."""
    folder = filled(tmp_path_factory.mktemp("by-time") / "shop")
    coterie.open(folder, clock=lambda: NOW).close()
    file = folder / "coterie.yaml"
    more = {
        "sender": "Shop <news@shop-mail.es>",
        "postal_address": "Calle Mayor 1, Madrid",
        "public_url": "https://shop-mail.es",
        "facts_within_days": 3650,
        "approval_above": 0,
    }
    file.write_text(yaml.safe_dump(yaml.safe_load(file.read_text("utf-8")) | more, allow_unicode=True), "utf-8")
    return folder


@pytest.mark.parametrize("language", by_day(LANGUAGES, "zh"))
def test_a_campaign_goes_out_every_tuesday_once_somebody_else_approved_it(visit: Visitor, language: str) -> None:
    shown, say = visit(language), said(language)
    page, copy = shown.page, f"weekly-{language}"
    shown.go("/campaigns/spring")
    page.get_by_role("button", name=say("clone.do")).click()
    page.get_by_label(say("clone.name")).fill(copy)
    page.get_by_role("dialog").get_by_role("button", name=say("clone.do")).click()
    page.wait_for_url(f"**/campaigns/{copy}/edit/goal")

    shown.go(f"/campaigns/{copy}/edit/channel")
    page.get_by_text(say("when.often")).click()
    page.get_by_label(say("when.onDays")).click()
    # The list slides in: it is chosen from where it stands.
    page.get_by_title("Tuesday" if language == "en" else "星期二").dispatch_event("click")
    page.keyboard.press("Escape")
    page.get_by_label(say("when.time"), exact=True).fill("10:30")
    page.get_by_label(say("when.throttle")).fill("500")
    shown.settle()
    page.reload()  # what was said outlives a reload
    expect(page.get_by_label(say("when.time"), exact=True)).to_have_value("10:30")
    shown.go(f"/campaigns/{copy}/edit/review")
    page.get_by_role("button", name=say("wizard.save")).click()
    page.wait_for_url(f"**/campaigns/{copy}/plan")

    page.get_by_role("button", name=say("byTime.approve")).click()
    refused = page.get_by_role("alert").filter(has_text="olga@shop.example")
    expect(refused).to_be_visible()  # she wrote it: it takes another
    page.get_by_role("button", name=say("byTime.schedule")).click()
    expect(page.get_by_text("approval_above")).to_be_visible()
    assert shown.complaints == [] or all("403" in each or "409" in each for each in shown.complaints)


def test_who_did_not_write_it_approves_it_and_puts_it_on_its_times(visit: Visitor, folder: Path) -> None:
    shown, say = visit(), said("en")
    page = shown.page
    shown.go("/campaigns/spring")
    assert page.get_by_role("button", name=say("byTime.schedule")).count() == 0  # it names no time
    answered = page.request.get(f"{shown.address}/api/v1/definitions/campaign/spring").json()
    assert answered["author"] != "olga@shop.example"
    page.get_by_role("button", name=say("byTime.approve")).click()
    expect(page.get_by_text(say("byTime.approvedBy").replace("{{who}}", "olga@shop.example"))).to_be_visible()
