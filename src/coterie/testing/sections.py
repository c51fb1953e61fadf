"""What every section of the report must do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from html.parser import HTMLParser
from typing import get_args

from coterie.report import ReportFacts
from coterie.report.page import Absent, Section
from coterie.report.sections import Draw
from coterie.settings import Locale
from coterie.testing.claims import claim

HOSTILE = 'Tea & <script>alert(1)</script> "Co"'
_AT = datetime(2026, 3, 1)  # noqa: DTZ001 - naive UTC, as stored
_VOID = frozenset({"br", "hr", "img", "meta", "wbr", "col", "path", "rect", "line", "circle"})
_BANNED = frozenset({"script", "iframe", "object", "embed", "link", "form", "base"})


def bare_facts(name: str = "shop") -> ReportFacts:
    """What a report knows of a workspace that nothing was loaded into.

    >>> bare_facts().has_orders
    False
    """
    counts: defaultdict[str, float] = defaultdict(float)
    return ReportFacts(name, "USD", _AT, written_at=_AT, newest_fact_at=None, is_historic=False, base=counts)


def check_section(draw: Draw, facts: Sequence[ReportFacts] = ()) -> None:
    """Assert the contract of a section on ``facts`` of yours and on bare ones: words, safe HTML, or why there is none.

    Raises ``AssertionError`` naming the promise that is broken.

    >>> from coterie.report import SECTIONS
    >>> check_section(SECTIONS["concentration"])
    """
    part = f"{draw.__module__}.{getattr(draw, '__name__', draw)}"
    for known in (*facts, bare_facts()):
        spiked = replace(known, name=HOSTILE, remarks=(HOSTILE,))
        drawn = {lang: draw(spiked, lang) for lang in get_args(Locale)}
        claim(len({type(each) for each in drawn.values()}) == 1, part, "is there in all languages, or in none")
        claim(len({each.title for each in drawn.values()}) == len(drawn), part, "has a title in each language")
        again = draw(spiked, "en")
        claim(_said(again) == _said(drawn["en"]), part, "what is drawn again says the same")
        for each in drawn.values():
            if isinstance(each, Absent):
                claim(each.reason.strip(), part, "a section that is absent says why")
                continue
            claim(isinstance(each, Section) and each.key.isidentifier(), part, "has a key that can be an anchor")
            claim(each.body.strip(), part, "a section that is there says something")
            faults = _Marks(each.body).faults
            claim(not faults, part, "; ".join(faults))


def _said(drawn: Section | Absent) -> tuple[str, ...]:
    """The words of a section; pictures number their parts anew each time."""
    if isinstance(drawn, Absent):
        return (drawn.title, drawn.reason)
    return (drawn.key, drawn.title, drawn.gist, *_Marks(drawn.body).words)


class _Marks(HTMLParser):
    """What is wrong with a piece of HTML that shall stand in a page that runs nothing and asks nobody."""

    def __init__(self, body: str) -> None:
        super().__init__()
        self._open: list[str] = []
        self.faults: list[str] = []
        self.words: list[str] = []
        self.feed(body)
        self.close()
        self.faults += [f"<{tag}> is never closed" for tag in self._open]

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _VOID:
            self._open.append(tag)
        self._judge(tag, attrs)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._judge(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        if not self._open or self._open.pop() != tag:
            self.faults.append(f"</{tag}> closes what is not open")

    def _judge(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BANNED:
            self.faults.append(f"runs or asks nothing: <{tag}>")
        for name, value in attrs:
            is_outside = name.split(":")[-1] in {"src", "href"} and not (value or "").startswith(("#", "data:image/"))
            if name.startswith("on") or is_outside:
                self.faults.append(f"runs or asks nothing: {name}={value!r}")
