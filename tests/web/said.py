"""What the pages say by key, and what every test does with them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

from tests.api.server import Server

WORDS = Path(__file__).parents[2] / "web" / "src" / "words"
PASSWORD = "several words here"
Say = Callable[[str], str]


def said(language: str) -> Say:
    """What a key says in a language, up to the first value that is filled in."""
    tree = {}
    for file in (WORDS / language).glob("*.json"):
        tree |= json.loads(file.read_text("utf-8"))

    def say(key: str) -> str:
        found = tree
        for part in key.split("."):
            found = found[part]
        return str(found)

    return say


def joined(page: Page, server: Server, say: Say) -> None:
    """Become the owner by the link that the server printed."""
    assert server.owner_link is not None
    page.goto(server.owner_link)
    page.get_by_label(say("join.name"), exact=True).fill("Olga")
    page.get_by_label(say("session.email")).fill("olga@shop.example")
    page.get_by_label(say("session.password")).fill(PASSWORD)
    page.get_by_role("button", name=say("join.enter")).click()
    page.wait_for_url(re.compile(r"/(welcome)?$"))


def chosen(page: Page, label: str, name: str) -> None:
    """Choose from a list by what is typed."""
    page.get_by_role("combobox", name=label, exact=True).fill(name)
    page.locator(".ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option").first.wait_for()
    page.keyboard.press("Enter")
