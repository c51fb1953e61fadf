"""The last check: one ledger transaction that asks again and writes the intent to send."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from uuid import uuid4

import pyarrow as pa

from coterie.decide.capping import capped
from coterie.decide.coupons import Pools, take_codes
from coterie.decide.journeys.gates import left_journey, shares_an_address
from coterie.decide.renewing import in_turns, repeated
from coterie.decide.terms import Terms, terms_of
from coterie.domain import Message, Origin
from coterie.errors import NotPermitted
from coterie.protect import WorkspaceKey, permissions
from coterie.store import DUPLICATE, HELD, Ledger, Transaction
from coterie.words import sentence


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
    ledger: Ledger, key: WorkspaceKey, origin: Origin, *, now: datetime, limit: int = 50, batch: str | None = None
) -> Admission:
    """Take up to ``limit`` queued messages of ``origin``, refuse those that may not go, and write the intent for the rest.

    Consent, suppression, frequency caps and quiet hours are asked as of ``now`` in the very
    transaction that writes the intent. Call it again until ``claimed`` is 0. Keep ``limit``
    small: a person who says no after it has committed may still get a message in flight.
    Raises ``NotPermitted`` while sending is held, ``NotReady`` before the launch.
    """
    with ledger.transaction() as t:
        return admit_within(t, key, terms_of(t, origin).channel, [origin], now=now, limit=limit, batch=batch)


def admit_within(
    t: Transaction,
    key: WorkspaceKey,
    channel: str,
    origins: Sequence[Origin] | None,
    *,
    now: datetime,
    limit: int = 50,
    batch: str | None = None,
    pools: Pools = MappingProxyType({}),
) -> Admission:
    """As ``admit``, inside a transaction that does more: what is longest due on ``channel``, of ``origins``, or of all.

    Messages of templates that name ``pools`` of coupons take a code of each with the intent, and do not go without.
    ``NotPermitted`` is raised before anything is written.
    """
    batch = batch or uuid4().hex
    asked = t.outbox.waiting(channel) if origins is None else origins
    facts = t.facts.some([HELD, *map(_cancelled, asked)])
    if HELD in facts:
        raise NotPermitted(sentence("sending is held: {why}; look at what was sent, then release it", why=facts[HELD]))
    stopped = [origin for origin in asked if _cancelled(origin) in facts]
    refused = Counter({"cancelled": sum(t.outbox.cancel(origin, now=now) for origin in stopped)})
    every = {origin: terms_of(t, origin) for origin in asked if origin not in stopped}
    terms = {origin: of for origin, of in every.items() if not of.is_paused}
    quiet = {o: end for o, of in terms.items() if (end := of.quiet_until(now)) is not None}
    room, full = rooms_left(t, terms, now=now)
    quiet |= {origin: max(end, quiet.get(origin, end)) for origin, end in full.items()}
    awake = [origin for origin in terms if origin not in quiet]
    claimed = t.outbox.claim(channel, awake, limit, now=now, room=room)
    if not claimed:
        due = {origin: t.outbox.next_due_at(channel, [origin]) for origin in terms}
        next_at = min((max(at, quiet.get(origin, at)) for origin, at in due.items() if at is not None), default=None)
        return Admission(batch, (), +refused, next_at=next_at)
    asleep = {m.message_id: end for m in claimed if (end := terms[m.origin].asleep_until(m, now)) is not None}
    t.outbox.amend({message: {"not_before": end} for message, end in asleep.items()})
    admitted: list[Message] = []
    for turn in in_turns([message for message in claimed if message.message_id not in asleep]):
        gone, reasons = _admit_turn(t, key, turn, terms[turn[0].origin], pools, now=now)
        admitted += gone
        refused.update(reasons.values())
    t.outbox.mark_sending([message.message_id for message in admitted], batch=batch, now=now)
    return Admission(batch, tuple(admitted), +refused, len(claimed))


def rooms_left(
    t: Transaction, terms: Mapping[Origin, Terms], *, now: datetime
) -> tuple[dict[Origin, int], dict[Origin, datetime]]:
    """Of origins with a throttle: how many of each may leave at ``now``, and until when none of those that are full."""
    room, full = dict[Origin, int](), dict[Origin, datetime]()
    for origin, throttle in ((origin, of.throttle) for origin, of in terms.items() if of.throttle is not None):
        gone, first = t.touches.of_origin(origin, after=now - throttle.per)
        if first is not None and gone >= throttle.messages:
            full[origin] = first + throttle.per
        else:
            room[origin] = throttle.messages - gone
    return room, full


def _admit_turn(
    t: Transaction, key: WorkspaceKey, messages: Sequence[Message], terms: Terms, pools: Pools, *, now: datetime
) -> tuple[list[Message], dict[str, str]]:
    """Those of ``messages`` that go, and why the others do not; the touches of those that go count for the next turn."""
    reasons = reasons_against(t, key, messages, terms, now=now)
    reasons |= take_codes(t, [message for message in messages if message.message_id not in reasons], pools, now=now)
    t.outbox.refuse(reasons, now=now)
    admitted = [message for message in messages if message.message_id not in reasons]
    origin, channel = messages[0].origin, messages[0].channel
    if admitted and terms.begins_together and not t.outbox.has_left(channel, origin):
        t.exposures.begin(origin, at=now)
    t.touches.add(_touches(admitted, now))
    return admitted, reasons


def cancel_campaign(ledger: Ledger, campaign: str, *, actor: str, now: datetime, dry_run: bool = False) -> int:
    """Close what a launched campaign has queued, for good; how many. Messages on their way are answered, and none goes again.

    Kept in the audit log. Doing it twice closes nothing more. Raises ``NotReady`` before the launch.
    """
    origin = Origin("campaign", campaign)
    with ledger.reading() if dry_run else ledger.transaction() as t:
        t.launches.one(campaign)
        if dry_run:
            states = t.outbox.counts(origin).to_pylist()
            return sum(row["messages"] for row in states if row["state"] == "queued")
        closed = t.outbox.cancel(origin, now=now)
        t.facts.put(_cancelled(origin), now.isoformat())
        t.audit.append("campaign cancelled", campaign, {"messages": closed}, actor=actor, at=now)
    return closed


def _cancelled(origin: Origin) -> str:
    """The fact that says so, for messages that were on their way and come back to be sent later."""
    return f"cancelled:{origin.name}" if origin.kind == "campaign" else f"cancelled {origin}"


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


@dataclass(frozen=True)
class Asking:
    """What messages of one origin are asked about, and when."""

    t: Transaction
    key: WorkspaceKey
    terms: Terms
    now: datetime


def not_permitted(asked: Asking, messages: Sequence[Message]) -> dict[str, str]:
    """Consent, suppression and standing noes of everybody whom a message speaks to."""
    terms = asked.terms
    answers = permissions(
        asked.t,
        asked.key,
        _people(messages),
        purpose=terms.purpose,
        channel=messages[0].channel,
        basis=terms.basis,
        now=asked.now,
    ).to_pylist()
    return {message.message_id: reason for message, reason in zip(messages, answers, strict=True) if reason is not None}


def written_to_before(asked: Asking, messages: Sequence[Message]) -> dict[str, str]:
    """One occurrence writes to a person once, under whatever address; of two the first may go."""
    return dict.fromkeys(repeated(asked.t, asked.key, messages), DUPLICATE)


def left_meanwhile(asked: Asking, messages: Sequence[Message]) -> dict[str, str]:
    """Who has left the journey that the message is of."""
    return dict.fromkeys(left_journey(asked.t, messages), "left_journey")


def addressed_before(asked: Asking, messages: Sequence[Message]) -> dict[str, str]:
    """A step of a journey writes to an address for one person; of two who share it the first may go."""
    return dict.fromkeys(shares_an_address(asked.t, messages, asked.terms.apart, now=asked.now), "duplicate_address")


def over_a_cap(asked: Asking, messages: Sequence[Message]) -> dict[str, str]:
    """How often a person is written to at most, by all campaigns and channels."""
    caps, zone = asked.terms.frequency_caps, asked.terms.timezone
    full = capped(asked.t, asked.key, _people(messages), caps, now=asked.now, timezone=zone).to_pylist()
    return {m.message_id: "frequency_cap" for m, is_full in zip(messages, full, strict=True) if is_full}


GATES: tuple[Callable[[Asking, Sequence[Message]], dict[str, str]], ...] = (
    not_permitted,
    left_meanwhile,
    written_to_before,
    addressed_before,
    over_a_cap,
)
"""What a message passes in the transaction that lets it go; the first that stops it is the reason told."""


def reasons_against(
    t: Transaction, key: WorkspaceKey, messages: Sequence[Message], terms: Terms, *, now: datetime
) -> dict[str, str]:
    """Which of ``messages``, all of one origin, may not go at ``now``, and why: ``message_id → reason code``."""
    asking, found, left = Asking(t, key, terms, now), dict[str, str](), list(messages)
    for stops in GATES:
        if left:
            found |= stops(asking, left)
            left = [message for message in left if message.message_id not in found]
    return found


def _people(messages: Sequence[Message]) -> pa.Table:
    return pa.table(
        {
            "profile_id": pa.array([m.profile_id for m in messages], pa.int64()),
            "address_key": pa.array([m.address_key for m in messages], pa.string()),
            "identities": pa.array([list(m.identities) for m in messages], pa.list_(pa.string())),
        }
    )


def _touches(messages: Sequence[Message], now: datetime) -> pa.Table:
    return pa.table(
        {
            "message_id": pa.array([m.message_id for m in messages], pa.string()),
            "origin_kind": pa.array([m.origin.kind for m in messages], pa.string()),
            "origin": pa.array([m.origin.name for m in messages], pa.string()),
            "occurrence": pa.array([m.occurrence for m in messages], pa.string()),
            "profile_id": pa.array([m.profile_id for m in messages], pa.int64()),
            "address_key": pa.array([m.address_key for m in messages], pa.string()),
            "channel": pa.array([m.channel for m in messages], pa.string()),
            "touched_at": pa.array([now] * len(messages), pa.timestamp("us")),
        }
    )
