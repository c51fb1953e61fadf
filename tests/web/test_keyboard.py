"""By keyboard alone: past the rooms to the content, anything found by Ctrl-K, every control of a page reached and seen."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Route, expect

from tests.laws import by_day
from tests.web.conftest import Visitor

FOCUS = """() => {
  const here = document.activeElement
  const seen = getComputedStyle(here)
  const around = here.closest('.ant-select, .ant-input-affix-wrapper, .ant-input-number, .ant-picker, .ant-segmented') ?? here
  return [here.tagName, (here.getAttribute('aria-label') ?? here.innerText ?? '').slice(0, 40),
          seen.outlineStyle !== 'none' || seen.boxShadow !== 'none' || getComputedStyle(around).boxShadow !== 'none'
          || getComputedStyle(around).borderColor !== 'rgb(217, 217, 217)']
}"""


def test_the_first_stop_leads_past_the_rooms(visit: Visitor) -> None:
    shown = visit()
    shown.go("/segments")
    shown.page.keyboard.press("Tab")
    assert shown.page.evaluate("document.activeElement.innerText").strip() == "To the content"
    shown.page.keyboard.press("Enter")
    shown.page.keyboard.press("Tab")
    assert shown.page.evaluate("document.activeElement.closest('main') !== null")


@pytest.mark.parametrize(
    ("typed", "leads_to"),
    by_day(
        [
            pytest.param("osl", "/segments/oslo"),
            pytest.param("spri", "/campaigns/spring"),
            pytest.param("audit", "/audit"),
        ],
        "osl",
    ),
)
def test_anything_is_found_from_anywhere(visit: Visitor, typed: str, leads_to: str) -> None:
    shown = visit()
    shown.go("/jobs")
    shown.page.keyboard.press("Control+k")
    expect(shown.page.get_by_role("dialog").get_by_role("combobox")).to_be_focused()
    shown.page.keyboard.type(typed)
    expect(shown.page.get_by_role("option").first).to_contain_text(leads_to.rpartition("/")[2], ignore_case=True)
    shown.page.keyboard.press("Enter")
    shown.page.wait_for_url(re.compile(f"{leads_to}$"))


def test_who_types_faster_than_the_lists_come_gets_what_they_asked_for(visit: Visitor) -> None:
    shown = visit()
    shown.go("/jobs")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    shown.page.route(re.compile(r"/api/v1/(segments|campaigns|traits|segmentations)$"), hold)
    shown.page.keyboard.press("Control+k")
    expect(shown.page.get_by_role("dialog").get_by_role("combobox")).to_be_focused()
    shown.page.keyboard.type("osl")
    shown.page.keyboard.press("Enter")
    expect(shown.page.get_by_role("option")).to_have_count(1)  # so far only a person who is called so
    for each in held:
        each.continue_()
    shown.page.wait_for_url(re.compile("/segments/oslo$"))


@pytest.mark.parametrize(
    "path", by_day(["/segments/frequent/edit", "/campaigns/new", "/data", "/settings"], "/segments/frequent/edit")
)
def test_every_stop_of_the_tab_key_is_seen_and_comes_round(visit: Visitor, path: str) -> None:
    shown = visit()
    shown.go(path)
    wanted = shown.page.evaluate(
        "[...document.querySelectorAll('main :is(button, a, input, textarea)')]"
        ".filter(e => e.checkVisibility() && !e.disabled && e.tabIndex >= 0).length"
    )
    stops = []
    for _ in range(2 * wanted + 60):
        shown.page.keyboard.press("Tab")
        stops.append(tuple(shown.page.evaluate(FOCUS)))
        if [stop[0] for stop in stops].count(
            "BODY"
        ) == 2:  # where a field has the focus from the start, the first round is not whole
            break
    assert [stop for stop in stops if stop[0] != "BODY" and not stop[2]] == []
    assert len(stops) >= wanted
