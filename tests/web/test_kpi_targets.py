"""A target of a key figure is set in the form, judged, told on Home, taken back and put back."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.laws import by_day
from tests.web.conftest import LANGUAGES, Visitor
from tests.web.said import chosen, said
from tests.web.test_pages import violations


@pytest.mark.parametrize("language", by_day(LANGUAGES, "zh"))
def test_a_target_is_set_missed_and_taken_back(visit: Visitor, language: str) -> None:
    shown, say = visit(language), said(language)
    page = shown.page
    label = {"en": "Buyers", "zh": "买家数"}[language]
    shown.go("/kpis")
    page.get_by_role("button", name=say("kpiTargets.new"), exact=True).click()
    form = page.get_by_role("dialog")
    chosen(page, say("kpis.which"), label)
    form.get_by_label(say("kpiTargets.value")).fill("5000")
    form.get_by_role("button", name=say("kpiTargets.save")).click()
    expect(form).to_have_count(0)
    row = page.locator("tbody tr", has=page.get_by_role("button", name=say("kpiTargets.change"))).first
    expect(row).to_contain_text(say("kpiTargets.verdicts.missed"))
    expect(row).to_contain_text("5,000")
    assert violations(shown) == []

    shown.go("/")
    told = page.get_by_role("alert").filter(has_text="5,000")
    expect(told).to_be_visible()
    told.get_by_role("link").click()
    page.wait_for_url("**/kpis?**kpi=buyers**")
    shown.settle()

    shown.go("/kpis")
    page.get_by_role("button", name=say("kpiTargets.drop")).first.click()
    expect(page.get_by_text(say("kpiTargets.none"))).to_be_visible()
    page.get_by_role("button", name=say("kpiTargets.undo")).click()
    expect(row).to_contain_text("5,000")
    page.get_by_role("button", name=say("kpiTargets.drop")).first.click()
    expect(page.get_by_text(say("kpiTargets.none"))).to_be_visible()
    assert shown.complaints == []
