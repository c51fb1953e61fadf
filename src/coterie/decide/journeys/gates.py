"""What a message of a journey passes beside consent and caps: that its person is still meant by it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from coterie.decide.journeys.moving import EXIT, GOAL, MERGED, STOPPED
from coterie.decide.journeys.writing import enrolment_of
from coterie.domain import Message
from coterie.store import Transaction

_GONE = frozenset({GOAL, EXIT, STOPPED, MERGED})


def left_journey(t: Transaction, messages: Sequence[Message]) -> set[str]:
    """Those of ``messages``, all of one origin, whose person has left the journey by goal or exit since they were queued."""
    if not messages or messages[0].origin.kind != "journey":
        return set()
    journey = messages[0].origin.name.partition("/")[0]
    of = {message.message_id: enrolment_of(message.occurrence) for message in messages}
    rows = t.enrolments.some(journey, of.values())
    outcomes = dict(zip(rows["enrolment_id"].to_pylist(), rows["outcome"].to_pylist(), strict=True))
    return {message for message, enrolment in of.items() if outcomes.get(enrolment, EXIT) in _GONE}


def shares_an_address(
    t: Transaction, messages: Sequence[Message], apart: timedelta | None, *, now: datetime
) -> set[str]:
    """Those whose address had a message of the same origin for another person, never or not ``apart`` ago; of two the first may go."""
    if not messages or messages[0].origin.kind != "journey":
        return set()
    origin = messages[0].origin
    start = datetime.min if apart is None else now - apart  # noqa: DTZ901 - naive UTC, as stored
    addresses = {message.address_key for message in messages}
    owners: dict[str, set[int]] = {}
    for row in t.touches.since(start, address_keys=addresses, profile_ids=[]).to_pylist():
        if (row["origin_kind"], row["origin"]) == (origin.kind, origin.name):
            owners.setdefault(row["address_key"], set()).add(row["profile_id"])
    found: set[str] = set()
    for message in messages:
        held = owners.setdefault(message.address_key, set())
        if held - {message.profile_id}:
            found.add(message.message_id)
        else:
            held.add(message.profile_id)
    return found
