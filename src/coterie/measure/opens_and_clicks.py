"""How many people opened the messages of a campaign and followed their links, and what programs fetched instead."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pyarrow as pa

from coterie.deliver.engagement import CLICKED, OPENED, SCANNED
from coterie.domain import Origin
from coterie.engines import Engine
from coterie.words import Sentence, sentence

_SQL = """SELECT origin, variant_extract(properties, 'arm')::VARCHAR AS arm,
    count(DISTINCT message) FILTER (name = 'Message Sent') AS sent,
    count(DISTINCT message) FILTER (name = $opened) AS opened, count(DISTINCT message) FILTER (name = $clicked) AS clicked,
    count(*) FILTER (name = $clicked) AS clicks, count(DISTINCT message) FILTER (name = $scanned) AS scanned,
    count(*) FILTER (name = $scanned) AS fetches
FROM (SELECT name, properties, variant_extract(properties, 'message_id')::VARCHAR AS message,
        variant_extract(properties, 'campaign')::VARCHAR AS origin FROM events
    WHERE name IN ('Message Sent', $opened, $clicked, $scanned) AND occurred_at < $as_of
      AND variant_extract(properties, 'origin_kind')::VARCHAR = $kind)
WHERE origin = $origin OR ($kind = 'journey' AND starts_with(origin, $origin || '/'))
GROUP BY ALL ORDER BY ALL"""


def opens_and_clicks(engine: Engine, origin: Origin, as_of: datetime) -> pa.Table:
    """By ``origin`` (the campaign, or each step of a journey) and ``arm``: messages ``sent``, ``opened`` and ``clicked`` by people, their ``clicks``; messages ``scanned`` by programs, their ``fetches``.

    Messages are counted once, clicks and fetches each. Only readers of whom it may be measured are in anything but ``sent``.
    """
    names = {"opened": OPENED, "clicked": CLICKED, "scanned": SCANNED}
    return engine.query(_SQL, {**names, "as_of": as_of, "origin": origin.name, "kind": origin.kind})


def engagement_sentences(found: pa.Table) -> Iterator[Sentence]:
    """What ``opens_and_clicks`` found, in words; nothing where nothing was measured."""
    opened, clicked, clicks, scanned = (
        sum(found[name].to_pylist()) for name in ("opened", "clicked", "clicks", "scanned")
    )
    if opened or clicked or scanned:
        yield sentence(
            "People opened {opened:,} {opened|message|messages} and followed links of {clicked:,} ({clicks:,} {clicks|click|clicks}), "
            "as far as they let it be measured: no share of all that was sent.",
            opened=opened,
            clicked=clicked,
            clicks=clicks,
        )
    if scanned:
        yield sentence(
            "Programs, such as scanners of mail, fetched links or pictures of {scanned:,} {scanned|message|messages}; that counts for nothing.",
            scanned=scanned,
        )
