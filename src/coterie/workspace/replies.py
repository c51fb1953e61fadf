"""What people answered to messages, as a gateway hands it over: whom a no among it is from."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa

from coterie.deliver import says_stop
from coterie.domain.clock import instant_of
from coterie.domain.receipts import Reply
from coterie.errors import BadDefinition, Refused
from coterie.identifiers import keys_of
from coterie.plain_files import is_plain
from coterie.protect import namespace_of
from coterie.words import sentence

_MOST_BYTES = 50_000_000
NAMES: Mapping[str, tuple[str, ...]] = {
    "from": ("from", "phone", "mobile", "msisdn", "sender", "number", "手机号", "号码"),
    "text": ("text", "body", "message", "content", "内容", "回复内容"),
    "at": ("at", "received_at", "date", "time", "timestamp", "时间", "回复时间"),
}
"""What is asked for → what gateways call it."""


@dataclass(frozen=True)
class RepliesHeard:
    """What became of answers: ``replies`` came, ``stopped`` people said no of whom that was new, ``known`` had said it before.

    ``others`` say something else, and are for people to read; ``unread`` came from what is no address on the channel.
    """

    channel: str
    replies: int
    stopped: int
    known: int
    others: int
    unread: int
    dry_run: bool = False


def read_replies(file: Path) -> list[Reply]:
    """The answers in a CSV file with a heading, or a JSON list of objects; raises ``BadDefinition`` for any other."""
    if not is_plain(file) or file.stat().st_size > _MOST_BYTES:
        raise Refused(sentence("{file} is no file of answers: a CSV file or a JSON list of up to 50 MB", file=file))
    try:
        text = file.read_text("utf-8-sig")
        rows = json.loads(text) if text.lstrip().startswith("[") else [*csv.DictReader(text.splitlines())]
    except (ValueError, csv.Error, RecursionError) as fault:
        raise BadDefinition(
            sentence("{file} can be read neither as CSV nor as JSON: {why}", file=file, why=fault)
        ) from fault
    return replies_of(rows, where=str(file))


def replies_of(rows: Iterable[object], *, where: str = "") -> list[Reply]:
    """``rows`` as answers, under whatever names gateways give to sender, text and time; raises ``BadDefinition``.

    >>> replies_of([{"From": "+15550100", "Body": "STOP"}])
    [Reply(sender='+15550100', text='STOP', at=None)]
    """
    return [_reply(row, place, where) for place, row in enumerate(rows, 1)]


def _reply(row: object, place: int, where: str) -> Reply:
    said = {str(name).strip().casefold(): value for name, value in row.items()} if isinstance(row, Mapping) else {}
    found = {asked: next((said[name] for name in names if name in said), None) for asked, names in NAMES.items()}
    if found["from"] is None or found["text"] is None:
        raise BadDefinition(
            sentence("answer {place:,} does not say from whom and what: name the columns from and text", place=place),
            where=where,
        )
    at = str(found["at"] or "").strip()
    return Reply(str(found["from"]).strip(), str(found["text"]), instant_of(at, "UTC") if at else None)


def stops_among(
    replies: Sequence[Reply], channel: str, country: str, now: datetime
) -> tuple[dict[str, datetime], int, int]:
    """Address → when it said no; how many answers say something else, and how many come from no address on ``channel``."""
    senders = pa.array([each.sender for each in replies], pa.string())
    keys = keys_of(namespace_of(channel), senders, country).to_pylist()
    stops: dict[str, datetime] = {}
    others = unread = 0
    for reply, key in zip(replies, keys, strict=True):
        if key is None:
            unread += 1
        elif not says_stop(channel, reply.text):
            others += 1
        else:
            stops[key] = max(stops.get(key, datetime.min), min(reply.at or now, now))  # noqa: DTZ901 - naive UTC
    return stops, others, unread
