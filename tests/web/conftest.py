"""The web application in a real browser: a served shop, its owner signed in, any page in any language and width.

Needs the application (`make web`) and Chromium of this machine; where one is missing these tests are skipped and say so.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, StorageState, expect, sync_playwright

import coterie
from coterie.api.site import STATIC
from tests.api.asking import joined
from tests.api.server import Server, serving
from tests.web.said import PASSWORD
from tests.workspace.shop import NOW, filled

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
LANGUAGES = ("en", "zh")
OWNER = "olga@shop.example"
expect.set_options(timeout=20_000)  # a machine that is busy is no fault of the pages


@dataclass
class Visit:
    """A page of the application as somebody looks at it, and what the browser complained of."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str) -> None:
        """Open an address and wait until the page stands still."""
        self.page.goto(f"{self.address}{path}")
        self.settle()

    def settle(self) -> None:
        # Waited for, which looks at every frame, where an expectation looks once a second.
        self.page.get_by_role("heading", level=1).wait_for(timeout=30_000)
        self.page.wait_for_load_state("networkidle")
        coming = self.page.locator(".ant-spin-spinning, .ant-skeleton")
        while coming.count():
            coming.first.wait_for(state="detached", timeout=30_000)
        expect(self.page.get_by_role("heading", level=1)).to_have_count(1)


Visitor = Callable[..., Visit]


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip(
            "the pages were NOT looked at: there is no Chromium on this machine (Debian: apt-get install chromium)"
        )
    if not (STATIC / "index.html").exists():
        pytest.skip("the pages were NOT looked at: the application is not built (`make web`)")
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small shop, loaded, defined and refreshed."""
    folder = filled(tmp_path_factory.mktemp("looked-at") / "shop")
    coterie.open(folder, clock=lambda: NOW).close()
    return folder


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Server]:
    with serving(folder) as running:
        yield running


@pytest.fixture(scope="module")
def owner(server: Server) -> StorageState:
    """What a browser keeps of the owner, who came by the link that the server printed; how that looks, the first visit tries."""
    assert server.owner_link is not None
    name, _, value = joined(server, server.owner_link.partition("#")[2], OWNER, PASSWORD).cookie.partition("=")
    place = {"domain": urlsplit(server.address).hostname, "path": "/", "expires": -1}
    cookie = {"name": name, "value": value, **place, "httpOnly": True, "secure": False, "sameSite": "Lax"}
    return StorageState(cookies=[cookie], origins=[])  # type: ignore[typeddict-item]


def _is_complaint(said: ConsoleMessage) -> bool:
    """What the browser complains of; it takes for an error what is not there (404) or not yet (409), and the page says so."""
    return said.type in ("error", "warning") and not re.search("status of 40[49]", said.text)


class Windows:
    """Windows of a browser, which forget what a test left in them, and keep the code of the application as it was compiled.

    A window that is new compiles it anew with the first page, which takes longer than all else of the page.
    """

    def __init__(self, browser: Browser, server: Server, owner: StorageState) -> None:
        self._browser, self._server, self._owner = browser, server, owner
        self._free: dict[tuple[str, int], list[BrowserContext]] = {}

    @contextmanager
    def visiting(self) -> Iterator[Visitor]:
        """Look at the shop as its owner, in a language and a width, each time in a window of its own."""
        used: list[tuple[tuple[str, int], BrowserContext]] = []

        def looked(language: str = "en", width: int = 1440) -> Visit:
            free = self._free.setdefault((language, width), [])
            context = free.pop() if free else self._opened(language, width)
            context.set_storage_state(self._owner)
            used.append(((language, width), context))
            visit = Visit(context.new_page(), self._server.address)
            visit.page.on("console", lambda said: _is_complaint(said) and visit.complaints.append(said.text))
            visit.page.on("pageerror", lambda fault: visit.complaints.append(str(fault)))
            return visit

        yield looked
        for kind, context in used:
            for page in context.pages:
                page.close()
            self._free[kind].append(context)

    def _opened(self, language: str, width: int) -> BrowserContext:
        context = self._browser.new_context(
            viewport={"width": width, "height": 900},
            locale={"en": "en-GB", "zh": "zh-CN"}[language],
            reduced_motion="reduce",  # what is clicked does not move away under the pointer
        )
        context.set_default_timeout(20_000)
        return context


@pytest.fixture(scope="module")
def windows(browser: Browser, server: Server, owner: StorageState) -> Windows:
    return Windows(browser, server, owner)


@pytest.fixture
def visit(windows: Windows) -> Iterator[Visitor]:
    """Look at the shop as its owner, in a language and a width."""
    with windows.visiting() as looked:
        yield looked


@pytest.fixture(scope="module")
def look(windows: Windows) -> Iterator[Visitor]:
    """The same for pages that keep nothing in the browser: one page for each language and width, which is gone on with."""
    known: dict[tuple[str, int], Visit] = {}
    with windows.visiting() as fresh:

        def looked(language: str = "en", width: int = 1440) -> Visit:
            if (language, width) not in known:
                known[language, width] = fresh(language, width)
            found = known[language, width]
            found.complaints.clear()
            return found

        yield looked
