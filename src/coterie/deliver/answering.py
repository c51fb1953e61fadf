"""What the answer of an HTTP server means for a message."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Literal

from coterie.deliver.breaker import BOUNCED, STOPPED
from coterie.domain import Outcome

Meaning = Literal["taken", "gone", "stopped", "refused", "later", "throttled", "settings", "unknown"]
"""What an answer says of a message: it was ``taken``; the address is ``gone``; the person has ``stopped`` such messages with
the other side; it is ``refused`` for good; it may come ``later``; we are ``throttled``; our ``settings`` are wrong, which is about
nobody; or it is ``unknown`` whether it was taken."""

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
