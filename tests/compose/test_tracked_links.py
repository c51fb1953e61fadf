"""Links that lead over us: nobody else can make one, the way out is never touched, and who is not measured gets the page as it was."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coterie.compose.tracked_links import LONGEST, LinkTracker, TrackedLink, read_tracked, sign_tracked
from coterie.domain import Message, Origin
from coterie.errors import NotPermitted

KEY = b"k" * 32
MESSAGE = Message(
    "m1", Origin("campaign", "spring sale"), 1, "email", "marketing", "a@x.example", "h", "message", "hello"
)
TRACKER = LinkTracker("https://mail.tea.example/", KEY, lambda _: ((), ()))
BOTH = ({"m1"}, {"m1"})
PAGE = (
    "<html><body><a href=\"https://tea.example/new?a=1&amp;b=2#top\">New</a> <a class=x href='http://tea.example/'>Shop</a>"
    '<a href="mailto:us@tea.example">Write</a><a href="tel:+4712345678">Call</a><a href="#top">Up</a><a href="javascript:x()">x</a>'
    '<a href="https://mail.tea.example/unsubscribe/abc">Out</a><a href="https://mail.tea.example/preferences/abc">Choose</a></body></html>'
)


def _hrefs(page: str) -> list[str]:
    return [unescape(found[1]) for found in re.findall(r"""href=(["'])(.*?)\1""", page)]


@given(
    st.text(max_size=20).filter(lambda s: "\n" not in s),
    st.integers(0, 500),
    st.text(max_size=200).filter(lambda s: "\n" not in s),
)
def test_a_token_says_again_what_was_put_in(message_id: str, number: int, target: str) -> None:
    link = TrackedLink(message_id, number, target)
    assert read_tracked(sign_tracked(link, KEY), KEY) == link


def test_no_token_leads_elsewhere() -> None:
    token = sign_tracked(TrackedLink("m1", 1, "https://tea.example/"), KEY)
    forged = [token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :] for at in range(len(token))]
    for each in (
        *forged,
        "",
        token[:-4],
        "é",
        "https://evil.example",
        sign_tracked(TrackedLink("m1", 1, "x"), b"o" * 32),
    ):
        with pytest.raises(NotPermitted):
            read_tracked(each, KEY)


def test_links_are_led_over_us_but_for_the_ways_out() -> None:
    page = TRACKER.page(PAGE, MESSAGE, BOTH)
    before, after = _hrefs(PAGE), _hrefs(page)
    led = [read_tracked(each.rpartition("/")[2], KEY) for each in after[:2]]
    assert [(each.number, each.target) for each in led] == [(1, before[0]), (2, before[1])]
    assert after[2:] == before[2:]
    picture = re.search(r'<img src="https://mail.tea.example/o/([\w-]+)" width="1" height="1" alt=""', page)
    assert picture is not None
    assert read_tracked(picture[1], KEY) == TrackedLink("m1", 0, "")


@pytest.mark.parametrize("allowed", [((), ()), ({"other"}, {"other"})])
def test_who_is_not_measured_gets_the_page_as_it_was(allowed: tuple[set[str], set[str]]) -> None:
    assert TRACKER.page(PAGE, MESSAGE, allowed) == PAGE


def test_opens_and_clicks_are_apart() -> None:
    assert "/c/" not in TRACKER.page(PAGE, MESSAGE, ({"m1"}, ()))
    assert "/o/" not in TRACKER.page(PAGE, MESSAGE, ((), {"m1"}))


def test_what_is_too_long_stays_as_it_is() -> None:
    page = f'<a href="https://tea.example/{"x" * LONGEST}">x</a>'
    assert TRACKER.page(page, MESSAGE, BOTH).startswith(page)


def test_utm_is_added_where_it_is_wanted_and_changes_nothing_that_is_there() -> None:
    tracker = replace(TRACKER, utm_source="tea mail", utm_hosts=("tea.example",))
    page = '<a href="https://www.tea.example/a?utm_source=x&amp;q=%E8%8C%B6#b">a</a><a href="https://other.example/">b</a><a href="https://nottea.example/">c</a>'
    assert _hrefs(tracker.page(page, MESSAGE, ((), ()))) == [
        "https://www.tea.example/a?utm_source=x&q=%E8%8C%B6&utm_medium=email&utm_campaign=spring+sale&utm_content=hello#b",
        "https://other.example/",
        "https://nottea.example/",
    ]
