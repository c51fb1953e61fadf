"""Who fetched a link or the picture of a message: a person, or a program that looks at mail before and for them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

TOGETHER = timedelta(seconds=2)
"""Within this time a person follows no three links of one message."""
_AFTER_CLICK, _AFTER_OPEN = timedelta(seconds=3), timedelta(seconds=1)
"""Sooner after a message was taken nobody clicks, or opens."""
_SCANNED = timedelta(seconds=15)
"""Within this time after a message was taken a person follows no two of its links within ``TOGETHER``."""

_PROGRAMS = re.compile(
    r"bot\b|bot/|crawl|spider|slurp|preview|scan|barracuda|mimecast|proofpoint|symantec|messagelabs|trendmicro|fireeye|ironport|sophos|"
    r"safelinks|urldefense|cloudmark|virustotal|curl/|wget/|python-|python/|go-http|java/|okhttp|libwww|headless|phantomjs|"
    r"facebookexternalhit|whatsapp/|telegrambot|slackbot|skypeuripreview|microsoft office existence|ms-office|monitor|checker",
    re.IGNORECASE,
)
_PROXIES = {"GoogleImageProxy": "gmail", "YahooMailProxy": "yahoo"}
"""Programs that fetch pictures when, and only when, a person looks; what names them → whose they are."""
_OF_PRIVACY = frozenset({"Mozilla/5.0"})
"""How Apple's Mail Privacy Protection names itself, which fetches pictures whether anybody looks or not."""


@dataclass(frozen=True, slots=True)
class LinkFetch:
    """One request: of which message, which ``link`` of it (0 is the picture), where that leads, when, and how it was made."""

    message_id: str
    link: int
    target: str
    at: datetime
    agent: str
    is_head: bool = False
    is_prefetch: bool = False
    place: int = 0


def proxy_of(agent: str) -> str | None:
    """Whose proxy fetched a picture for a person who looked, or None.

    >>> proxy_of("Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)")
    'gmail'
    """
    return next((whose for name, whose in _PROXIES.items() if name in agent), None)


def machines_among(
    fetches: Sequence[LinkFetch], sent_at: Mapping[str, datetime | None], near: Iterable[LinkFetch] = ()
) -> list[str | None]:
    """For each of ``fetches`` why it was a program, or None where it may have been a person.

    ``sent_at`` is when each message was taken by whoever carries it; ``near`` are other requests of about the same time.
    Codes: ``head``, ``prefetch``, ``no_agent``, ``known_program``, ``privacy_proxy``, ``too_soon``, ``many_links``.
    """
    clicks: dict[str, list[tuple[datetime, int]]] = defaultdict(list)
    for each in (*fetches, *near):
        if each.link:
            clicks[each.message_id].append((each.at, each.link))
    return [
        _by_itself(each) or _by_time(each, sent_at.get(each.message_id), clicks[each.message_id]) for each in fetches
    ]


def _by_itself(fetch: LinkFetch) -> str | None:
    if fetch.is_head:
        return "head"
    if fetch.is_prefetch:
        return "prefetch"
    if not fetch.agent:
        return "no_agent"
    if not fetch.link and fetch.agent in _OF_PRIVACY:
        return "privacy_proxy"
    return "known_program" if _PROGRAMS.search(fetch.agent) and proxy_of(fetch.agent) is None else None


def _by_time(fetch: LinkFetch, sent_at: datetime | None, clicks: Iterable[tuple[datetime, int]]) -> str | None:
    if sent_at is None or fetch.at - sent_at < (_AFTER_CLICK if fetch.link else _AFTER_OPEN):
        return "too_soon"
    together = {link for at, link in clicks if abs(at - fetch.at) <= TOGETHER}
    most = 2 if fetch.at - sent_at < _SCANNED else 3
    return "many_links" if fetch.link and len(together) >= most else None
