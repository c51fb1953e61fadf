"""How it goes with the providers of each channel: whether they can be used, when they took something last, what became of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import cast

import pyarrow as pa

from coterie.deliver.carriers import GaveWay, gave_way
from coterie.domain.clock import to_local
from coterie.measure import wilson
from coterie.words import Sentence, joined, restored, sentence
from coterie.workspace.delivering import carrier_names
from coterie.workspace.stand import Stand

LOOKED_AT = timedelta(days=30)
_DOMAINS = 5
HEALTH = pa.schema(
    [
        *((name, pa.string()) for name in ("channel", "carrier", "provider", "domain", "state")),
        ("place", pa.int64()),
        ("sent_at", pa.timestamp("us")),
        *((name, pa.int64()) for name in ("sent", "bounced", "refused", "unknown", "complaints")),
        *((name, pa.float64()) for name in ("bounce_share", "complaint_share")),
        ("since", pa.timestamp("us")),
        ("why", pa.string()),
    ]
)


class _Carried:
    """What became of what one of them carried."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.sent_at: datetime | None = None

    def add(self, row: Mapping[str, object]) -> None:
        self.counts[str(row["kind"])] += int(str(row["messages"]))
        at = row["newest_at"]
        if row["kind"] == "sent" and isinstance(at, datetime):
            self.sent_at = max(at, self.sent_at or at)

    def told(self) -> dict[str, object]:
        counts, taken = self.counts, self.counts["sent"] + self.counts["bounced"]
        bounced = counts["bounced"] + counts["bounced_later"]
        return {
            "sent_at": self.sent_at,
            **{name: counts[name] for name in ("sent", "refused", "unknown")},
            "bounced": bounced,
            "complaints": counts["complaint"],
            "bounce_share": bounced / taken if taken else None,
            "complaint_share": counts["complaint"] / counts["sent"] if counts["sent"] else None,
        }


def carriers_health(stand: Stand) -> list[Mapping[str, object]]:
    """A row each provider of each channel, in their order, and below it one for each of the domains that it wrote to most (``domain``).

    Counts are of the last 30 days. ``state`` is ``good``, ``gave_way`` where it could not be used when it was last, ``unused``.
    """
    with stand.ledger.reading() as t:
        carried = t.receipts.carried(stand.clock() - LOOKED_AT).to_pylist()
        names = {channel: carrier_names(stand, channel) for channel in _channels(stand)}
        away = {channel: gave_way(t, channel, [name for name, _ in each]) for channel, each in names.items()}
    found: dict[tuple[str, str], dict[str, _Carried]] = defaultdict(lambda: defaultdict(_Carried))
    for row in carried:
        of = found[str(row["channel"]), str(row["carrier"])]
        for domain in {"", str(row["domain"])}:
            of[domain].add(row)
    return [
        row
        for channel, each in names.items()
        for place, (name, provider) in enumerate(each, 1)
        for row in _rows(
            {"channel": channel, "carrier": name, "provider": provider, "place": place},
            found[channel, name],
            away[channel].get(name),
        )
    ]


def _rows(
    named: Mapping[str, object], found: Mapping[str, _Carried], away: GaveWay | None
) -> Iterator[Mapping[str, object]]:
    whole = found[""]
    state = "gave_way" if away else "good" if whole.counts["sent"] else "unused"
    since, why = (away.since, restored(away.why)) if away else (None, None)
    yield {**named, "state": state, **whole.told(), "since": since, "why": why}
    domains = sorted((domain for domain in found if domain), key=lambda d: (-found[d].counts.total(), d))
    for domain in domains[:_DOMAINS]:
        yield {**named, "domain": domain, "state": state, **found[domain].told(), "since": since, "why": why}


def _channels(stand: Stand) -> list[str]:
    return sorted({"email", *stand.settings.delivery})


def carriers_away(rows: Iterable[Mapping[str, object]], zone: str) -> list[Sentence]:
    """Of each provider, as ``carriers_health`` has them, that could not be used when it was last: since when, by the clock in ``zone``, and why."""
    return [
        sentence(
            "Provider {carrier} of {channel} has carried nothing since {at:%Y-%m-%d %H:%M}: {why}",
            carrier=row["carrier"],
            channel=row["channel"],
            at=to_local(cast("datetime", row["since"]), zone),
            why=row["why"],
        )
        for row in rows
        if row["state"] == "gave_way" and not row.get("domain")
    ]


_TOO_MANY = (
    (
        "complaints",
        "complaint_share",
        0.001,
        "{count:,} of {of:,} {of|message|messages} on {channel} by {carrier} brought complaints in the last {days} {days|day|days} ({share:.2%}); from {limit:.1%} on mailbox providers begin to refuse a sender: write to those alone who asked for it, and make leaving easy.",
    ),
    (
        "bounced",
        "bounce_share",
        0.05,
        "{count:,} of {of:,} {of|message|messages} on {channel} by {carrier} came back in the last {days} {days|day|days} ({share:.1%}); from {limit:.0%} on mailbox providers begin to refuse a sender: leave out addresses that are old, bought or never confirmed.",
    ),
)
"""What is counted, its share, from which share on it is too much, and how that is said: the limits of Google's and Yahoo's rules for
senders (2024) and of Amazon SES, which looks into an account that passes either."""
_FEWEST = 3
"""One or two of a few messages say nothing of a sender."""


def carriers_distrusted(rows: Iterable[Mapping[str, object]]) -> list[Sentence]:
    """Of each provider, as ``carriers_health`` has them, whose messages come back or are complained of too often, beyond chance (Wilson's interval)."""
    told = []
    for row in rows:
        for counted, share_of, limit, words in _TOO_MANY:
            count, share = row[counted], row[share_of]
            if row.get("domain") or not isinstance(count, int) or not isinstance(share, float) or count < _FEWEST:
                continue
            of = round(count / share)
            if wilson(count, of)[0] >= limit:
                named = {name: row[name] for name in ("channel", "carrier")}
                numbers = {"count": count, "of": of, "share": share, "limit": limit, "days": LOOKED_AT.days}
                told.append(Sentence(words, {**named, **numbers}))
    return told


def carriers_checked(stand: Stand) -> tuple[str, Sentence]:
    """What doctor says of them."""
    rows = carriers_health(stand)
    found = [*carriers_away(rows, stand.settings.timezone), *carriers_distrusted(rows)]
    if found:
        return "look", joined(found)
    return "good", sentence("No provider of messages gave way when it was used last.")
