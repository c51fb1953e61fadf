"""A journey as a marketer makes it: drawn, refused where it lacks something, published, entered, and looked into."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

import coterie
from coterie.settings import SmtpSettings, WorkspaceSettings
from tests.web.conftest import Visitor
from tests.web.said import chosen
from tests.workspace.shop import NOW, filled

SETTINGS = WorkspaceSettings(
    sender="Shop <news@shop.example>",
    postal_address="Calle Mayor 1, Madrid",
    public_url="https://shop.example",
    smtp=SmtpSettings(port=9),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small shop as somebody who may write to people set it up."""
    folder = filled(tmp_path_factory.mktemp("drawn") / "shop", settings=SETTINGS)
    coterie.open(folder, clock=lambda: NOW).close()
    return folder


def test_a_welcome_journey_is_drawn_published_and_walked(visit: Visitor) -> None:
    shown = visit()
    shown.go("/journeys/new")
    page = shown.page
    page.get_by_label("Name for commands").fill("hello")
    page.get_by_label("Held out").fill("0")
    shown.settle()
    add(page, "steps, place 1", "wait")
    shown.settle()
    page.get_by_label("Span").fill("2d")
    expect(page.get_by_label("Span")).to_have_value("2d")
    shown.settle()
    add(page, "steps, place 2", "message")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("template is missing")).to_be_visible()
    chosen(page, "Template", "hello")
    expect(page.get_by_text("template is missing")).to_have_count(0)
    expect(page.locator("pre")).to_contain_text(
        '- id: wait\n        wait: "2d"\n      - id: message\n        message: hello'
    )
    page.keyboard.press("Escape")
    page.get_by_role("button", name="message: hello").press("ArrowUp")
    expect(page.locator("pre")).to_contain_text('message: hello\n      - id: wait\n        wait: "2d"')
    page.get_by_role("button", name="message: hello").press("ArrowDown")
    page.get_by_role("button", name="Save").click()

    page.wait_for_url("**/journeys/hello")
    expect(page.get_by_text("draft", exact=True)).to_be_visible()
    page.get_by_role("button", name="Publish").click()
    page.get_by_role("dialog").get_by_role("button", name="Publish").click()
    page.get_by_role("button", name="Enrol").click()
    page.get_by_label("Who enters").fill("c1@shop.example, c2@shop.example")
    page.get_by_role("dialog").get_by_role("button", name="Enrol").click()
    expect(page.get_by_role("button", name="wait 2 days")).to_contain_text("2 wait")

    page.get_by_role("link", name="One person").click()
    page.get_by_label("Who is it?").fill("c1@shop.example")
    page.get_by_role("button", name="Show the way").click()
    expect(page.get_by_text("by hand")).to_be_visible()
    expect(page.get_by_text("waits until")).to_be_visible()

    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("2 people inside stay where they stand")).to_be_visible()
    page.get_by_role("dialog").get_by_role("button", name="Pause").click()
    page.get_by_role("button", name="Resume").click()
    going_on = page.get_by_role("dialog").get_by_role("button", name="Resume")
    expect(going_on).to_be_disabled()
    page.get_by_label("Waits end so much later as the pause lasted").check()
    going_on.click()
    expect(page.get_by_text("running", exact=True)).to_be_visible()


def test_who_waits_at_a_step_that_is_removed_is_asked_about(visit: Visitor) -> None:
    shown = visit()
    shown.go("/journeys/hello/edit")
    page = shown.page
    page.get_by_role("button", name="wait: 2d").press("Delete")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/journeys/hello")
    expect(page.get_by_text("people follow version 1")).to_be_visible()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("2 people wait at wait, which is there no more.")).to_be_visible()
    publish = page.get_by_role("dialog").get_by_role("button", name="Publish")
    expect(publish).to_be_disabled()
    page.get_by_label("They leave the journey").check()
    publish.click()
    expect(page.get_by_text("Left at a step")).to_be_visible()
    assert shown.complaints == []


def test_who_leaves_and_when_nothing_is_sent_is_filled_in_and_outlives_a_reload(visit: Visitor) -> None:
    shown = visit()
    shown.go("/journeys/new")
    page, written = shown.page, shown.page.locator("pre")
    page.get_by_role("button", name="Add an exit").click()
    page.get_by_role("group", name="Exit 1").get_by_role("combobox", name="Event").fill("Order Refunded")
    page.get_by_role("button", name="Add a limit").click()
    page.get_by_label("Messages of limit 1").fill("2")
    page.get_by_role("switch", name="Hours at which nothing is sent").click()
    page.get_by_label("Nothing is sent from").fill("22:30")
    limits = """exit:
      - event: Order Refunded
    frequency_caps:
      - times: 2
        within: "7d"
    quiet_hours:
      start: "22:30"
      end: "08:00\""""
    expect(written).to_contain_text(limits)

    page.reload()
    shown.settle()
    expect(page.get_by_text("not saved yet")).to_be_visible()
    expect(written).to_contain_text(limits)
    page.get_by_role("button", name="Begin again").click()
    expect(written).not_to_contain_text("quiet_hours")
    assert shown.complaints == []


def add(page: Page, place: str, step: str) -> None:
    page.get_by_role("button", name=f"Add a step: {place}").click()
    page.get_by_role("button", name=step, exact=True).click()


def test_a_ready_journey_is_taken_with_its_messages_and_opens_to_be_looked_at(visit: Visitor) -> None:
    shown = visit()
    shown.go("/journeys")
    page = shown.page
    birthday = page.locator(".ant-card").filter(has_text="Birthday")
    expect(birthday).to_contain_text("Needs birth_date")
    expect(birthday.get_by_role("button")).to_have_count(0)
    page.locator(".ant-card").filter(has_text="After a purchase").get_by_role("button").click()
    page.wait_for_url("**/journeys/post-purchase/edit")
    expect(page.get_by_role("button", name="message: post-purchase-thanks")).to_be_visible()
    assert shown.complaints == []


@pytest.mark.slow  # by day, a journey of other steps is drawn, published and walked above
def test_a_change_and_a_task_are_drawn_and_the_task_is_ticked_off(visit: Visitor) -> None:
    shown = visit()
    shown.go("/journeys/new")
    page = shown.page
    page.get_by_label("Name for commands").fill("calls")
    page.get_by_label("Held out").fill("0")
    shown.settle()
    add(page, "steps, place 1", "set trait")
    shown.settle()
    page.get_by_role("textbox", name="Trait").fill("plan")
    page.get_by_label("To", exact=True).fill("gold")
    expect(page.locator("pre")).to_contain_text("set_trait: plan")
    add(page, "steps, place 2", "task")
    shown.settle()
    page.get_by_role("textbox", name="Task").fill("Call them")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/journeys/calls")
    page.get_by_role("button", name="Publish").click()
    page.get_by_role("dialog").get_by_role("button", name="Publish").click()
    page.get_by_role("button", name="Enrol").click()
    page.get_by_label("Who enters").fill("c1@shop.example")
    page.get_by_role("dialog").get_by_role("button", name="Enrol").click()
    expect(page.get_by_text("Came to the end")).to_be_visible()
    shown.go("/journeys")
    page.get_by_role("button", name="Done: Call them").click()
    page.get_by_label("What came of it").fill("wants blue")
    page.get_by_role("dialog").get_by_role("button", name="Done").click()
    expect(page.get_by_role("button", name="Done: Call them")).to_have_count(0)
    assert shown.complaints == []
