"""Links that lead over the workspace's own address, so that who follows them can be counted; and the picture that tells of an open."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from html import escape, unescape
from urllib.parse import parse_qsl, urlencode, urlsplit

from coterie.compose.links import PREFERENCES_PATH, UNSUBSCRIBE_PATH, make_token, read_token
from coterie.domain import Message
from coterie.errors import NotPermitted

CLICK_PATH, OPEN_PATH = "/c/", "/o/"
"""What stands between a workspace's public address and the token of a link, and of the picture."""

LONGEST = 1_500
"""Letters of an address that is led over ours; a longer one stays as it is, for some programs cut what is longer still."""
_LINK = re.compile(r"""(<a\b[^>]*?\shref\s*=\s*)(["'])(.*?)\2""", re.IGNORECASE | re.DOTALL)
_CONTROLS = re.compile(r"[\x00-\x20\x7f]")


@dataclass(frozen=True, slots=True)
class TrackedLink:
    """The ``number``-th link of a message, from 1, and where it leads; number 0 is the picture, which leads nowhere."""

    message_id: str
    number: int
    target: str = ""


def sign_tracked(link: TrackedLink, key: bytes) -> str:
    """``link`` as a token that only who has ``key`` can make or read; where it leads cannot be changed.

    >>> token = sign_tracked(TrackedLink("m1", 2, "https://tea.example/new"), b"k" * 32)
    >>> read_tracked(token, b"k" * 32).target
    'https://tea.example/new'
    """
    return make_token(f"{link.message_id}\n{link.number}\n{link.target}", key)


def read_tracked(token: str, key: bytes) -> TrackedLink:
    """What a token says; raises ``NotPermitted`` for one that was not made here."""
    said = read_token(token, key)
    if said is None:
        raise NotPermitted("this link was not made here; use the link from the message as it is")
    message_id, number, target = said.split("\n")
    return TrackedLink(message_id, int(number), target)


Allowed = tuple[Collection[str], Collection[str]]
"""Ids of messages whose opens, and whose clicks, may be measured."""


@dataclass(frozen=True)
class LinkTracker:
    """What is added to pages: ``allowed`` says of which messages opens and clicks may be measured; none of others are touched."""

    public_url: str
    key: bytes = field(repr=False)
    allowed: Callable[[Sequence[Message]], Allowed]
    utm_source: str = ""
    utm_hosts: Sequence[str] = ()

    def page(self, html: str, message: Message, allowed: Allowed) -> str:
        """``html`` with its links led over our address, and the picture, where that may be; UTM parameters where they are wanted."""
        opens, clicks = allowed
        is_clicked, number = message.message_id in clicks, 0

        def led(found: re.Match[str]) -> str:
            nonlocal number
            target = unescape(found[3]).strip()
            if not self._may_be_led(target):
                return found[0]
            number += 1
            target = self._with_utm(target, message)
            if is_clicked and len(target) <= LONGEST:
                target = self._address(CLICK_PATH, TrackedLink(message.message_id, number, target))
            return f"{found[1]}{found[2]}{escape(target)}{found[2]}"

        if is_clicked or self.utm_source:
            html = _LINK.sub(led, html)
        if message.message_id not in opens:
            return html
        source = escape(self._address(OPEN_PATH, TrackedLink(message.message_id, 0)))
        picture = f'<img src="{source}" width="1" height="1" alt="" style="display:block;border:0;">'
        head, body, tail = html.rpartition("</body>")
        return f"{head}{picture}{body}{tail}" if body else html + picture

    def _address(self, path: str, link: TrackedLink) -> str:
        return f"{self.public_url.rstrip('/')}{path}{sign_tracked(link, self.key)}"

    def _may_be_led(self, target: str) -> bool:
        """Whether it is a link of the web, and none by which somebody says no."""
        ours = tuple(f"{self.public_url.rstrip('/')}{path}" for path in (UNSUBSCRIBE_PATH, PREFERENCES_PATH))
        is_web = target.lower().startswith(("https://", "http://")) and not _CONTROLS.search(target)
        return is_web and not target.startswith(ours)

    def _with_utm(self, target: str, message: Message) -> str:
        """``target`` with the parameters that it lacks."""
        try:
            parts = urlsplit(target)
            host = parts.hostname or ""
        except ValueError:
            return target
        is_meant = not self.utm_hosts or any(host == each or host.endswith(f".{each}") for each in self.utm_hosts)
        if not self.utm_source or not is_meant:
            return target
        known = {name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
        said = {
            "utm_source": self.utm_source,
            "utm_medium": message.channel,
            "utm_campaign": message.origin.name,
            "utm_content": message.variant,
        }
        more = urlencode({name: value for name, value in said.items() if name not in known})
        return parts._replace(query="&".join(filter(None, (parts.query, more)))).geturl()
