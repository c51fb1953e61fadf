"""One message of a campaign for each person, also where people were merged after the launch."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from coterie.domain import Message
from coterie.protect import WorkspaceKey, address_keys, namespace_of
from coterie.store import Transaction


def repeated(t: Transaction, key: WorkspaceKey, messages: Sequence[Message]) -> set[str]:
    """Those of ``messages``, all of one campaign, whose person it has written to, or is written to by one before."""
    if not messages:
        return set()
    addresses = _addresses(key, messages)
    people = {message.profile_id for message in messages}
    gone = t.touches.of_campaign(messages[0].campaign, set().union(*addresses), people)
    reached_people, reached_addresses = {person for person, _ in gone}, {address for _, address in gone}
    found = set()
    for message, own in zip(messages, addresses, strict=True):
        if message.profile_id in reached_people or own & reached_addresses:
            found.add(message.message_id)
        else:
            reached_people.add(message.profile_id)
            reached_addresses.add(message.address_key)
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
