"""Before the interface: who asks, in which language, and how much is sent."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qs

from starlette.exceptions import HTTPException

from coterie.api.access import Access
from coterie.api.body import MOST_DRAINED, Event, Receive, Scope, Send, key_in
from coterie.api.problem import Problem, problem_of
from coterie.errors import CoterieError
from coterie.protect import KeyRing
from coterie.settings import Locale
from coterie.words import Sentence, sentence

OPEN = ("/api/openapi.json", "/api/docs")
"""What is looked at without a key: it says nothing of anybody."""
UPLOADS = "/api/v1/files"
MOST_BYTES, _MOST_UPLOADED = 8 << 20, 4 << 30

Application = Callable[[Scope, Receive, Send], Awaitable[None]]


class Gate:
    """An ASGI application around another that lets in whoever shows a key that stands."""

    def __init__(self, within: Application, access: Access) -> None:
        self._within, self._access = within, access

    async def __call__(self, scope: Scope, receive: Receive, send: Send, keys: KeyRing | None, locale: Locale) -> None:
        """Answer one request; without ``keys`` the server is not ready yet."""
        lang = language_of(scope, locale)
        try:
            _check_language(scope)
            key = None if scope["path"] in OPEN else await self._known(scope, keys)
            most = _MOST_UPLOADED if scope["path"] == UPLOADS else MOST_BYTES
            await _check_length(scope, receive, most)
            scope["state"] = {**scope.get("state", {}), "key": key, "lang": lang}
            await self._within(scope, _counted(receive, most), send)
        except Problem as problem:
            await refuse(send, problem, lang, scope["path"])

    async def _known(self, scope: Scope, keys: KeyRing | None) -> object:
        if keys is None:
            raise Problem(503, "not_ready", Sentence("the server is not ready yet"), headers={"Retry-After": "1"})
        header = dict(scope["headers"]).get(b"authorization")
        secret = None if header is None else key_in(header)
        try:
            found = await self._access.find(keys, secret) if secret else None
        except CoterieError as fault:
            raise problem_of(fault, {}) from fault
        if found is None:
            said = Sentence(
                "a key is missing, unknown or revoked; make one with `coterie keys create NAME --scope read` "
                "and send it as `Authorization: Bearer KEY`"
            )
            raise Problem(401, "no_key", said, headers={"WWW-Authenticate": "Bearer"})
        return found


def language_of(scope: Scope, locale: Locale) -> Locale:
    """That of the parameter ``lang``, else the first of ``Accept-Language`` that is known here, else ``locale``.

    >>> language_of({"query_string": b"", "headers": [(b"accept-language", b"fr, zh-CN;q=0.8, en;q=0.5")]}, "en")
    'zh'
    """
    asked = [each.partition(b"=")[2] for each in scope["query_string"].split(b"&") if each.startswith(b"lang=")]
    asked += dict(scope["headers"]).get(b"accept-language", b"").split(b",")
    for each in asked:
        tag = each.strip().lower()[:2]
        if tag == b"zh":
            return "zh"
        if tag == b"en":
            return "en"
    return locale


def _check_language(scope: Scope) -> None:
    asked = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True).get("lang", ["en"])
    if asked not in (["en"], ["zh"]):
        raise Problem(422, "not_valid", Sentence("lang is en or zh"), "query.lang")


async def _check_length(scope: Scope, receive: Receive, most: int) -> None:
    """Refuse what says itself that it is too large, read to its end within reason: who still sends hears no answer."""
    length = dict(scope["headers"]).get(b"content-length", b"0")
    if not length.isdigit() or int(length) <= most:
        return
    left = min(int(length), MOST_DRAINED)
    while left > 0:
        event = await receive()
        left -= len(event.get("body", b"")) if event.get("more_body") else MOST_DRAINED
    raise too_large(most)


def too_large(most: int = MOST_BYTES) -> Problem:
    """The problem of a request that holds more than it may."""
    return Problem(413, "too_large", sentence("a request holds at most {bytes:,} {bytes|byte|bytes}", bytes=most))


def _counted(receive: Receive, most: int) -> Receive:
    """``receive``, which ends a request that sends more than it may, whatever length it announced."""
    size = 0

    async def counted() -> Event:
        nonlocal size
        event = await receive()
        size += len(event.get("body", b""))
        if size > most:
            raise HTTPException(413)  # the one kind that the framework lets through from the reading of a body
        return event

    return counted


async def refuse(send: Send, problem: Problem, lang: str, path: str) -> None:
    """Send a problem as the answer."""
    body = json.dumps(problem.body(lang, path), ensure_ascii=False, default=str).encode("utf-8", "replace")
    headers = [(b"content-type", b"application/problem+json"), (b"content-length", str(len(body)).encode())]
    headers += [(name.lower().encode(), value.encode("latin-1", "replace")) for name, value in problem.headers.items()]
    await send({"type": "http.response.start", "status": problem.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
