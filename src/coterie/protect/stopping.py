"""People who end messages by answering them: their no stands before anything else is done with the answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import pyarrow as pa

from coterie.domain.consenting import MARKETING, NO_MARKETING, is_by_link, lifts_links_alone
from coterie.identifiers import identity_of
from coterie.protect.consent import add_consents
from coterie.protect.keys import WorkspaceKey, namespace_of
from coterie.protect.suppression import PERSON_WIDE, suppress_keys
from coterie.store import Ledger, Transaction

SOURCE = "answer"


def stop_for(
    ledger: Ledger,
    key: WorkspaceKey,
    channel: str,
    said: Mapping[str, datetime],
    *,
    now: datetime,
    country: str = "",
    dry_run: bool = False,
) -> int:
    """Record that the people at ``said`` (address → when) want no more messages on ``channel``; of how many it is new.

    In one transaction: the consent to marketing is withdrawn, and every address of the person on the channel blocked, for services
    too, as carriers do. What is told again changes nothing, nor does what was said before somebody lifted the block by hand.
    """
    with ledger.reading() if dry_run else ledger.transaction() as t:
        return stop_within(t, key, channel, said, now=now, country=country, dry_run=dry_run)


def stop_within(
    t: Transaction,
    key: WorkspaceKey,
    channel: str,
    said: Mapping[str, datetime],
    *,
    now: datetime,
    country: str = "",
    dry_run: bool = False,
    reason: str = "unsubscribed",
    source: str = SOURCE,
) -> int:
    """As ``stop_for``, inside a transaction that does more; for another ``reason``, such as a complaint, told by another ``source``."""
    fresh = {
        address: at
        for address, at in said.items()
        if not _stands(t, _hashed(key, channel, address, country), channel, at)
    }
    if not fresh or dry_run:
        return len(fresh)
    rows = {
        "namespace": [namespace_of(channel)] * len(fresh),
        "value": [*fresh],
        "state": ["withdrawn"] * len(fresh),
        "purpose": [MARKETING] * len(fresh),
        "channel": [channel] * len(fresh),
        "source": [source] * len(fresh),
        "occurred_at": pa.array([min(at, now) for at in fresh.values()], pa.timestamp("us")),
    }
    add_consents(t, pa.table(rows), now=now, actor="the person", in_our_words=True, is_heard_now=True, country=country)
    keys = sorted({_hashed(key, channel, address, country) for address in fresh})
    suppress_keys(t, channel, keys, reason=reason, source=source, now=now, actor="the person")
    return len(fresh)


def _hashed(key: WorkspaceKey, channel: str, address: str, country: str) -> str:
    return key.hash_of("address", identity_of(namespace_of(channel), address, country))


def _stands(t: Transaction, hashed: str, channel: str, at: datetime) -> bool:
    """Whether the no is recorded, or was answered since by lifting it."""
    active = [
        row["reason"]
        for row in t.suppressions.active(channel, [hashed]).to_pylist()
        if not is_by_link(row["reason"], row["source"], row["channel"])  # one of those can be taken back by a link
    ]
    lifted = [
        row["occurred_at"]
        for row in t.suppressions.of(hashed).to_pylist()
        if row["is_lifted"] and row["channel"] in {channel, "*"} and not lifts_links_alone(row["source"])
    ]
    return any(reason in PERSON_WIDE - {NO_MARKETING} for reason in active) or any(since > at for since in lifted)
