"""A message as Segment's clients send it, read from the JSON of a request."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import blake2b, sha256

import msgspec

from coterie.store import Request

CALLS = ("identify", "track", "page", "screen", "group", "alias", "batch", "import")
"""The calls there are; ``batch`` and ``import`` hold several of the others."""

ARCHIVE = "archive"
"""What is called where messages come from a file or from the quarantine: each may say when it was received."""

KINDS_OF_MESSAGE = CALLS[:6]
LONGEST, DEEPEST = 512 << 10, 64
"""A message of more bytes, or nested deeper, is refused."""

_SKEW = timedelta(seconds=10)
"""A clock that is off by no more is taken as right: requests take time, and a resent one keeps when it was sent first."""

_AHEAD = timedelta(hours=24)

Text = str | int | float | None


class Message(msgspec.Struct, rename="camel"):
    """The fields of a message that mean something here; identifiers may be numbers."""

    type: str | None = None
    message_id: Text = None
    user_id: Text = None
    anonymous_id: Text = None
    previous_id: Text = None
    group_id: Text = None
    event: str | None = None
    name: str | None = None
    category: str | None = None
    channel: str | None = None
    timestamp: Text = None
    original_timestamp: Text = None
    sent_at: Text = None
    received_at: Text = None
    properties: msgspec.Raw = msgspec.Raw()
    traits: msgspec.Raw = msgspec.Raw()
    context: msgspec.Raw = msgspec.Raw()


class Envelope(msgspec.Struct, rename="camel"):
    """What stands around the messages of ``batch`` and ``import``."""

    batch: list[msgspec.Raw]
    sent_at: Text = None
    context: msgspec.Raw = msgspec.Raw()
    write_key: str | None = None


class Single(msgspec.Struct, rename="camel"):
    """What a call of one message says of itself; decoding it proves that the whole is JSON."""

    write_key: str | None = None


@dataclass(slots=True)
class Received:
    """One message and where it stood: ``place`` in its request, and ``line`` among those written together.

    ``refusal`` is the code of why it cannot be read, ``message`` is empty then; ``why`` says it where that takes values. By its ``digest`` an id is known for
    ever, by ``payload`` (63 bits) whether the same is said again.
    """

    position: int
    place: int
    source: str
    received_at: datetime
    raw: bytes
    message: Message
    message_id: str = ""
    occurred_at: datetime | str = ""
    refusal: str = ""
    line: int = 0
    payload: int = 0
    digest: bytes = b""
    why: str = ""


_ESCAPED = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(\\u[dD][89a-fA-F][0-9a-fA-F]{2})|\\."
)
_envelope = msgspec.json.Decoder(Envelope)
_message = msgspec.json.Decoder(Message)


def messages_of(request: Request, journal: str) -> Iterator[Received]:
    """The messages of a request, each as it can be read; ``journal`` names where it is kept.

    A message without an id of its own is named by its place in the journal, so that it stays one when it is read again.
    """
    if request.call in ("batch", "import", ARCHIVE):
        envelope = _envelope.decode(request.body)
        raws, sent_at, context = envelope.batch, envelope.sent_at, envelope.context
    else:
        raws, sent_at, context = [msgspec.Raw(request.body)], None, msgspec.Raw()
    for place, raw in enumerate(raws):
        found = Received(request.position, place, request.source, request.received_at, bytes(raw), Message())
        _read(found, request.call, sent_at, context)
        if not found.message_id and request.call == ARCHIVE:
            found.message_id = f"archive-{sha256(raw).hexdigest()[:32]}"  # the same line is the same message
        if not found.message_id:
            found.message_id = f"{journal[:12]}-{request.position}-{place}"
        found.digest = sha256(found.message_id.encode("utf-8", "surrogatepass")).digest()[:16]
        yield found


def with_whole_letters(body: bytes) -> bytes:
    """JSON in which the sign for an unknown letter stands where only half of one was left, as where an emoji was cut in two.

    >>> with_whole_letters(chr(92).join(['["', 'ud83d", "', 'ud83d', 'ude00"]']).encode()).count(b"ufffd")
    1
    """
    return _ESCAPED.sub(lambda found: rb"\ufffd" if found[1] else found[0], body)


def _read(found: Received, call: str, sent_at: Text, context: msgspec.Raw) -> None:
    raw = found.raw
    if len(raw) > LONGEST:
        found.refusal = "too_large"
        return
    if raw.count(b"{") + raw.count(b"[") > DEEPEST and _depth(raw) > DEEPEST:
        found.refusal = "too_deep"
        return
    if b"\\u0000" in raw:
        found.refusal = "nul_byte"
        return
    try:
        message = found.message = _message.decode(raw)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        found.refusal = "no_message"
        return
    if len(message.context) == 0:
        message.context = context
    if call == ARCHIVE:
        said = text_of(message.received_at)
        received_at = None if said is None else _sent(said)
        found.received_at = min(received_at or found.received_at, found.received_at)
    elif call not in ("batch", "import"):
        message.type = call
    if message.type not in KINDS_OF_MESSAGE:
        found.refusal = "no_such_call"
        return
    found.message_id = text_of(message.message_id) or ""
    found.payload = _payload_of(message)
    found.occurred_at = _occurred(message, sent_at, found.received_at)
    if isinstance(found.occurred_at, datetime) and found.occurred_at > found.received_at + _AHEAD:
        found.refusal = "ahead"


def text_of(value: Text) -> str | None:
    """An identifier or instant as text: numbers as a file would write them, blanks as nothing.

    >>> text_of(" a "), text_of(7), text_of(7.0), text_of(""), text_of(None)
    ('a', '7', '7', None, None)
    """
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip() or None if value is not None else None


def _occurred(message: Message, sent_at: Text, received_at: datetime) -> datetime | str:
    """When it happened, by our clock: the sender's is corrected by how far it was off when the message was sent.

    A stamp that is no instant comes back as it is.
    """
    stamp = text_of(message.original_timestamp) or text_of(message.timestamp)
    if stamp is None:
        return received_at
    sending = text_of(sent_at) or text_of(message.sent_at)
    at, sent = instant_of_client(stamp), None if sending is None else _sent(sending)
    if at is None:
        return stamp
    if sent is None or abs(received_at - sent) <= _SKEW:
        return at
    try:
        return at + (received_at - sent)
    except OverflowError:
        return stamp


def instant_of_client(stamp: str) -> datetime | None:
    """A client's stamp (ISO 8601, UTC where it names no zone) as naive UTC; None where it is none.

    >>> instant_of_client("2026-01-02T03:04:05+01:00")
    datetime.datetime(2026, 1, 2, 2, 4, 5)
    >>> instant_of_client("soon") is None
    True
    """
    try:
        at = datetime.fromisoformat(stamp)
        return at.astimezone(UTC).replace(tzinfo=None) if at.tzinfo else at
    except (ValueError, OverflowError):
        return None


_sent = lru_cache(64)(instant_of_client)
"""When a request was sent: of all its messages the same."""


def _payload_of(said: Message) -> int:
    """63 bits of what a message says, without what differs when the same is sent again; never 0."""
    told = (
        said.type, said.user_id, said.anonymous_id, said.previous_id, said.group_id, said.event, said.name,
        said.category, said.original_timestamp, said.timestamp, len(said.properties),
    )  # fmt: skip
    digest = blake2b(repr(told).encode("utf-8", "surrogatepass"), digest_size=8)
    digest.update(said.properties)
    digest.update(said.traits)
    return (int.from_bytes(digest.digest(), "big") >> 1) or 1


def _depth(raw: bytes) -> int:
    """How deep JSON is nested, not counting what stands in texts."""
    deepest = depth = 0
    is_text = is_escaped = False
    for sign in raw:
        if is_text:
            if is_escaped:
                is_escaped = False
            elif sign == 0x5C:
                is_escaped = True
            elif sign == 0x22:
                is_text = False
        elif sign == 0x22:
            is_text = True
        elif sign in b"{[":
            depth += 1
            deepest = max(deepest, depth)
        elif sign in b"}]":
            depth -= 1
    return deepest
