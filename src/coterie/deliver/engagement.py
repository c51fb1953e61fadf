"""Opens and clicks come back in as events like any other; what programs fetched is told apart from what people did."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

import pyarrow as pa

from coterie.collect import record_events
from coterie.deliver.machines import LinkFetch, machines_among, proxy_of
from coterie.deliver.receipts import events_of
from coterie.domain import Clock, Message, utc_now
from coterie.domain.consenting import SERVICE_PURPOSES, TRACKING
from coterie.engines import Engine
from coterie.protect import LegalBasis, WorkspaceKey, permissions
from coterie.store import Ledger, Transaction
from coterie.store.outbox import message_of

OPENED, CLICKED, SCANNED = "Message Opened", "Message Clicked", "Message Scanned"
"""What a person did, and what a program fetched of a message."""

Kind = Literal["opens", "clicks"]
_BASES: Mapping[str, LegalBasis] = {"with_consent": "opt_in", "unless_refused": "opt_out"}


def trackable(
    t: Transaction, key: WorkspaceKey, messages: Sequence[Message], measured: str, *, now: datetime
) -> frozenset[str]:
    """Ids of those of ``messages`` of whose readers something may be measured: by what they said of ``tracking``.

    ``measured`` is ``never``, ``with_consent`` or ``unless_refused``. Who said no to marketing is not measured either, nor is
    who is suppressed, nor anybody by a message that is a service.
    """
    basis = _BASES.get(measured)
    meant = [each for each in messages if each.channel == "email" and each.purpose not in SERVICE_PURPOSES]
    if basis is None or not meant:
        return frozenset()
    people = pa.table(
        {
            "address_key": pa.array([each.address_key for each in meant], pa.string()),
            "identities": pa.array([list(each.identities) for each in meant], pa.list_(pa.string())),
        }
    )
    asked = permissions(t, key, people, purpose=TRACKING, channel="email", basis=basis, now=now)
    return frozenset(each.message_id for each, reason in zip(meant, asked.to_pylist(), strict=True) if reason is None)


def record_engagement(
    engine: Engine,
    ledger: Ledger,
    key: WorkspaceKey,
    fetches: Sequence[LinkFetch],
    measured: Mapping[Kind, str],
    *,
    near: Sequence[LinkFetch] = (),
    journal: str = "",
    clock: Clock = utc_now,
) -> int:
    """Write what was fetched of messages as events; how many were new.

    Asked again of each: who was erased, or refused since the message left, is not written of. ``journal`` and the place of a fetch in it name
    its event, so that telling the same again adds nothing.
    """
    now = clock()
    with ledger.reading() as t:
        rows = t.outbox.messages({each.message_id for each in fetches}).to_pylist()
        there = {row["message_id"]: message_of(row) for row in rows if row["address"] and row["profile_id"] >= 0}
        asked = list(there.values())
        allowed = {kind: trackable(t, key, asked, measured.get(kind, "never"), now=now) for kind in _KINDS}
    sent_at = {row["message_id"]: row["finished_at"] for row in rows}
    why = machines_among(fetches, sent_at, near)
    told = [
        _event(each, there[each.message_id], machine, journal)
        for each, machine in zip(fetches, why, strict=True)
        if each.message_id in allowed[_kind(each)]
    ]
    if not told:
        return 0
    return record_events(engine, events_of(engine, told), source="coterie", clock=clock).recorded


_KINDS: tuple[Kind, Kind] = ("opens", "clicks")


def _kind(fetch: LinkFetch) -> Kind:
    return "clicks" if fetch.link else "opens"


def _event(fetch: LinkFetch, message: Message, machine: str | None, journal: str) -> dict[str, object]:
    told: dict[str, object] = {
        "campaign": message.origin.name, "origin_kind": message.origin.kind, "message_id": fetch.message_id, "channel": message.channel,
        "arm": message.arm, "variant": message.variant,
    }  # fmt: skip
    if fetch.link:
        told |= {"link": fetch.link, "url": fetch.target.partition("#")[0]}
    if machine is not None:
        told |= {"fetched": "link" if fetch.link else "picture", "machine": machine}
    elif (proxy := proxy_of(fetch.agent)) is not None:
        told["proxy"] = proxy
    name = SCANNED if machine is not None else CLICKED if fetch.link else OPENED
    return {
        "event_id": f"{fetch.message_id}-{journal[:8]}-{fetch.place}",
        "name": name,
        "occurred_at": fetch.at,
        "profile_id": message.profile_id,
        "channel": message.channel,
        "properties": json.dumps(told, ensure_ascii=False),
    }
