"""Files of messages as Segment's clients send them, one a line, which mean what they would over HTTP."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from itertools import islice
from pathlib import Path

import msgspec

from coterie.collect.formats.content import compression_of, unpacked
from coterie.collect.intake.messages import ARCHIVE, KINDS_OF_MESSAGE
from coterie.domain.loading import Compression
from coterie.errors import BadFile
from coterie.store import Request

_LOOKED_AT = 20
_LONGEST_LINE = 4 << 20
_OF_MESSAGES = {"messageId", "anonymousId", "userId"}
_FURTHER = {"context", "properties", "traits", "sentAt", "receivedAt", "originalTimestamp", "timestamp", "event"}


def archive_packing(file: Path) -> Compression | None:
    """How an archive of messages is packed; None where the file is none: its first lines are all messages with who they are about."""
    with suppress(BadFile, OSError, msgspec.DecodeError, UnicodeError, RecursionError):
        packing = compression_of(file)
        with unpacked(file, packing) as stream:
            lines = [
                line for line in islice(iter(lambda: stream.readline(_LONGEST_LINE), b""), _LOOKED_AT) if line.strip()
            ]
        if lines and all(map(_is_message, lines)):
            return packing
    return None


def _is_message(line: bytes) -> bool:
    told = msgspec.json.decode(line.removeprefix(b"\xef\xbb\xbf"))
    return (
        isinstance(told, dict)
        and told.get("type") in KINDS_OF_MESSAGE
        and bool(_OF_MESSAGES & told.keys())
        and bool(_FURTHER & told.keys())
    )


def archived(file: Path, packing: Compression) -> Iterator[bytes]:
    """Each line as JSON; one that is no JSON as a text, which is no message and is refused as such."""
    with unpacked(file, packing) as stream:
        for number, line in enumerate(iter(lambda: stream.readline(_LONGEST_LINE), b"")):
            said = line.strip() if number else line.removeprefix(b"\xef\xbb\xbf").strip()
            if said:
                yield as_json(said)


def as_json(said: bytes) -> bytes:
    """What was said, as JSON that can stand among others.

    >>> as_json(b'{"type": "page"}'), as_json(b"{type")
    (b'{"type": "page"}', b'"{type"')
    """
    try:
        msgspec.json.decode(said)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return msgspec.json.encode(said.decode("utf-8", "backslashreplace"))
    return said


def request_of(source: str, at: datetime, messages: Sequence[bytes]) -> Request:
    """Messages as one request from ``source``; those that do not say when they were received were at that instant."""
    return Request(at, source, ARCHIVE, len(messages), b'{"batch":[' + b",".join(messages) + b"]}")
