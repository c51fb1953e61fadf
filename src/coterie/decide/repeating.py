"""One message of an origin and occurrence for each person, also where people were merged after it was queued."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from coterie.domain import Message
from coterie.protect import WorkspaceKey, address_keys, namespace_of
from coterie.store import Transaction


def repeated(t: Transaction, key: WorkspaceKey, messages: Sequence[Message]) -> set[str]:
    """Those of ``messages``, all of one origin, whose person this occurrence has written to, or is written to by one before."""
    if not messages:
        return set()
    addresses = _addresses(key, messages)
    people = {message.profile_id for message in messages}
    occurrences = {message.occurrence for message in messages}
    reached: set[tuple[str, object]] = set()
    for occurrence, person, address in t.touches.of(messages[0].origin, occurrences, set().union(*addresses), people):
        reached |= {(occurrence, person), (occurrence, address)}
    found = set()
    for message, own in zip(messages, addresses, strict=True):
        if not reached.isdisjoint((message.occurrence, key) for key in (message.profile_id, *own)):
            found.add(message.message_id)
        else:
            reached |= {(message.occurrence, key) for key in (message.profile_id, message.address_key)}
    return found


def _addresses(key: WorkspaceKey, messages: Sequence[Message]) -> list[set[str]]:
    """The keys of all addresses that each message's person has on its channel."""
    held = [
        (place, identity) for place, m in enumerate(messages) for identity in m.identities if _is_address(m, identity)
    ]
    keys = address_keys(key, pa.array([identity for _, identity in held], pa.string())).to_pylist()
    found = [{message.address_key} for message in messages]
    for (place, _), address in zip(held, keys, strict=True):
        found[place].add(address)
    return found


def _is_address(message: Message, identity: str) -> bool:
    return identity.startswith(f"{namespace_of(message.channel)}:")
