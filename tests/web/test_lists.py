"""Lists as somebody keeps them in the browser: made, people put on and taken off, a journey that they enter by."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.web.conftest import Visitor
from tests.web.said import said
from tests.web.test_builder import Hand


def test_a_list_is_made_and_people_are_put_on_it_and_taken_off(visit: Visitor) -> None:
    shown = visit()
    shown.go("/segments")
    page = shown.page
    page.get_by_role("button", name="New list").click()
    page.get_by_role("dialog").get_by_label("List", exact=True).fill("beta")
    page.get_by_role("button", name="Create").click()
    page.get_by_role("button", name="Put people on the list beta").click()
    page.get_by_label("One on each line").fill("C1\nnew@else.example\nnobody")
    page.get_by_role("dialog").get_by_role("button", name="Put people on it").click()
    told = page.get_by_role("status").filter(has_text="Changed: 2.")
    expect(told).to_contain_text("Not known before: 1. Naming nobody: 1.")
    expect(told).to_contain_text("nobody: nobody here is known by it")
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("row").filter(has_text="beta")).to_contain_text("2")
    shown.go("/journeys/new")
    hand = Hand(page, said("en"))
    hand.choose(page.get_by_label("What brings them in"), "They are put on a list, or taken off it")
    chosen = page.get_by_role("combobox", name="List")
    chosen.fill("beta")
    page.get_by_title("beta").wait_for()  # the sizes of lists may come a moment later, and draw what is offered anew
    chosen.press("Enter")
    expect(page.locator("pre")).to_contain_text("list: beta")
    assert shown.complaints == []
