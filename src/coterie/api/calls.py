"""The hot paths: the calls of Segment's clients, answered before any framework, once they are durable."""

from __future__ import annotations

import asyncio
from collections import Counter
from math import ceil
from typing import cast

import msgspec

from coterie.api.access import Access
from coterie.api.body import Gone, NotTaken, Receive, Scope, Send, look_into, read_body
from coterie.api.whole_answer import send_answer
from coterie.collect.intake import CALLS
from coterie.errors import CoterieError, StorageFull
from coterie.protect.key_ring import SCOPES
from coterie.store import ApiKey, Request
from coterie.workspace import Intake

_PATHS = {f"/v1/{call}": call for call in CALLS} | {
    # As analytics.js calls them.
    "/v1/i": "identify",
    "/v1/t": "track",
    "/v1/p": "page",
    "/v1/s": "screen",
    "/v1/g": "group",
    "/v1/a": "alias",
    "/v1/b": "batch",
}
_ANYWHERE = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-allow-headers", b"authorization, content-type, content-encoding"),
    (b"access-control-allow-methods", b"POST"),
    (b"access-control-max-age", b"86400"),
]
_HEADERS = [(b"content-type", b"application/json"), *_ANYWHERE]
_TAKEN = b'{"success":true}'


MOST_AT_ONCE = 2_000
"""Requests that are answered at once; connections that ask nothing cost nothing."""


class Calls:
    """An ASGI application for the paths under ``/v1``; it lives in one event loop."""

    def __init__(self, access: Access[ApiKey]) -> None:
        self._access = access
        self.answers: Counter[int] = Counter()
        """Status → requests answered with it."""
        self._intake: Intake | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._under_way = 0

    def open(self, intake: Intake) -> None:
        """Begin to answer; to be called in the event loop."""
        self._intake, self._loop = intake, asyncio.get_running_loop()

    def settled(self, who: object, fault: CoterieError | None) -> None:
        """Let those be answered whose requests are durable, or could not be kept; called in another thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._settle, who, fault)

    def _settle(self, who: object, fault: CoterieError | None) -> None:
        for future in cast("list[asyncio.Future[CoterieError | None]]", who):
            if not future.done():
                future.set_result(fault)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["method"] == "OPTIONS":
            await self._answer(send, 204, b"", _HEADERS)
            return
        self._under_way += 1
        try:
            await self._take(_called(scope), scope, receive)
        except NotTaken as refusal:
            again = [(b"retry-after", str(ceil(refusal.after)).encode())] if refusal.status in (429, 503, 507) else []
            headers = [*_HEADERS, *again]
            await self._answer(send, refusal.status, _problem(refusal), headers)
        except Gone:
            self.answers[499] += 1
        else:
            await self._answer(send, 200, _TAKEN, _HEADERS)
        finally:
            self._under_way -= 1

    async def _take(self, call: str, scope: Scope, receive: Receive) -> None:
        intake, loop = self._intake, self._loop
        if intake is None or loop is None:
            raise NotTaken(503, "the server is not ready yet; send it again")
        if self._under_way > MOST_AT_ONCE:
            raise NotTaken(503, "more comes in than can be answered; send it again in a second")
        received_at = intake.clock()
        body, key = await read_body(scope, receive)
        body, messages, own_key = look_into(call, body)
        source = await self._source(intake, key or own_key)
        if not messages:
            return
        wait = intake.allowance.wait(source, messages)
        if wait:
            raise NotTaken(429, "this key sends more than it may; send it again later", after=wait)
        kept: asyncio.Future[CoterieError | None] = loop.create_future()
        if not intake.offer(Request(received_at, source, call, messages, body), kept):
            raise NotTaken(429, "more comes in than can be written; send it again in a second")
        fault = await kept
        if isinstance(fault, StorageFull):
            raise NotTaken(507, str(fault))
        if fault is not None:
            raise NotTaken(503, str(fault))

    async def _source(self, intake: Intake, key: str | None) -> str:
        """The source that a key is of."""
        if not key:
            raise NotTaken(401, "a write key is missing; give it as the user of HTTP Basic, or as writeKey in the body")
        try:
            found = await self._access.find(intake.keys, key)
        except CoterieError as fault:
            raise NotTaken(503, str(fault)) from None
        if found is None or "write" not in SCOPES[found.scope]:
            raise NotTaken(401, "this write key is unknown or was revoked")
        return found.name

    async def _answer(self, send: Send, status: int, body: bytes, headers: list[tuple[bytes, bytes]]) -> None:
        self.answers[status] += 1
        await send_answer(send, status, headers, body)


def _called(scope: Scope) -> str:
    call = _PATHS.get(scope["path"])
    if call is None:
        raise NotTaken(404, f"there is no such call; those are {', '.join(CALLS)}")
    if scope["method"] != "POST":
        raise NotTaken(405, "calls are made by POST")
    return call


def _problem(refusal: NotTaken) -> bytes:
    return msgspec.json.encode({"success": False, "message": refusal.why})
