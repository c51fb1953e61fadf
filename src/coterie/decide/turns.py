"""The order in which claimed messages are asked about, so that what one does counts for the next."""

from __future__ import annotations

from collections.abc import Sequence

from coterie.domain import Message


def in_turns(messages: Sequence[Message]) -> list[list[Message]]:
    """``messages`` in groups of one origin each, to be asked about one group after another.

    A person stands in a group once, or more often in one occurrence of its origin: caps are
    counted before a group, and there the first of a person is found by other means. Who stands in
    several groups stands in them in the order of ``messages``.
    """
    turns: list[list[Message]] = []
    last: dict[object, tuple[int, Message]] = {}
    for message in messages:
        keys = (message.profile_id, message.address_key, *message.identities)
        before = [last[key] for key in keys if key in last]
        first = max((place + (not _is_same(other, message)) for place, other in before), default=0)
        place = next((n for n in range(first, len(turns)) if turns[n][0].origin == message.origin), len(turns))
        if place == len(turns):
            turns.append([])
        turns[place].append(message)
        last.update(dict.fromkeys(keys, (place, message)))
    return turns


def _is_same(one: Message, other: Message) -> bool:
    return (one.origin, one.occurrence) == (other.origin, other.occurrence)
