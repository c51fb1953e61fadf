"""What people choose by the link of a message, purpose by purpose and channel by channel: statements of theirs, recorded as any other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import pyarrow as pa

from coterie.domain import Message
from coterie.domain.consenting import (
    BY_LINK,
    BY_PAGE,
    EVERYWHERE,
    MARKETING,
    NO_MARKETING,
    TRACKING,
    is_by_link,
)
from coterie.protect.consent import add_consents
from coterie.protect.keys import WorkspaceKey, address_keys, namespace_of
from coterie.protect.permission import permissions
from coterie.protect.suppression import PERSON_WIDE, suppress_keys
from coterie.store import Ledger, Transaction

Choice = tuple[str, str]
"""A channel and a purpose."""

_NEXT = timedelta(microseconds=1)
PERSON = "the person"
"""Who did what somebody did by a link."""


@dataclass(frozen=True)
class ChoiceStanding:
    """What somebody said of a purpose on a channel: ``yes``, ``no``, or nothing so far (``unsaid``).

    ``may_change`` is whether their link can make a yes of it: not what was ended by a complaint, an answer or by hand.
    """

    channel: str
    purpose: str
    state: Literal["yes", "no", "unsaid"]
    may_change: bool


def standing_choices(
    t: Transaction, key: WorkspaceKey, message: Message, offered: Sequence[Choice], *, now: datetime
) -> list[ChoiceStanding]:
    """What stands for whoever got ``message``, of each of ``offered`` in their order; a yes is one that lets opt-in marketing go."""
    return [_standing(t, key, message, channel, purpose, now) for channel, purpose in offered]


def _standing(
    t: Transaction, key: WorkspaceKey, message: Message, channel: str, purpose: str, now: datetime
) -> ChoiceStanding:
    own = own_key(key, message, channel)
    people = pa.table(
        {
            "address_key": pa.array([own], pa.string()),
            "identities": pa.array([list(message.identities)], pa.list_(pa.string())),
        }
    )
    reason = permissions(t, key, people, purpose=purpose, channel=channel, basis="opt_in", now=now)[0].as_py()
    asked = {own, *_addresses_of(key, message, channel)}  # of which ``permissions`` asks, too
    blocks = t.suppressions.active(channel, asked).to_pylist()
    by_others = any(not _is_ours(row) and _holds_back(row, own) for row in blocks)
    state: Literal["yes", "no", "unsaid"] = "yes" if reason is None else "unsaid" if reason == "no_consent" else "no"
    return ChoiceStanding(channel, purpose, state, not by_others)


def own_key(key: WorkspaceKey, message: Message, channel: str) -> str:
    """The key of the person's address on ``channel``: that which was written to, on the channel of the message."""
    if channel == message.channel:
        return message.address_key
    return next(iter(_addresses_of(key, message, channel)), "")


def _addresses_of(key: WorkspaceKey, message: Message, channel: str) -> list[str]:
    """The keys of the person's addresses on ``channel``."""
    start = f"{namespace_of(channel)}:"
    addresses = sorted(each for each in message.identities if each.startswith(start))
    found: list[str] = address_keys(key, pa.array(addresses, pa.string())).to_pylist()
    return found


def choose(
    ledger: Ledger,
    key: WorkspaceKey,
    message_id: str,
    choices: Mapping[Choice, bool],
    *,
    now: datetime,
    source: str = BY_PAGE,
    agreed_to: Mapping[Choice, str] | None = None,
) -> bool:
    """Record what whoever got a message wants and does not want; whether the message is known. One transaction; twice is as once.

    Each choice is a statement under every identifier of the person, with the message as its proof. A no to marketing on a
    channel also blocks every address there for all but services (GDPR 21(3) admits no exception), so that no later import brings it back; a yes
    to messages ends the blocks that came by links, and no others. ``agreed_to`` are the words that stood beside a choice, kept as
    their hash. Of somebody who was erased nothing is recorded: there is nobody whom it could be about.
    """
    with ledger.transaction() as t:
        message = t.outbox.find(message_id)
        if message is None:
            return False
        if not message.address:
            return True
        for wanted, state, at in ((False, "withdrawn", now), (True, "granted", now + _NEXT)):
            said = [each for each, is_wanted in choices.items() if is_wanted is wanted]
            _record(t, message, said, state, at, source, agreed_to or {})
        wanted_on = {channel for (channel, purpose), wanted in choices.items() if wanted and purpose != TRACKING}
        for channel in sorted(wanted_on):
            _lift(t, key, message, channel, now, source)
        for channel, purpose in choices:
            if purpose == MARKETING and channel not in {*wanted_on, EVERYWHERE}:
                _block(t, key, message, channel, now, source)
    return True


def unsubscribe(ledger: Ledger, key: WorkspaceKey, message_id: str, *, now: datetime, source: str = BY_LINK) -> bool:
    """Take back the consent that a message was sent on, as ``choose`` does; whether the message is known."""
    with ledger.reading() as t:
        message = t.outbox.find(message_id)
    if message is None:
        return False
    return choose(ledger, key, message_id, {(message.channel, message.purpose): False}, now=now, source=source)


def end_for(t: Transaction, key: WorkspaceKey, message: Message, reason: str, *, source: str, now: datetime) -> None:
    """What whoever got ``message`` told its provider: they want no more (``unsubscribed``), or call it spam (``complaint``).

    As ``choose`` takes a no by a link: withdrawn under every identifier of the person, and everything that names them blocked on the
    channel. Of somebody who was erased nothing is recorded.
    """
    if not message.address:
        return
    said = sorted({(message.channel, MARKETING), (message.channel, message.purpose)})
    _record(t, message, said, "withdrawn", now, source, {})
    _block(t, key, message, message.channel, now, source, reason)


def _record(
    t: Transaction,
    message: Message,
    said: Sequence[Choice],
    state: str,
    now: datetime,
    source: str,
    words: Mapping[Choice, str],
) -> None:
    proof = f"{source}, message {message.message_id}"
    held = t.consents.of(message.identities).to_pylist()
    named = [
        (each, identity.partition(":"))
        for each in said
        if not _is_said(held, message, each, state, proof)
        for identity in message.identities
    ]
    count = len(named)
    rows = {
        "namespace": [namespace for _, (namespace, _, _) in named],
        "value": [value for _, (_, _, value) in named],
        "state": [state] * count,
        "purpose": [purpose for (_, purpose), _ in named],
        "channel": [channel for (channel, _), _ in named],
        "source": [proof] * count,
        "occurred_at": pa.array([now] * count, pa.timestamp("us")),
        "text": pa.array([words.get(each) for each, _ in named], pa.string()),
    }
    add_consents(t, pa.table(rows), now=now, actor=PERSON, in_our_words=True, is_heard_now=True)


def _is_said(held: Sequence[Mapping[str, object]], message: Message, choice: Choice, state: str, proof: str) -> bool:
    """Whether the same was said by the same link of every identifier, and nothing else on the channel since."""
    channel, purpose = choice
    own = {
        row["identity"]: int(str(row["consent_id"]))
        for row in held
        if (row["channel"], row["purpose"], row["state"], row["source"]) == (channel, purpose, state, proof)
    }
    if not own or set(own) != set(message.identities):
        return False
    first = min(own.values())
    return not any(
        int(str(row["consent_id"])) > first
        and row["state"] != state
        and (EVERYWHERE in (channel, row["channel"]) or row["channel"] == channel)
        for row in held
    )


def _keys_of(key: WorkspaceKey, message: Message) -> list[str]:
    """The keys of all that names the person."""
    every = address_keys(key, pa.array(message.identities, pa.string())).to_pylist()
    return sorted({*every, message.address_key})


def _block(
    t: Transaction,
    key: WorkspaceKey,
    message: Message,
    channel: str,
    now: datetime,
    source: str,
    reason: str = NO_MARKETING,
) -> None:
    every = _keys_of(key, message)
    said = t.suppressions.active(channel, every).to_pylist()
    is_ours = is_by_link(reason, source, channel)
    standing = {row["address_key"] for row in said if row["reason"] == reason and _is_ours(row) == is_ours}
    fresh = [each for each in every if each not in standing]
    suppress_keys(t, channel, fresh, reason=reason, source=source, now=now, actor=PERSON)


def _is_ours(row: Mapping[str, str]) -> bool:
    return is_by_link(row["reason"], row["source"], row["channel"])


def _holds_back(row: Mapping[str, str], own: str) -> bool:
    return row["reason"] in PERSON_WIDE or row["address_key"] == own


def _lift(t: Transaction, key: WorkspaceKey, message: Message, channel: str, now: datetime, source: str) -> None:
    """End the blocks that the person's own links put up."""
    blocks = t.suppressions.active(channel, _keys_of(key, message)).to_pylist()
    keys = sorted({row["address_key"] for row in blocks if _is_ours(row)})
    if not keys:
        return
    proof = f"{source}, message {message.message_id}"
    t.suppressions.add(
        pa.table(
            {
                "address_key": pa.array(keys, pa.string()),
                "channel": [channel] * len(keys),
                "is_lifted": [True] * len(keys),
                "reason": ["taken back by the person"] * len(keys),
                "source": [proof] * len(keys),
                "actor": [PERSON] * len(keys),
                "occurred_at": pa.array([now] * len(keys), pa.timestamp("us")),
            }
        )
    )
    detail = {"channel": channel, "addresses": len(keys), "source": proof}
    t.audit.append("suppression lifted", "taken back by the person", detail, actor=PERSON, at=now)


def channels_of(message: Message, known: Iterable[str]) -> list[str]:
    """Those of the channels ``known`` on which the person has an address, that of the message first."""
    has = {identity.partition(":")[0] for identity in message.identities}
    found = [each for each in sorted(set(known)) if each != message.channel and namespace_of(each) in has]
    return [message.channel, *found]
