"""Where providers tell what became of messages. Their signature is the key: nothing is changed before it was checked."""

from __future__ import annotations

import json
from dataclasses import asdict
from math import ceil
from typing import TYPE_CHECKING

from coterie.api.body import Receive, Scope, Send
from coterie.api.gate import language_of
from coterie.api.whole_answer import send_answer
from coterie.api.workers import Workers
from coterie.collect.intake import Allowance
from coterie.deliver.calling import CALLBACKS, ProviderCall, Unsigned
from coterie.errors import CoterieError, NotPermitted, NotReady, Refused, Transient
from coterie.words import Sentence, sentence
from coterie.workspace.receipt_keeper import ReceiptKeeper
from coterie.workspace.receipts import CALLBACKS_PATH, CallTaken, take_call

if TYPE_CHECKING:
    from coterie.workspace.workspace import Workspace

_MOST_BYTES = 8 << 20
_OFTEN = (1.0, 60)
"""Calls that are refused, a second for long and at once, from one address."""
_LATER_SECONDS = 5


class Callbacks:
    """An ASGI application for the calls of providers: 2xx once what they say is durable, 401 and 403 for calls that are not theirs."""

    def __init__(self, workers: Workers, keeper: ReceiptKeeper) -> None:
        self._workers, self._keeper = workers, keeper
        self._strangers = Allowance(*_OFTEN)
        self.refused = 0
        """Calls that were not a provider's, since this process began."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        name = scope["path"].removeprefix(CALLBACKS_PATH)
        if name not in CALLBACKS:
            await send_answer(send, 404)
            return
        if scope["method"] in ("GET", "HEAD"):  # as providers try whether anybody is there
            await send_answer(send, 200)
            return
        if scope["method"] != "POST":
            await send_answer(send, 405, [(b"allow", b"GET, HEAD, POST")])
            return
        body = await _received(receive)
        if body is None:
            await self._refuse(
                scope, send, 413, sentence("a request holds at most {bytes:,} {bytes|byte|bytes}", bytes=_MOST_BYTES)
            )
            return
        try:
            taken = await self._workers.do(name, lambda ws: _taken(ws, name, scope, body))
        except CoterieError as fault:
            await self._refuse(scope, send, _status(fault), fault.sentence)
            return
        self._keeper.look()
        if CALLBACKS[name].is_quiet:
            await send_answer(send, 204)
            return
        told = json.dumps(asdict(taken)).encode()
        await send_answer(send, 200, [(b"content-type", b"application/json")], told)

    async def _refuse(self, scope: Scope, send: Send, status: int, why: Sentence) -> None:
        headers = [(b"content-type", b"application/json")]
        if status in (401, 403):
            self.refused += 1
            wait = self._strangers.wait((scope.get("client") or ("", 0))[0], 1)
            if wait:
                status, headers = 429, [*headers, (b"retry-after", str(ceil(wait)).encode())]
        if status == 503:
            headers.append((b"retry-after", str(_LATER_SECONDS).encode()))
        lang = language_of(scope, self._workers.workspace.settings.locale)
        await send_answer(send, status, headers, json.dumps({"why": why.told(lang)}, ensure_ascii=False).encode())


def _taken(ws: Workspace, name: str, scope: Scope, body: bytes) -> CallTaken:
    stand = ws._stand  # noqa: SLF001 - what a provider tells is no call of the workspace's face
    headers = {key.decode("latin-1").lower(): value.decode("latin-1") for key, value in scope["headers"]}
    path = scope["path"] + (f"?{scope['query_string'].decode('latin-1')}" if scope["query_string"] else "")
    host = headers.get("host", "")
    urls = [f"{stand.settings.public_url.rstrip('/')}{path}", *(f"{each}://{host}{path}" for each in ("https", "http"))]
    return take_call(stand, name, ProviderCall(urls, headers, body, stand.clock()))


def _status(fault: CoterieError) -> int:
    kinds: tuple[tuple[type[CoterieError], int], ...] = (
        (Unsigned, 401),
        (NotPermitted, 403),
        (NotReady, 404),
        (Transient, 503),
        (Refused, 422),
    )
    return next((status for kind, status in kinds if isinstance(fault, kind)), 500)


async def _received(receive: Receive) -> bytes | None:
    """The body; None where it is larger than any call."""
    pieces, size = [], 0
    while True:
        event = await receive()
        if event["type"] == "http.disconnect":
            return None
        pieces.append(bytes(event.get("body", b"")))
        size += len(pieces[-1])
        if size > _MOST_BYTES:
            return None
        if not event.get("more_body", False):
            return b"".join(pieces)
