"""What the answer of an HTTP server means for a message, and envelopes posted by several threads."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeVar

from coterie.deliver.breaker import BOUNCED, STOPPED
from coterie.deliver.contract import Trouble
from coterie.deliver.outgoing import Answered, Unanswered, post, reach
from coterie.domain import Clock, Outcome
from coterie.errors import CoterieError, NotPermitted, ProviderUnavailable, Refused
from coterie.words import sentence

Meaning = Literal["taken", "gone", "stopped", "refused", "later", "throttled", "settings", "unknown"]
"""What an answer says of a message: it was ``taken``; the address is ``gone``; the person has ``stopped`` such messages with
the other side; it is ``refused`` for good; it may come ``later``; we are ``throttled``; our ``settings`` are wrong, which is about
nobody; or it is ``unknown`` whether it was taken."""

_Answer = TypeVar("_Answer")
_LONGEST_PAUSE = 30.0
_SHOWN = 300


def meaning_of(status: int) -> Meaning:
    """What a status of HTTP means where nothing else is said.

    A 5xx but 503 comes from a server that has read the message, and may have acted on it.

    >>> [meaning_of(status) for status in (201, 429, 503, 500, 400, 401, 302)]
    ['taken', 'throttled', 'later', 'unknown', 'refused', 'settings', 'settings']
    """
    if 200 <= status < 300:
        return "taken"
    if status in {401, 402, 403, 404, 405, 407} or 300 <= status < 400:  # redirects are not followed
        return "settings"
    if status in {408, 425, 503}:
        return "later"
    if status == 429:
        return "throttled"
    return "refused" if 400 <= status < 500 else "unknown"


def at_path(body: bytes, path: str) -> str | None:
    """What stands at a dotted ``path`` of a JSON body, as text; None where there is nothing.

    >>> at_path(b'{"messages": [{"id": 7}]}', "messages.0.id"), at_path(b"<html>", "id")
    ('7', None)
    """
    try:
        found: object = json.loads(body)
        for step in path.split("."):
            found = found[int(step)] if isinstance(found, list) else found[step]  # type: ignore[index]  # what is no object raises
    except (ValueError, LookupError, TypeError, RecursionError):
        return None
    return None if found is None or isinstance(found, dict | list) else str(found)


def shown(body: bytes, secret: str | None) -> str:
    """A body as it may be kept and shown: one line, not too long, without the secret."""
    text = body.decode("utf-8", "replace")
    if secret:
        text = text.replace(secret, "…")
    plain = "".join(sign if sign.isprintable() else " " for sign in text)
    return " ".join(plain.split())[:_SHOWN]


def outcome_of(message_id: str, meaning: Meaning, code: int, reply: str, at: datetime) -> Outcome:
    """The outcome that an answer of this meaning is."""
    if meaning == "taken":
        return Outcome(message_id, "sent", at, code, reply)
    if meaning == "unknown":
        return Outcome(message_id, "unknown", at, code, reply)
    if meaning in {"later", "throttled", "settings"}:
        return Outcome(message_id, "deferred", at, code, reply)
    return Outcome(message_id, "failed", at, code, reply, reason={"gone": BOUNCED, "stopped": STOPPED}.get(meaning))


@dataclass(frozen=True)
class Posted:
    """One message as it is posted; ``read`` says what an answer to it means, and the words to keep of it."""

    message_id: str
    url: str
    body: bytes
    headers: Mapping[str, str]
    read: Callable[[Answered], tuple[Meaning, str]]
    method: str = "POST"


class Poster:
    """Posts requests to one server, as many at once as it has ``connections``, and keeps to the pauses that it asks for."""

    def __init__(self, url: str, *, connections: int, is_private: bool, seconds: float, clock: Clock) -> None:
        self._url, self._is_private, self._seconds, self._clock = url, is_private, seconds, clock
        self._connections = connections
        self._pool: ThreadPoolExecutor | None = None
        self._pause_until = 0.0
        self.trouble: Trouble | None = None

    async def open(self) -> None:
        """Raise ``ProviderUnavailable`` where nobody is there, ``NotPermitted`` where it is no public address."""
        try:
            await self._apart(lambda: reach(self._url, is_private=self._is_private, seconds=self._seconds))
        except ProviderUnavailable as fault:
            self.trouble = Trouble(fault.sentence)
            raise
        self.trouble = None

    async def send(self, request: Posted) -> Outcome:
        """What became of it: ``deferred`` where it did not leave whole, ``unknown`` where nobody said."""
        loop = asyncio.get_running_loop()
        if (pause := self._pause_until - loop.time()) > 0:
            await asyncio.sleep(pause)
        try:
            answered = await self._apart(
                lambda: post(
                    request.url,
                    request.body,
                    request.headers,
                    is_private=self._is_private,
                    seconds=self._seconds,
                    method=request.method,
                )
            )
        except Unanswered as fault:
            return Outcome(request.message_id, "unknown", self._clock(), None, fault.sentence)
        except CoterieError as fault:
            self.trouble = Trouble(fault.sentence, is_final=isinstance(fault, NotPermitted | Refused))
            return Outcome(request.message_id, "deferred", self._clock(), None, fault.sentence)
        meaning, reply = request.read(answered)
        if meaning == "throttled":
            self._pause_until = loop.time() + min(
                1.0 if answered.retry_after is None else answered.retry_after, _LONGEST_PAUSE
            )
        if meaning == "settings":
            words = sentence(
                "the server answers {status}, which is about coterie.yaml and not about anybody: {reply}",
                status=answered.status,
                reply=reply,
            )
            self.trouble = Trouble(words, is_final=True)
        elif meaning == "taken":
            self.trouble = None
        return outcome_of(request.message_id, meaning, answered.status, reply, self._clock())

    async def close(self) -> None:
        """Let the threads go."""
        if self._pool is not None:
            self._pool.shutdown()
            self._pool = None

    async def _apart(self, work: Callable[[], _Answer]) -> _Answer:
        if self._pool is None:
            self._pool = ThreadPoolExecutor(self._connections, "coterie-http")
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)
