"""The tutorial in the browser, followed word for word: what it says to click is there, and what it says that one sees is seen."""

from __future__ import annotations

import re
import runpy
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from coterie.cli.running import run
from tests.api.server import RUN, Server, serving
from tests.docs.pages import DOCS, Block, blocks
from tests.web.following import Follower, steps_of

PAGE = "tutorials/in-the-browser.md"
_NUMBERED = re.compile(r"^\d+\. .*(?:\n   .*)*", re.MULTILINE)
LATER = f"""
from datetime import timedelta
import coterie.domain, coterie.domain.clock as clock
today = clock.utc_now
coterie.domain.utc_now = clock.utc_now = lambda: today() + timedelta(days=15)
{RUN}
"""
"""The program as it is two weeks after what was done so far."""


def parts() -> Iterator[Block | str]:
    """The blocks of code and the numbered lines of the page, in their order."""
    text = (DOCS / PAGE).read_text("utf-8")
    code = {text.index(each.text): each for each in blocks(PAGE)}
    lines = {each.start(): each[0] for each in _NUMBERED.finditer(text)}
    for _, part in sorted((code | lines).items()):
        yield part


def test_whatever_the_tutorial_prints_bold_is_done_or_seen() -> None:
    lines = [part for part in parts() if isinstance(part, str)]
    assert len(lines) > 30
    for line in lines:
        bold = re.findall(r"\*\*(.+?)\*\*", re.sub(r"\s+", " ", line))
        assert [what for act, what, _ in steps_of(line) if act not in ("beside", "value", "drop", "enter")] == bold


class Reader:
    """Somebody who follows the page: at a terminal, and in a browser that looks at the server that was started there."""

    def __init__(self, browser: Browser, folder: Path, running: ExitStack) -> None:
        self.browser, self.folder, self.running = browser, folder, running
        self.port = _free_port()
        self.server: Server | None = None
        self.taken: list[str] = []
        self.follower: Follower | None = None

    def read(self, part: Block | str) -> None:
        if isinstance(part, str):
            assert self.follower is not None
            self.follower.follow(part)
        elif part.title:
            (self.folder / part.title).write_text(part.text, "utf-8")
        else:
            for words in part.commands():
                self.command(words)

    def command(self, words: list[str]) -> None:
        if words[:2] == ["coterie", "serve"]:
            self.serve(self.folder / words[-1])
        elif words[0] == "coterie":
            assert run(words[1:]) == 0
        elif "aiosmtpd" in words and words[0] == "python":
            there = [each.replace(":2525", f":{self.port}") for each in words[1:]]
            sink = subprocess.Popen([sys.executable, *there])
            self.running.callback(sink.wait, 20)
            self.running.callback(sink.terminate)
            _wait_for(self.port)
        elif words[0] == "python":
            runpy.run_path(words[1])
        else:
            assert words[0] == "pip", words

    def serve(self, workspace: Path) -> None:
        """Start the server and look at it: the second time that is two weeks later, by a browser that was closed in between."""
        if self.server is not None:
            self.server.end()
        self.server = self.running.enter_context(serving(workspace, RUN if self.server is None else LATER))
        self.page = self.opened()
        self.page.goto(self.server.owner_link or self.server.address)
        self.follower = Follower(self.page, self.folder, {"2525": str(self.port)})

    def opened(self) -> Page:
        size = {"width": 1440, "height": 900}
        context = self.browser.new_context(locale="en-GB", viewport=size, reduced_motion="reduce")  # type: ignore[arg-type]
        page = context.new_page()
        page.on("download", lambda file: self.taken.append(file.suggested_filename))
        return page


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(f"no mail server came up at {port}")


@pytest.mark.slow
def test_following_the_tutorial_in_the_browser_measures_a_campaign(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with ExitStack() as running:
        reader = Reader(browser, tmp_path, running)
        for part in parts():
            reader.read(part)
        for _ in range(100):
            reader.page.wait_for_timeout(0 if reader.taken else 100)
    assert reader.taken == ["back-to-tea-results.xlsx"]
