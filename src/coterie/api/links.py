"""The hot paths of recipients: links that lead on, and the picture of an open; answered before any framework."""

from __future__ import annotations

from coterie.api.body import Receive, Scope, Send
from coterie.api.whole_answer import send_answer
from coterie.collect.intake import Allowance
from coterie.compose.tracked_links import CLICK_PATH, OPEN_PATH, TrackedLink, read_tracked
from coterie.deliver.machines import LinkFetch
from coterie.errors import NotPermitted
from coterie.workspace.engagement_keeper import EngagementKeeper

PATHS = (CLICK_PATH, OPEN_PATH)
_LONGEST_AGENT = 300
_OFTEN = (0.5, 40)
"""Fetches of one message that are kept, a second for long and at once; readers are led on all the same."""
_PICTURE = bytes.fromhex("47494638396101000100800000ffffff00000021f90401000000002c00000000010001000002024401003b")
"""A picture of one pixel that nobody sees (GIF)."""
_GUARDS = [
    (b"cache-control", b"no-store"),
    (b"x-robots-tag", b"noindex, nofollow"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
]
_NOTHING = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Link</title>'
    "<p>This link is not whole. Use the link from the message as it is.</p>"
    '<p lang="zh-CN">链接不完整。请原样使用消息中的链接。</p></html>'
).encode()


class Links:
    """An ASGI application for tracked links. A reader is led on at once, whatever the disk does; the fetch is durable a moment later."""

    def __init__(self, keeper: EngagementKeeper) -> None:
        self._keeper, self._often = keeper, Allowance(*_OFTEN)

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["method"] not in ("GET", "HEAD"):
            await send_answer(send, 405, [(b"allow", b"GET, HEAD")])
            return
        try:
            link = read_tracked(scope["path"][len(CLICK_PATH) :], self._keeper.key)
        except NotPermitted:
            await send_answer(send, 404, [*_GUARDS, (b"content-type", b"text/html; charset=utf-8")], _NOTHING)
            return
        is_head = scope["method"] == "HEAD"
        self._keep(link, scope, is_head=is_head)
        if scope["path"].startswith(OPEN_PATH):
            await send_answer(send, 200, [*_GUARDS, (b"content-type", b"image/gif")], b"" if is_head else _PICTURE)
        elif link.target:
            await send_answer(send, 302, [*_GUARDS, (b"location", link.target.encode())])
        else:
            await send_answer(send, 404, _GUARDS)

    def _keep(self, link: TrackedLink, scope: Scope, *, is_head: bool) -> None:
        if self._often.wait(link.message_id, 1):
            return
        headers = dict(scope["headers"])
        agent = headers.get(b"user-agent", b"").decode("latin-1")[:_LONGEST_AGENT]
        ahead = headers.get(b"sec-purpose", headers.get(b"purpose", headers.get(b"x-moz", b"")))
        fetch = LinkFetch(
            link.message_id,
            link.number,
            link.target,
            self._keeper.clock(),
            agent,
            is_head=is_head,
            is_prefetch=b"prefetch" in ahead.lower() or b"preview" in ahead.lower(),
        )
        self._keeper.offer(fetch)
