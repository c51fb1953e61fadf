"""Templates in the browser: where each is used, read in the dark, and tried on oneself."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

import coterie
from coterie.testing.smtp_sink import RunningSink, running_sink
from tests.api.server import Server, serving
from tests.web.conftest import Visitor
from tests.workspace.shop import NOW, filled

DARK = """
templates:
- name: night
  subject: Night
  body: "<html><head><style>p {color: rgb(1, 2, 3)} @media (prefers-color-scheme: dark) {p {color: rgb(250, 250, 250) !important}}</style></head><body><p>Hi</p></body></html>"
"""


@pytest.fixture(scope="module")
def sink(tmp_path_factory: pytest.TempPathFactory) -> RunningSink:
    with running_sink(tmp_path_factory.mktemp("mail")) as running:
        yield running


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, sink: RunningSink) -> Path:
    folder = filled(tmp_path_factory.mktemp("templates") / "shop")
    said = (folder / "coterie.yaml").read_text("utf-8")
    (folder / "coterie.yaml").write_text(
        re.sub(r"^smtp:.*?(?=^\S|\Z)", "", said, flags=re.MULTILINE | re.DOTALL)
        + f"\nsmtp: {{port: {sink.port}, is_sink: true}}\n",
        "utf-8",
    )
    (folder / "definitions" / "night.yaml").write_text(DARK, "utf-8")
    with coterie.open(folder, clock=lambda: NOW) as ws:
        ws.apply(folder / "definitions" / "night.yaml")
    return folder


@pytest.fixture(scope="module")
def server(folder: Path) -> Server:
    with serving(folder) as running:
        yield running


def test_a_template_is_found_with_its_campaigns_and_tried_on_oneself(visit: Visitor, sink: RunningSink) -> None:
    shown = visit()
    shown.go("/templates")
    row = shown.page.locator("tr", has_text="hello")
    expect(row.get_by_role("link", name="spring")).to_be_visible()
    row.get_by_role("link", name="hello").click()
    shown.page.get_by_role("button", name="Test send").click()
    to = shown.page.get_by_label("Your address")
    expect(to).to_have_value("olga@shop.example")
    to.fill("c4@shop.example")
    shown.page.get_by_role("button", name="Send the test").click()
    expect(shown.page.get_by_text("this address is a customer's")).to_be_visible()
    assert sink.accepted() == []
    to.fill("olga@agency.example.org")
    shown.page.get_by_role("button", name="Send the test").click()
    expect(shown.page.get_by_text("On its way to olga@agency.example.org")).to_be_visible()
    assert [line["recipients"] for line in sink.accepted()] == [["olga@agency.example.org"]]


def test_a_message_is_read_in_the_dark(visit: Visitor) -> None:
    shown = visit()
    shown.go("/templates/night")
    words = shown.page.frame_locator("iframe").locator("p", has_text="Hi").first
    expect(words).to_have_css("color", "rgb(1, 2, 3)")
    shown.page.get_by_text("Dark", exact=True).click()
    expect(words).to_have_css("color", "rgb(250, 250, 250)")
