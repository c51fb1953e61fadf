"""The page of recipients in a real browser, without scripts: used by everybody, in both languages and widths."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.api.server import serving
from tests.api.test_recipients import written_to
from tests.web.conftest import CHROMIUM, chromium
from tests.web.test_pages import AXE
from tests.workspace.shop import DEFINITIONS, filled


@pytest.fixture(scope="module")
def reader() -> Iterator[Browser]:
    """A browser of somebody who reads mail: the application need not be built for them."""
    if CHROMIUM is None or not AXE.exists():
        pytest.skip("the page was NOT looked at: there is no Chromium, or no axe-core (`make web`)")
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def links(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[str]]:
    """Where each reader's page is."""
    folder: Path = filled(tmp_path_factory.mktemp("read") / "shop", DEFINITIONS)
    tokens, _ = written_to(folder)
    with serving(folder) as server:
        yield [f"{server.address}/unsubscribe/{token}" for token in tokens]


@pytest.mark.slow
@pytest.mark.parametrize(("language", "width"), [("en", 390), ("zh", 390), ("en", 1440), ("zh", 1440)])
def test_everybody_can_choose(reader: Browser, links: list[str], language: str, width: int) -> None:
    link = links.pop()
    context = reader.new_context(viewport={"width": width, "height": 900}, java_script_enabled=False)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text))
    page.goto(f"{link}?lang={language}")
    unsubscribe, again = {"en": ("Unsubscribe", "That was a mistake"), "zh": ("退订", "点错了")}[language]
    page.get_by_role("button", name=unsubscribe).click()
    page.get_by_role("button", name=again).click()
    page.get_by_role("group", name={"en": "Newsletter", "zh": "资讯"}[language]).get_by_role("radio").first.check()
    page.get_by_role("button", name={"en": "Save", "zh": "保存"}[language]).click()
    assert page.get_by_role("status").count() == 1
    assert page.locator("input[type=radio]:checked").count() == 2
    assert complaints == []
    context.close()
    looked = reader.new_context(viewport={"width": width, "height": 900}, bypass_csp=True).new_page()
    for path in (link, f"{link}?lang={language}&said=unsubscribed", f"{link}x?lang={language}"):
        looked.goto(path)
        assert looked.evaluate("document.documentElement.scrollWidth") <= width
        looked.evaluate(AXE.read_text("utf-8"))
        found = looked.evaluate("axe.run(document, {resultTypes: ['violations']})")
        assert [(each["id"], each["help"]) for each in found["violations"]] == []
    looked.context.close()
