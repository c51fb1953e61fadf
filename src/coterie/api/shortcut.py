"""The hot reads: a person by number or by key, answered before the framework from their document."""

from __future__ import annotations

import asyncio
import re

import msgspec

from coterie.api.body import Event, Receive, Scope, Send
from coterie.api.gate import Application
from coterie.api.whole_answer import send_answer
from coterie.workspace.profile_documents import ProfileDocuments, spelled

_PATH = re.compile(r"/api/v1/profiles/([0-9]{1,18})")
_LOOK_UP = "/api/v1/profiles/lookup"
_MOST_BYTES = 8_192
"""Of a body that names somebody: what is longer, or comes in pieces, is left to the route."""


class _Named(msgspec.Struct):
    """What a look-up holds, where nothing is wrong with it."""

    key: str


_named = msgspec.json.Decoder(_Named)


class Shortcut:
    """An ASGI application inside the gate: what reads of a person would answer, where that can be had; ``rest`` answers all else.

    Such are ``GET /profiles/{number}`` and ``POST /profiles/lookup``. Who may not read, or asks in a way that the route would refuse, is left to the route.
    """

    def __init__(self, rest: Application, documents: ProfileDocuments) -> None:
        self._rest, self.documents = rest, documents
        self.reads = {"document": 0, "together": 0, "warehouse": 0}
        """Where people were read from, ``together`` those that waited for a document to be made → how often."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        document: bytes | None = None
        if scope["method"] == "GET":
            if (asked := _PATH.fullmatch(scope["path"])) and _may_read(scope):
                document = await self._numbered(int(asked[1]), scope["state"]["lang"])
        elif scope["path"] == _LOOK_UP and scope["method"] == "POST" and _may_read(scope) and _is_short(scope):
            first = await receive()
            receive = _again(first, receive)
            if (key := _key_in(first)) is not None:
                document = await self._named(key, scope["state"]["lang"])
        if document is None:
            await self._rest(scope, receive, send)
            return
        headers = [(b"cache-control", b"no-store"), (b"content-type", b"application/json")]
        await send_answer(send, 200, headers, document)

    async def _numbered(self, number: int, lang: str) -> bytes | None:
        if (found := self.documents.find(number, lang)) is not None:
            return self._counted("document", found)
        waiting = self.documents.awaited(number)
        told = None if waiting is None else await asyncio.wrap_future(waiting)
        return self._counted("together", None if told is None else spelled(told, lang))

    async def _named(self, key: str, lang: str) -> bytes | None:
        documents = self.documents
        if (found := documents.find_named(key, lang, is_quick=True)) is not None:
            return self._counted("document", found)
        number = documents.number(key, is_quick=True)
        if number is None:  # other spellings are looked for where nobody else waits for it
            number = await asyncio.to_thread(documents.number, key)
        waiting = None if number is None or documents.find(number, lang) else documents.awaited(number)
        if waiting is not None:
            await asyncio.wrap_future(waiting)
        # Whom the key names is asked again: it has to be so at the instant of the document.
        found = None if number is None else await asyncio.to_thread(documents.find_named, key, lang)
        return self._counted("document" if waiting is None else "together", found)

    def _counted(self, where: str, document: bytes | None) -> bytes | None:
        self.reads["warehouse" if document is None else where] += 1
        return document


def _may_read(scope: Scope) -> bool:
    asker = scope["state"]["asker"]
    return asker is not None and "read" in asker.allows and not any(name == b"if-match" for name, _ in scope["headers"])


def _is_short(scope: Scope) -> bool:
    headers = dict(scope["headers"])
    length = headers.get(b"content-length", b"")
    return (
        headers.get(b"content-type", b"").partition(b";")[0].strip().lower() == b"application/json"
        and length.isdigit()
        and int(length) <= _MOST_BYTES
    )


def _again(first: Event, receive: Receive) -> Receive:
    """``receive`` from before its first event."""
    events = [first]

    async def received() -> Event:
        return events.pop() if events else await receive()

    return received


def _key_in(event: Event) -> str | None:
    """The key of a look-up that came in one piece and that the route would take."""
    if event["type"] != "http.request" or event.get("more_body", False):
        return None
    try:
        key = _named.decode(event.get("body", b"")).key
    except msgspec.DecodeError:
        return None
    return key if 1 <= len(key) <= 400 else None
