"""A page of the documentation followed in a browser: what it says to click, type, choose and drop in is done, what it says that one sees is waited for."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

ACTS = {
    "click": r"[Cc]lick \*\*(?P<what>.+?)\*\*",
    "type": r"(?:[Tt]ype|,|and) `(?P<value>[^`]+)`\s+into \*\*(?P<what>.+?)\*\*",
    "choose": r"[Cc]hoose `(?P<value>[^`]+)` in \*\*(?P<what>.+?)\*\*",
    "drop": r"[Dd]rop in `(?P<value>[^`]+)`",
    "turn": r"[Pp]ress the right arrow ten times on \*\*(?P<what>.+?)\*\*",
    "enter": r"press Enter",
    "beside": r"[Yy]ou see `(?P<value>[^`]+)` beside `(?P<what>[^`]+)`",
    "see": r"\*\*(?P<what>.+?)\*\*",
    "value": r"`(?P<value>[^`]+)`",
}
_ACT = re.compile("|".join(f"(?P<{name}>{re.sub(r'P<', f'P<{name}_', each)})" for name, each in ACTS.items()))
USUAL = 30_000


def steps_of(text: str) -> list[tuple[str, str, str]]:
    """What a numbered line says is done or seen, in its order: the act, on what, and with what value.

    >>> steps_of("Type `2` into **Value**, then click **Save**. You see **Saved.**")
    [('type', 'Value', '2'), ('click', 'Save', ''), ('see', 'Saved.', '')]
    """
    found = []
    for each in _ACT.finditer(re.sub(r"\s+", " ", text)):
        name = next(act for act in ACTS if each[act])
        parts = each.groupdict()
        found.append((name, parts.get(f"{name}_what") or "", parts.get(f"{name}_value") or ""))
    return found


def pattern(words: str) -> re.Pattern[str]:
    """Words of the page as the browser shows them; … stands for whatever is there."""
    return re.compile(r".*".join(re.escape(part) for part in words.split("…")))


class Follower:
    """Somebody who reads the page and does what it says; ``instead`` has what differs here, such as ports."""

    def __init__(self, page: Page, folder: Path, instead: Mapping[str, str]) -> None:
        self.page, self.folder, self.instead = page, folder, instead

    def follow(self, text: str) -> None:
        for act, what, value in steps_of(text):
            do: Callable[[str, str], None] = getattr(self, act)
            do(what, self.instead.get(value, value))

    def click(self, what: str, _value: str) -> None:
        item = self._named(what)
        if item.get_attribute("role") == "menuitem":
            item.dispatch_event("click")  # a menu may still move away under the pointer
        else:
            item.click()

    def _named(self, what: str) -> Locator:
        """The last thing to click that bears these words: what was opened last stands last."""
        words = re.compile(rf"^\s*{pattern(what).pattern}\s*$")
        found = self.page.locator("button, a, [role=menuitem], .ant-segmented-item").filter(has_text=words)
        found.filter(visible=True).first.wait_for(timeout=USUAL)
        return found.filter(visible=True).last

    def type(self, what: str, value: str) -> None:
        field = self.page.get_by_label(what, exact=True).last
        field.fill(value)
        self.page.wait_for_timeout(150)
        if field.input_value() != value:  # the field became another one, with suggestions, while it was typed in
            field.fill(value)
        expect(field).to_have_value(value)

    def choose(self, what: str, value: str) -> None:
        self.page.get_by_role("combobox", name=what, exact=True).last.fill(value)
        options = self.page.locator(".ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option")
        options.filter(has_text=value).first.wait_for()
        self.page.keyboard.press("Enter")
        expect(self.page.locator(".ant-select-content", has_text=value).last).to_be_visible()

    def drop(self, _what: str, value: str) -> None:
        self.page.locator("input[type=file]").set_input_files(self.folder / value)

    def turn(self, what: str, _value: str) -> None:
        self.page.get_by_role("slider", name=what).focus()
        for _ in range(10):
            self.page.keyboard.press("ArrowRight")

    def enter(self, _what: str, _value: str) -> None:
        self.page.keyboard.press("Enter")

    def beside(self, what: str, value: str) -> None:
        row = self.page.get_by_role("row", name=re.compile(rf"^{re.escape(what)}\b"))
        expect(row).to_contain_text(value, timeout=USUAL)

    def see(self, what: str, _value: str) -> None:
        expect(self.page.get_by_text(pattern(what)).filter(visible=True).first).to_be_visible(timeout=USUAL)

    def value(self, _what: str, value: str) -> None:
        expect(self.page.get_by_text(value, exact=True).filter(visible=True).first).to_be_visible(timeout=USUAL)
