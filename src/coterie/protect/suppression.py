"""Blocks that outrank consent. Putting one up is easy, as whoever unsubscribes does; taking it down is an act with a name."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import pyarrow as pa

from coterie.domain.consenting import NO_MARKETING
from coterie.errors import Refused
from coterie.identifiers import identities_of
from coterie.protect.keys import WorkspaceKey, address_key, address_keys, namespace_of
from coterie.store import Ledger, Transaction
from coterie.words import sentence

PERSON_WIDE = frozenset({NO_MARKETING, "unsubscribed", "complaint", "objected", "erased"})
"""Reasons that speak for the person: they block every address of the profile. The others,
such as ``bounced``, block the one address."""


def suppress(
    ledger: Ledger,
    key: WorkspaceKey,
    channel: str,
    addresses: Iterable[str],
    *,
    reason: str,
    source: str,
    now: datetime,
    actor: str = "coterie",
    country: str = "",
) -> int:
    """Block ``addresses`` on ``channel``; how many. Kept as keyed hashes, so it survives erasure.

    ``country`` is where phone numbers without a country code are dialled.

    No import, merge or consent ends it; only ``lift_suppression`` does.
    """
    values = pa.array(sorted(set(addresses)), pa.string())
    namespaces = pa.array([namespace_of(channel)] * len(values), pa.string())
    keys = sorted(set(address_keys(key, identities_of(namespaces, values, country)).to_pylist()))
    with ledger.transaction() as t:
        return suppress_keys(t, channel, keys, reason=reason, source=source, now=now, actor=actor)


def suppress_keys(
    t: Transaction,
    channel: str,
    address_keys: Iterable[str],
    *,
    reason: str,
    source: str,
    now: datetime,
    actor: str = "coterie",
) -> int:
    """As ``suppress``, by the keys that messages carry, inside a transaction that does more."""
    keys = list(address_keys)
    if keys:
        t.suppressions.add(_rows(keys, channel, reason, source, actor, now, lifted=False))
        detail = {"channel": channel, "addresses": len(keys), "source": source}
        t.audit.append("suppressed", reason, detail, actor=actor, at=now)
    return len(keys)


def lift_suppression(
    ledger: Ledger,
    key: WorkspaceKey,
    channel: str,
    address: str,
    *,
    reason: str,
    actor: str,
    now: datetime,
    country: str = "",
) -> None:
    """End all blocks of one address, on purpose: ``reason`` and ``actor`` are kept for ever.

    Raises ``Refused`` when no reason or actor is given, or nothing is blocked.
    """
    if not reason.strip() or not actor.strip():
        raise Refused("lifting a suppression needs a reason and the name of who decides it")
    hashed = address_key(key, channel, address, country)
    with ledger.transaction() as t:
        blocked = set(t.suppressions.active(channel, [hashed])["channel"].to_pylist())
        if not blocked:
            raise Refused(sentence("{address} is not suppressed on {channel}", address=address, channel=channel))
        for place in sorted(blocked):
            t.suppressions.add(_rows([hashed], place, reason, "lifted by hand", actor, now, lifted=True))
        t.audit.append("suppression lifted", hashed, {"channel": channel, "reason": reason}, actor=actor, at=now)


def _rows(
    keys: list[str], channel: str, reason: str, source: str, actor: str, now: datetime, *, lifted: bool
) -> pa.Table:
    count = len(keys)
    return pa.table(
        {
            "address_key": pa.array(keys, pa.string()),
            "channel": [channel] * count,
            "is_lifted": [lifted] * count,
            "reason": [reason] * count,
            "source": [source] * count,
            "actor": [actor] * count,
            "occurred_at": pa.array([now] * count, pa.timestamp("us")),
        }
    )
