"""What a request of a client holds: its bytes within limits, who sends it, how many messages."""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import msgspec

from coterie.collect.intake import Envelope, Single, with_whole_letters

Scope = MutableMapping[str, Any]
Event = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]

MOST_SENT, MOST_BYTES, MOST_MESSAGES = 8 << 20, 32 << 20, 20_000
"""Bytes of a request as sent and unpacked, and messages in it."""

MOST_DRAINED = 64 << 20
_envelope = msgspec.json.Decoder(Envelope)
_single = msgspec.json.Decoder(Single)


class NotTaken(Exception):
    """A request is answered with this status, and why."""

    def __init__(self, status: int, why: str, *, after: float = 1) -> None:
        super().__init__(why)
        self.status, self.why, self.after = status, why, after


class Gone(Exception):
    """The client went away before it had sent all."""


async def read_body(scope: Scope, receive: Receive) -> tuple[bytes, str | None]:
    """The unpacked body and the key in the ``Authorization`` header, None where there is none."""
    headers = dict(scope["headers"])
    length = headers.get(b"content-length", b"0")
    if length.isdigit() and int(length) > MOST_DRAINED:
        raise NotTaken(413, "the request is too large")
    body = await _received(receive)
    if body is None:
        raise NotTaken(413, "the request is too large")
    packing, authorization = headers.get(b"content-encoding", b""), headers.get(b"authorization")
    return _unpacked(body, packing.strip().lower()), None if authorization is None else key_in(authorization)


async def _received(receive: Receive) -> bytes | None:
    """What was sent; None where it is too much, read to its end all the same: who still sends hears no answer."""
    parts, size = [], 0
    while size <= MOST_DRAINED:
        event = await receive()
        if event["type"] == "http.disconnect":
            raise Gone
        part = event.get("body", b"")
        size += len(part)
        if size <= MOST_SENT:
            parts.append(part)
        if not event.get("more_body", False):
            break
    return b"".join(parts) if size <= MOST_SENT else None


def _unpacked(body: bytes, packing: bytes) -> bytes:
    if packing in (b"", b"identity"):
        return body
    if packing not in (b"gzip", b"deflate"):
        raise NotTaken(415, "the body may be packed by gzip or deflate only")
    reader = zlib.decompressobj(47)  # gzip or zlib, whichever its first bytes say
    try:
        found = reader.decompress(body, MOST_BYTES)
    except zlib.error:
        raise NotTaken(400, "the body is not packed as its header says") from None
    if reader.unconsumed_tail:
        raise NotTaken(413, "the request is too large once unpacked")
    if not reader.eof:
        raise NotTaken(400, "the body ends before its packing does")
    return found


def key_in(value: bytes) -> str | None:
    """The key in an ``Authorization`` header: the user of HTTP Basic, as Segment's clients send it, or a bearer token.

    >>> key_in(b"Bearer ctr_1"), key_in(b"Basic Y3RyXzE6")
    ('ctr_1', 'ctr_1')
    """
    scheme, _, rest = value.strip().partition(b" ")
    if scheme.lower() == b"bearer":
        return rest.strip().decode("latin-1")
    if scheme.lower() != b"basic":
        return None
    try:
        return base64.b64decode(rest.strip(), validate=True).decode("utf-8").partition(":")[0] or None
    except (binascii.Error, ValueError):
        return None


def look_into(call: str, body: bytes) -> tuple[bytes, int, str | None]:
    """The body as it can be kept, how many messages it holds and the key that it names itself.

    Raises ``NotTaken`` where it is no such call.
    """
    try:
        try:
            return (body, *_counted(call, body))
        except msgspec.DecodeError:
            mended = with_whole_letters(body)
            if mended == body:
                raise
            return (mended, *_counted(call, mended))
    except (msgspec.DecodeError, UnicodeError) as fault:
        raise NotTaken(400, f"the body is no {call} call: {fault}") from None
    except RecursionError:
        raise NotTaken(400, "the body is nested too deep") from None


def _counted(call: str, body: bytes) -> tuple[int, str | None]:
    if call not in ("batch", "import"):
        return 1, _single.decode(body).write_key
    envelope = _envelope.decode(body)
    if len(envelope.batch) > MOST_MESSAGES:
        raise NotTaken(413, f"at most {MOST_MESSAGES} messages may come at once")
    return len(envelope.batch), envelope.write_key
