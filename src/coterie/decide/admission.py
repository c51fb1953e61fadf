"""The last check: one ledger transaction that asks again and writes the intent to send."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

import pyarrow as pa

from coterie.decide.campaign import CampaignDefinition
from coterie.decide.capping import capped
from coterie.decide.launching import launched_definition
from coterie.decide.repeating import repeated
from coterie.decide.timing import quiet_until
from coterie.domain import Message
from coterie.errors import NotPermitted
from coterie.protect import WorkspaceKey, permissions
from coterie.store import DUPLICATE, HELD, Launch, Ledger, Transaction


@dataclass(frozen=True, slots=True)
class Admission:
    """Messages whose intent is durable: send exactly these, and record what becomes of them.

    ``refused`` counts reasons. ``claimed`` is 0 when nothing is due: then ``next_at`` says
    when more will be, or is None when the campaign is through.
    """

    batch: str
    messages: tuple[Message, ...] = ()
    refused: Mapping[str, int] = field(default_factory=dict)
    claimed: int = 0
    next_at: datetime | None = None


def admit(
    ledger: Ledger, key: WorkspaceKey, campaign: str, *, now: datetime, limit: int = 50, batch: str | None = None
) -> Admission:
    """Take up to ``limit`` queued messages, refuse those that may not go, and write the intent for the rest.

    Consent, suppression, frequency caps and quiet hours are asked as of ``now`` in the very
    transaction that writes the intent. Call it again until ``claimed`` is 0. Keep ``limit``
    small: a person who says no after it has committed may still get a message in flight.
    Raises ``NotPermitted`` while sending is held, ``NotReady`` before the launch.
    """
    with ledger.transaction() as t:
        return admit_within(t, key, t.launches.one(campaign), now=now, limit=limit, batch=batch)


def admit_within(
    t: Transaction, key: WorkspaceKey, launch: Launch, *, now: datetime, limit: int = 50, batch: str | None = None
) -> Admission:
    """As ``admit``, inside a transaction that does more. ``NotPermitted`` is raised before anything is written."""
    batch = batch or uuid4().hex
    cancelled = _cancelled(launch.campaign)
    facts = t.facts.some([HELD, cancelled])
    if HELD in facts:
        raise NotPermitted(f"sending is held: {facts[HELD]}; look at what was sent, then release it")
    if cancelled in facts:
        return Admission(
            batch, (), {"cancelled": count} if (count := t.outbox.cancel(launch.campaign, now=now)) else {}
        )
    definition, timezone = launched_definition(launch), str(launch.body["timezone"])
    until = quiet_until(definition.quiet_hours, now, timezone)
    if until is not None:
        waiting = t.outbox.next_due_at(launch.campaign)
        return Admission(batch, next_at=None if waiting is None else max(waiting, until))
    claimed = t.outbox.claim(launch.campaign, limit, now=now)
    if not claimed:
        return Admission(batch, next_at=t.outbox.next_due_at(launch.campaign))
    reasons = reasons_against(t, key, claimed, definition, now=now, timezone=timezone)
    t.outbox.refuse(reasons, now=now)
    admitted = tuple(message for message in claimed if message.message_id not in reasons)
    if admitted and not t.outbox.has_left(launch.campaign):
        t.exposures.begin(launch.campaign, at=now)
    t.touches.add(_touches(admitted, now))
    t.outbox.mark_sending([message.message_id for message in admitted], batch=batch, now=now)
    return Admission(batch, admitted, Counter(reasons.values()), len(claimed))


def cancel_campaign(ledger: Ledger, campaign: str, *, actor: str, now: datetime, dry_run: bool = False) -> int:
    """Close what a launched campaign has queued, for good; how many. Messages on their way are answered, and none goes again.

    Kept in the audit log. Doing it twice closes nothing more. Raises ``NotReady`` before the launch.
    """
    with ledger.reading() if dry_run else ledger.transaction() as t:
        t.launches.one(campaign)
        if dry_run:
            states = t.outbox.counts(campaign).to_pylist()
            return sum(row["messages"] for row in states if row["state"] == "queued")
        closed = t.outbox.cancel(campaign, now=now)
        t.facts.put(_cancelled(campaign), now.isoformat())
        t.audit.append("campaign cancelled", campaign, {"messages": closed}, actor=actor, at=now)
    return closed


def _cancelled(campaign: str) -> str:
    """The fact that says so, for messages that were on their way and come back to be sent later."""
    return f"cancelled:{campaign}"


def hold_sending(ledger: Ledger, reason: str, *, actor: str, now: datetime) -> None:
    """Stop every campaign before its next message, in every process, also after a restart.

    Messages already on their way are answered first. Kept in the audit log.

    >>> from coterie.store import open_ledger
    >>> ledger = open_ledger(None)
    >>> hold_sending(ledger, "wrong price in the offer", actor="ann", now=datetime(2026, 1, 1))
    >>> release_sending(ledger, actor="ann", now=datetime(2026, 1, 1))
    'wrong price in the offer'
    """
    with ledger.transaction() as t:
        t.facts.put(HELD, reason)
        t.audit.append("sending held", "outbox", {"reason": reason}, actor=actor, at=now)


def release_sending(ledger: Ledger, *, actor: str, now: datetime) -> str | None:
    """Let messages leave again; why they were held, or None when they were not. Kept in the audit log."""
    with ledger.transaction() as t:
        held = t.facts.get(HELD)
        if held is not None:
            t.facts.put(HELD, None)
            t.audit.append("sending released", "outbox", {"held": held}, actor=actor, at=now)
    return held


def reasons_against(
    t: Transaction,
    key: WorkspaceKey,
    messages: Sequence[Message],
    definition: CampaignDefinition,
    *,
    now: datetime,
    timezone: str,
) -> dict[str, str]:
    """Which of ``messages``, all of one campaign, may not go at ``now``, and why: ``message_id → reason code``.

    Of two whose person is now the same, the first may go.
    """
    people = pa.table(
        {
            "profile_id": pa.array([m.profile_id for m in messages], pa.int64()),
            "address_key": pa.array([m.address_key for m in messages], pa.string()),
            "identities": pa.array([list(m.identities) for m in messages], pa.list_(pa.string())),
        }
    )
    basis, purpose, channel = definition.basis, definition.purpose, definition.channel
    asked = permissions(t, key, people, purpose=purpose, channel=channel, basis=basis, now=now).to_pylist()
    full = capped(t, key, people, definition.frequency_caps, now=now, timezone=timezone).to_pylist()
    found = {message.message_id: reason for message, reason in zip(messages, asked, strict=True) if reason is not None}
    again = repeated(t, key, [message for message in messages if message.message_id not in found])
    found |= dict.fromkeys(again, DUPLICATE)
    over = {message.message_id for message, is_full in zip(messages, full, strict=True) if is_full}
    return found | dict.fromkeys(over - found.keys(), "frequency_cap")


def _touches(messages: Sequence[Message], now: datetime) -> pa.Table:
    return pa.table(
        {
            "message_id": pa.array([m.message_id for m in messages], pa.string()),
            "campaign": pa.array([m.campaign for m in messages], pa.string()),
            "profile_id": pa.array([m.profile_id for m in messages], pa.int64()),
            "address_key": pa.array([m.address_key for m in messages], pa.string()),
            "channel": pa.array([m.channel for m in messages], pa.string()),
            "touched_at": pa.array([now] * len(messages), pa.timestamp("us")),
        }
    )
