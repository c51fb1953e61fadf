"""The first visit of an owner: the business named and placed once, then a workspace that says what belongs in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

import coterie
from coterie.settings import read_workspace_settings
from tests.api.server import Server, serving
from tests.laws import by_day
from tests.web.conftest import Visit
from tests.web.said import Say, chosen, joined, said
from tests.web.test_pages import violations
from tests.workspace.shop import write_shop


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return coterie.init(tmp_path / "new", country="DE")


@pytest.fixture
def server(folder: Path) -> Iterator[Server]:
    with serving(folder) as running:
        yield running


def opened(browser: Browser, language: str, width: int) -> Page:
    context = browser.new_context(
        locale={"en": "en-GB", "zh": "zh-CN"}[language],
        viewport={"width": width, "height": 900},
        reduced_motion="reduce",
    )
    return context.new_page()


def shown(page: Page, say: Say, field: str) -> str:
    item = page.locator(".ant-form-item", has=page.get_by_text(say(f"welcome.{field}"), exact=True))
    return item.locator(".ant-select-content").inner_text()


@pytest.mark.parametrize(("language", "width"), by_day([pytest.param("en", 1440), pytest.param("zh", 390)], "zh"))
def test_the_owner_names_the_business_and_is_asked_once(
    browser: Browser, server: Server, folder: Path, language: str, width: int
) -> None:
    say = said(language)
    page = opened(browser, language, width)
    joined(page, server, say)
    page.wait_for_url(f"{server.address}/welcome")
    expect(page.get_by_label(say("welcome.name"))).to_have_value("new")
    assert "EUR" in shown(page, say, "currency")

    page.reload()
    page.get_by_label(say("welcome.name")).fill("Teehaus")
    chosen(page, say("welcome.country"), "CN")
    expect(page.get_by_text("Asia/Shanghai", exact=True).first).to_be_visible()
    assert "CNY" in shown(page, say, "currency")
    chosen(page, say("welcome.timezone"), "Asia/Urumqi")
    assert violations(Visit(page, server.address)) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("button", name=say("welcome.goOn")).click()

    page.wait_for_url(f"{server.address}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Teehaus")
    expect(page.get_by_text(say("home.empty"))).to_be_visible()
    assert violations(Visit(page, server.address)) == []
    kept = read_workspace_settings(folder)
    assert (kept.name, kept.locale, kept.country, kept.currency, kept.timezone) == (
        "Teehaus",
        language,
        "CN",
        "CNY",
        "Asia/Urumqi",
    )
    page.goto(f"{server.address}/welcome")
    page.wait_for_url(f"{server.address}/")
    page.get_by_role("button", name=say("home.bring")).click()
    page.wait_for_url(f"{server.address}/data")


@pytest.mark.slow  # by day, what a country says of both is asked above
def test_what_a_currency_or_a_zone_says_of_the_rest_is_what_the_core_says(browser: Browser, server: Server) -> None:
    say = said("en")
    page = opened(browser, "en", 1440)
    joined(page, server, say)
    chosen(page, "Currency", "JPY")
    expect(page.get_by_text("Japan (JP)").first).to_be_visible()
    assert shown(page, say, "timezone") == "Asia/Tokyo"
    chosen(page, "Time zone", "Europe/Oslo")
    expect(page.get_by_text("Norway (NO)").first).to_be_visible()
    assert "JPY" in shown(page, say, "currency")  # it was chosen


def test_a_value_that_is_refused_is_said_at_its_field(browser: Browser, server: Server, folder: Path) -> None:
    (folder / "coterie.yaml").write_text(
        '{name: "new", currency: EUR, country: DE, timezone: Europe/Berlin}\n', "utf-8"
    )
    page = opened(browser, "en", 1440)
    joined(page, server, said("en"))
    page.get_by_label("Name of the business").fill("")
    page.get_by_role("button", name="Go on").click()
    expect(page.locator(".ant-form-item-explain-error")).to_have_text("The name is missing.")
    page.get_by_label("Name of the business").fill("Teehaus")
    page.get_by_role("button", name="Go on").click()
    field = page.locator(".ant-form-item", has=page.get_by_label("Name of the business"))
    expect(field.locator(".ant-form-item-explain-error")).to_contain_text("coterie.yaml")
    assert page.url.endswith("/welcome")
    assert read_workspace_settings(folder).name == "new"


@pytest.mark.slow  # by day, a file is loaded by hand in the first hour
def test_what_is_loaded_then_is_read_by_what_was_said(browser: Browser, server: Server, tmp_path: Path) -> None:
    page = opened(browser, "en", 1440)
    joined(page, server, said("en"))
    chosen(page, "Currency", "NOK")
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Bring your data").click()
    page.locator("input[type=file]").set_input_files(write_shop(tmp_path / "files")["orders"])
    page.get_by_role("button", name="Load", exact=True).click()
    page.get_by_role("button", name="Refresh").click()
    page.get_by_text("Everything is up to date.").wait_for(timeout=60_000)
    page.goto(f"{server.address}/")
    expect(page.get_by_text("Revenue in the period, last 30 days")).to_be_visible(timeout=60_000)
    expect(page.locator(".ant-statistic-content", has_text="kr")).to_have_count(1)
