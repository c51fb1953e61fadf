"""Before the interface: who asks, in which language, and how much is sent."""

from __future__ import annotations

import hmac
import json
from collections.abc import Awaitable, Callable, Collection, Mapping
from math import ceil
from urllib.parse import parse_qs

from starlette.exceptions import HTTPException

from coterie.api.access import Access, Asker
from coterie.api.body import MOST_DRAINED, Event, Receive, Scope, Send, key_in
from coterie.api.problem import Problem, problem_of
from coterie.api.served import Served
from coterie.api.whole_answer import send_answer
from coterie.collect.intake import Allowance
from coterie.errors import CoterieError
from coterie.protect.key_ring import SCOPES
from coterie.settings import Locale
from coterie.store import ApiKey, User
from coterie.words import Sentence, sentence

OPEN = ("/api/openapi.json", "/api/docs")
"""What is looked at without a key: it says nothing of anybody."""
UPLOADS = "/api/v1/files"
MOST_BYTES, _MOST_UPLOADED = 8 << 20, 4 << 30
_STRANGERS_A_SECOND, _STRANGERS_AT_ONCE = 0.2, 20
_OF_USERS = ("/api/v1/session", "/api/v1/users")
"""What lets somebody in or out, which holds at once."""
_NO_KEY = Sentence(
    "a key is missing, unknown or revoked; make one with `coterie keys create NAME --scope read` "
    "and send it as `Authorization: Bearer KEY`"
)

Application = Callable[[Scope, Receive, Send], Awaitable[None]]


class Gate:
    """An ASGI application around another that lets in whoever shows a key or a session that stands."""

    def __init__(
        self,
        within: Application,
        access: Access[ApiKey],
        served: Served,
        allowance: Allowance,
        open_paths: Collection[tuple[str, str]],
    ) -> None:
        self._within, self._access, self._served, self._allowance = within, access, served, allowance
        self._open = open_paths
        self._users: Access[User] = Access()
        self._strangers = Allowance(_STRANGERS_A_SECOND, _STRANGERS_AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send, locale: Locale) -> None:
        """Answer one request."""
        lang = language_of(scope, locale)
        try:
            _check_language(scope)
            asker = None if scope["path"] in OPEN else await self._let_in(scope)
            most = _MOST_UPLOADED if scope["path"] == UPLOADS else MOST_BYTES
            await _check_length(scope, receive, most)
            scope["state"] = {**scope.get("state", {}), "asker": asker, "lang": lang}
            await self._within(scope, _counted(receive, most), send)
            if scope["method"] != "GET" and scope["path"].startswith(_OF_USERS):
                self._users.forget()
        except Problem as problem:
            await refuse(send, problem, lang, scope["path"])

    async def _let_in(self, scope: Scope) -> Asker | None:
        """Who asks; None for a stranger on a path that is open to all, who may not come often."""
        is_open = (scope["method"], scope["path"]) in self._open
        try:
            asker = await self._known(scope)
        except CoterieError as fault:
            raise problem_of(fault, {}) from fault
        if asker is None and not is_open:
            raise Problem(401, "no_key", _NO_KEY, headers={"WWW-Authenticate": "Bearer"})
        if is_open and scope["method"] != "GET":
            host, _port = scope.get("client") or ("", 0)
            wait = self._strangers.wait(host, 1)
        else:
            wait = self._allowance.wait(asker.name, 1) if asker else 0.0
        if wait:
            told = Sentence("this is asked more often than it may be; ask again later")
            raise Problem(429, "too_often", told, headers={"Retry-After": str(ceil(wait))})
        return asker

    async def _known(self, scope: Scope) -> Asker | None:
        """The program whose key was sent, else the user who signed in here."""
        headers = dict(scope["headers"])
        if (header := headers.get(b"authorization")) is not None:
            secret = key_in(header)
            key = await self._access.find(self._served.keys, secret) if secret else None
            return None if key is None else Asker(key.name, key.scope, SCOPES[key.scope])
        team = self._served.team
        token = cookie_in(headers.get(b"cookie", b""), team.cookie)
        user = await self._users.find(team, token) if token else None
        if user is None:
            return None
        session = team.hash_of(token)
        if scope["method"] not in ("GET", "HEAD") and not _is_ours(headers, team.forgery_token(session)):
            said = Sentence("this was not asked by the page of this program, so nothing was done; load the page anew")
            raise Problem(403, "forged", said)
        return Asker(user.email, user.role, team.allows(user), session)


def cookie_in(header: bytes, name: str) -> str:
    """The value of the cookie of that name; empty where there is none.

    >>> cookie_in(b"a=1; coterie_0=x", "coterie_0")
    'x'
    """
    pairs = (each.strip().partition("=") for each in header.decode("latin-1").split(";"))
    return next((value for found, _is, value in pairs if found == name), "")


def _is_ours(headers: Mapping[bytes, bytes], wanted: str) -> bool:
    """Whether a page of this program asks: only that can read the token, and browsers say where a request comes from."""
    site = headers.get(b"sec-fetch-site", b"same-origin")
    return site == b"same-origin" and hmac.compare_digest(headers.get(b"x-csrf-token", b""), wanted.encode())


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
    headers = [(b"content-type", b"application/problem+json")]
    headers += [(name.lower().encode(), value.encode("latin-1", "replace")) for name, value in problem.headers.items()]
    await send_answer(send, problem.status, headers, body)
