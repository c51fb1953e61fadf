"""The first hour of a newcomer, in either language: an account, a file, people, a segment whose counts follow; and it lasts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

import coterie
from tests.api.server import Server, serving
from tests.web.said import chosen, joined, said
from tests.workspace.shop import write_shop


@pytest.fixture(params=[pytest.param("en", marks=pytest.mark.slow), "zh"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with serving(coterie.init(tmp_path / "new")) as running:
        yield running


def test_from_a_file_to_a_segment_without_a_manual(
    browser: Browser, server: Server, language: str, tmp_path: Path
) -> None:
    say = said(language)
    files = write_shop(tmp_path / "files")
    page = browser.new_context(locale={"en": "en-GB", "zh": "zh-CN"}[language]).new_page()
    joined(page, server, say)
    page.get_by_role("button", name=say("welcome.goOn")).click()
    page.get_by_role("button", name=say("home.bring")).click()
    for kind in ("customers", "orders"):
        page.locator("input[type=file]").set_input_files(files[kind])
        expect(page.locator(".ant-select-content", has_text=say(f"kinds.{kind}"))).to_have_count(1)
        page.get_by_role("button", name=say("data.load"), exact=True).click()
        page.get_by_text(re.compile(re.escape(f"{kind}.csv") + ".*0")).first.wait_for()
        if kind == "customers":
            page.get_by_role("button", name=say("data.another")).click()
    page.get_by_role("button", name=say("refresh.now")).click()
    page.get_by_text(say("refresh.done")).wait_for(timeout=60_000)

    page.goto(f"{server.address}/people")
    page.get_by_label(say("people.search")).fill("c18@shop.example")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/people/\d+$"))
    expect(page.get_by_text("c18@shop.example").first).to_be_visible()

    page.goto(f"{server.address}/segments/new")
    page.get_by_label(say("builder.label"), exact=True).fill("Oslo")
    chosen(page, say("rule.trait"), "city")
    page.get_by_label(say("rule.value")).fill("Oslo")
    size = page.locator(".ant-statistic-content-value")
    expect(size).to_have_text("30")
    page.get_by_role("button", name=say("rule.addCondition")).last.click()
    page.get_by_role("menuitem", name=say("rule.add.did")).click()
    page.get_by_role("combobox", name=say("rule.event"), exact=True).fill("Order Completed")
    expect(size).not_to_have_text("30")
    counted = size.inner_text()
    page.get_by_role("button", name=say("builder.save")).click()
    page.wait_for_url(re.compile(r"/segments/oslo$"))
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Oslo")
    with coterie.open(tmp_path / "new") as ws:
        rule = {"all": [{"trait": "city", "=": "Oslo"}, {"did": "Order Completed"}]}
        assert ws.segments.preview(rule).size == int(counted)
