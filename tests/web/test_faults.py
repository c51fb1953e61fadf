"""When the server goes away, a session ends or two people write one thing: nothing typed is lost, and the page goes on."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlparse

import pytest
from playwright.sync_api import Browser, expect

from coterie.workspace import open_team
from tests.api.asking import Client, joined
from tests.api.server import Server, start
from tests.laws import by_day
from tests.web.conftest import Visitor
from tests.web.said import PASSWORD


def test_while_the_server_is_away_what_was_typed_stays_and_the_page_goes_on_by_itself(
    visit: Visitor, folder: Path, server: Server
) -> None:
    shown = visit()
    shown.go("/segments/frequent/edit")
    label = shown.page.get_by_label("What people call it")
    label.fill("Most frequent")
    assert server.end()[0] == 0
    shown.page.get_by_role("spinbutton", name="At least").fill("5")
    expect(shown.page.get_by_text("Coterie does not answer.").first).to_be_visible()
    again = start(folder, "--port", str(urlparse(server.address).port))
    server.process = again.process
    expect(shown.page.get_by_text("Coterie does not answer.")).to_have_count(0, timeout=30_000)
    expect(label).to_have_value("Most frequent")
    shown.page.get_by_role("button", name="Save").click()
    shown.page.wait_for_url(re.compile(r"/segments/frequent$"))
    expect(shown.page.get_by_role("heading", level=1)).to_have_text("Most frequent")


@pytest.mark.parametrize("is_asked_at_once", by_day([True, False], True))
def test_who_was_signed_out_signs_in_again_where_they_were_and_goes_on(visit: Visitor, is_asked_at_once: bool) -> None:
    shown = visit()
    shown.go("/segments/oslo/edit")
    label = shown.page.get_by_label("What people call it")
    label.fill("People of Oslo")
    expect(shown.page).to_have_url(re.compile("label=People"))
    shown.page.context.clear_cookies()
    if is_asked_at_once:
        shown.page.get_by_role("button", name="Save").click()
    else:
        shown.page.reload()
    shown.page.get_by_label("E-mail").fill("olga@shop.example")
    shown.page.get_by_label("Password").fill(PASSWORD)
    shown.page.get_by_role("button", name="Sign in").click()
    expect(shown.page.get_by_label("E-mail")).to_have_count(0)
    expect(label).to_have_value("People of Oslo")
    expect(shown.page).to_have_url(re.compile(r"/segments/oslo/edit(\?|$)"))


@pytest.mark.slow  # by day, the second editor of a trait is told: see the moves of the builder
def test_the_second_who_saves_one_definition_is_told_of_the_first(visit: Visitor) -> None:
    first, second = visit(), visit()
    for each, label in ((first, "Theirs"), (second, "Ours")):
        each.go("/segments/frequent-oslo/edit")
        each.page.get_by_label("What people call it").fill(label)
    first.page.get_by_role("button", name="Save").click()
    first.page.wait_for_url(re.compile(r"/segments/frequent-oslo$"))
    second.page.get_by_role("button", name="Save").click()
    told = second.page.get_by_role("alert")
    expect(told).to_contain_text(
        re.compile(r"olga@shop.example saved frequent-oslo meanwhile.*label\s*Theirs.*label\s*Ours")
    )
    expect(second.page.get_by_label("What people call it")).to_have_value("Ours")
    told.get_by_role("button", name="Keep mine, and save again").click()
    second.page.wait_for_url(re.compile(r"/segments/frequent-oslo$"))
    expect(second.page.get_by_role("heading", level=1)).to_have_text("Ours")


@pytest.mark.parametrize(
    ("role", "offered"),
    by_day(
        [
            pytest.param("viewer", {"New segment": 0, "Refresh": 0, "Edit": 0}),
            pytest.param("analyst", {"New segment": 1, "Refresh": 1, "Edit": 1}),
        ],
        "viewer",
    ),
)
def test_what_a_role_may_not_do_is_not_offered(
    browser: Browser, server: Server, folder: Path, role: str, offered: dict[str, int]
) -> None:
    with open_team(folder) as team:
        link = team.invite(role)
    client: Client = joined(server, link, f"{role}@shop.example")
    name, _, value = client.cookie.partition("=")
    context = browser.new_context(locale="en-GB")
    context.add_cookies([{"name": name, "value": value, "url": server.address}])
    page = context.new_page()
    found = {}
    for path, button in (("/segments", "New segment"), ("/", "Refresh"), ("/segments/oslo", "Edit")):
        page.goto(f"{server.address}{path}")
        page.get_by_role("heading", level=1).wait_for()
        page.wait_for_load_state("networkidle")
        found[button] = page.get_by_role("button", name=button).count()
    context.close()
    assert found == offered
