"""What providers tell of messages after they left: their calls taken, kept, acted on, and written as events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pyarrow as pa

from coterie.deliver.calling import CALLBACKS, ProviderCall
from coterie.deliver.receipts import record_told
from coterie.deliver.taking import take_receipts
from coterie.domain.receipts import Receipt, ReceiptState, Reply
from coterie.errors import NotReady
from coterie.protect.stopping import stop_for
from coterie.settings import provider_secret
from coterie.words import Sentence, sentence
from coterie.workspace.replies import stops_among

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from coterie.workspace.stand import Stand

CALLBACKS_PATH = "/callbacks/"
"""What stands between a workspace's public address and the name of who calls."""

_AT_ONCE = 500

LISTED = pa.schema(
    [
        ("received_at", pa.timestamp("us")),
        ("provider", pa.string()),
        ("kind", pa.string()),
        ("state", pa.string()),
        ("channel", pa.string()),
        ("message_id", pa.string()),
        ("number", pa.string()),
        ("origin", pa.string()),
        ("profile_id", pa.int64()),
        ("code", pa.int64()),
        ("words", pa.string()),
        ("occurred_at", pa.timestamp("us")),
    ]
)
CALLED = pa.schema(
    [
        *((name, pa.string()) for name in ("callback", "channel", "url", "state")),
        ("heard_at", pa.timestamp("us")),
        *(
            (name, pa.int64())
            for name in ("delivered", "bounced", "soft_bounced", "complaint", "unsubscribed", "unmatched")
        ),
        ("missing", pa.string()),
    ]
)


@dataclass(frozen=True)
class CallTaken:
    """What became of a call: ``taken`` receipts were new, ``known`` told before, ``unmatched`` of no message that is known; ``stopped`` people answered that they want no more."""

    taken: int = 0
    known: int = 0
    unmatched: int = 0
    stopped: int = 0


def secret_of(callback: str) -> str | None:
    """What calls to ``callback`` are signed with, from ``COTERIE_SECRET_…_CALLBACK``."""
    return provider_secret(f"{callback}_callback")


def take_call(stand: Stand, name: str, call: ProviderCall) -> CallTaken:
    """Take what a provider calls with; durable when this returns.

    Raises ``UnknownName`` for a callback that there is not, ``NotReady`` where its secret is not set, ``Unsigned`` and ``NotPermitted``
    for a call that is not the provider's, or too old, and ``BadFile`` for what it never sends.
    """
    part, secret = CALLBACKS[name], secret_of(name)
    if secret is None:
        raise NotReady(_without_secret(name))
    within = timedelta(minutes=stand.settings.callbacks.within_minutes)
    called = part(secret, within).read(call)
    return take_told(stand, name, part.channel, called.receipts, called.replies)


def take_told(
    stand: Stand, provider: str, channel: str | None, receipts: Sequence[Receipt], replies: Sequence[Reply] = ()
) -> CallTaken:
    """Keep receipts and answers that are known to be the provider's, and act on them."""
    now, country, stopped = stand.clock(), stand.settings.country, 0
    if replies and channel:
        stops, _, _ = stops_among(replies, channel, country, now)
        stopped = stop_for(stand.ledger, stand.key, channel, stops, now=now, country=country) if stops else 0
    if not receipts:
        return CallTaken(stopped=stopped)
    found = take_receipts(stand.ledger, stand.key, provider, receipts, channel=channel, now=now, country=country)
    return CallTaken(found.taken, found.known, found.unmatched, stopped)


def _without_secret(name: str) -> Sentence:
    return sentence(
        "calls of {name} are not taken: give what it signs them with in {variable}",
        name=name,
        variable=f"COTERIE_SECRET_{name.upper()}_CALLBACK",
    )


def tell_receipts(stand: Stand) -> int:
    """Write what was told of known messages as events; how many receipts that were."""
    count = 0
    while found := record_told(stand.engine, stand.ledger, _AT_ONCE, clock=stand.clock):
        count += found
    return count


def receipts_listed(stand: Stand, most: int, state: ReceiptState | None) -> list[Mapping[str, object]]:
    """The newest receipts."""
    with stand.ledger.reading() as t:
        rows = t.receipts.latest(most, state).to_pylist()
    return [
        {
            **{name: row[name] for name in LISTED.names if name not in ("origin", "profile_id")},
            "origin": row["origin"],
            "profile_id": row["profile_id"] if (row["profile_id"] or -1) >= 0 else None,
        }
        for row in rows
    ]


def callbacks_listed(stand: Stand) -> list[Mapping[str, object]]:
    """Who may call, where, whether that is set up, and what came: counts by kind, and how many are of no known message."""
    with stand.ledger.reading() as t:
        counted = t.receipts.counts().to_pylist()
    rows: list[Mapping[str, object]] = []
    for name in dict.fromkeys([*CALLBACKS, *(str(row["provider"]) for row in counted)]):
        own = [row for row in counted if row["provider"] == name]
        is_called = name in CALLBACKS
        missing = _without_secret(name) if is_called and secret_of(name) is None else None
        heard: list[datetime] = [row["received_at"] for row in own]
        rows.append(
            {
                "callback": name,
                "channel": CALLBACKS[name].channel if is_called else None,
                "url": f"{stand.settings.public_url.rstrip('/')}{CALLBACKS_PATH}{name}" if is_called else None,
                "state": "missing" if missing else "ready",
                "heard_at": max(heard, default=None),
                **{
                    kind: sum(row["receipts"] for row in own if row["kind"] == kind)
                    for kind in ("delivered", "bounced", "soft_bounced", "complaint", "unsubscribed")
                },
                "unmatched": sum(row["receipts"] for row in own if row["state"] == "unmatched"),
                "missing": missing,
            }
        )
    return rows
