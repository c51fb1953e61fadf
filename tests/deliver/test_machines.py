"""Programs are told from people by how and when they fetch; what a person does is a person's."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from coterie.deliver.machines import LinkFetch, machines_among

SENT = datetime(2026, 3, 10, 12)
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148"
WECHAT = f"{IPHONE} MicroMessenger/8.0.50"
GMAIL = "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)"


def fetch(link: int = 1, seconds: float = 600, agent: str = CHROME, **how: bool) -> LinkFetch:
    return LinkFetch("m1", link, "https://tea.example/", SENT + timedelta(seconds=seconds), agent, **how)


def why(*fetches: LinkFetch, sent_at: datetime | None = SENT) -> list[str | None]:
    return machines_among(fetches, {"m1": sent_at})


@pytest.mark.parametrize(
    ("one", "reason"),
    [
        (fetch(), None),
        (fetch(agent=IPHONE), None),
        (fetch(agent=WECHAT), None),
        (fetch(0, agent=GMAIL), None),
        (fetch(is_head=True), "head"),
        (fetch(is_prefetch=True), "prefetch"),
        (fetch(agent=""), "no_agent"),
        (fetch(0, agent="Mozilla/5.0"), "privacy_proxy"),
        (fetch(agent="Mozilla/5.0 (compatible; bingbot/2.0)"), "known_program"),
        (fetch(agent="python-requests/2.32"), "known_program"),
        (fetch(agent="Barracuda Sentinel (EE)"), "known_program"),
        (fetch(agent="Mozilla/5.0 (X11) HeadlessChrome/131"), "known_program"),
        (fetch(seconds=1), "too_soon"),
        (fetch(seconds=-2), "too_soon"),
        (fetch(seconds=4), None),
        (fetch(0, seconds=0.5), "too_soon"),
        (fetch(0, seconds=2), None),
    ],
)
def test_one_fetch(one: LinkFetch, reason: str | None) -> None:
    assert why(one) == [reason]


def test_nobody_reads_what_was_not_taken_yet() -> None:
    assert why(fetch(), sent_at=None) == ["too_soon"]


def test_many_links_at_once_are_a_program_whoever_it_says_it_is() -> None:
    assert why(*(fetch(link, 600 + link / 10) for link in range(1, 6))) == ["many_links"] * 5
    assert why(*(fetch(link, 600 + link * 3) for link in range(1, 6))) == [None] * 5, "a person reads on"
    assert why(fetch(0, 600), fetch(1, 601), fetch(1, 601.2)) == [None] * 3, "opens, clicks, and clicks twice"
    assert why(fetch(1, 600), fetch(2, 601)) == [None, None]
    assert why(fetch(1, 8), fetch(2, 8.5)) == ["many_links"] * 2, "right after it was taken two are too many"


def test_those_before_and_after_count() -> None:
    near = [fetch(2, 600.5), fetch(3, 601)]
    assert machines_among([fetch(1, 600)], {"m1": SENT}, near) == ["many_links"]
