"""One turn of the sender in the ledger: what was answered is told to it, and as many messages are let go anew."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from coterie.decide import Admission, admit_within
from coterie.deliver.breaker import BOUNCED, STOPPED
from coterie.domain import Message, Origin, Outcome
from coterie.errors import NotPermitted
from coterie.protect import WorkspaceKey, suppress_keys
from coterie.store import Transaction


@dataclass
class TurnUnderWay:
    """One turn under way, inside its transaction.

    ``told`` are messages that were answered, with their outcomes; ``unmade`` those that could not be made, with the
    reason code; ``room`` is how many more may be on their way. ``joined`` are origins that go first, ``fresh`` those of
    them that the run meets for the first time; with ``knows_again`` what is found on its way goes again. ``carrier`` is who
    carries what is let go, which stands in its batch; ``pools`` are those of coupons that templates name.
    """

    t: Transaction
    key: WorkspaceKey
    channel: str
    origins: Sequence[Origin] | None
    now: datetime
    told: Sequence[tuple[Message, Outcome]]
    unmade: Mapping[str, str]
    room: int
    joined: Sequence[Origin] = ()
    fresh: Sequence[Origin] = ()
    knows_again: bool = False
    carrier: str = ""
    pools: Mapping[str, Collection[str]] = field(default_factory=dict)

    readmitted: int = 0
    first: Admission = field(default_factory=lambda: Admission(""))
    admission: Admission = field(default_factory=lambda: Admission(""))
    held: str = ""


def record_outcomes(turn: TurnUnderWay) -> None:
    """What became of each message that was answered."""
    turn.t.outbox.record_outcomes(outcome for _, outcome in turn.told)


_BLOCKS = {BOUNCED: BOUNCED, STOPPED: "unsubscribed"}
"""Reason of a failure → that of the block that follows: an address that is not there, or a person who wants no more."""


def suppress_bounced(turn: TurnUnderWay) -> None:
    """Addresses that are not there are not written to again, nor people who said no to those who carry the messages."""
    blocked: dict[tuple[Origin, str], list[str]] = {}
    for message, outcome in turn.told:
        if outcome.reason in _BLOCKS:
            blocked.setdefault((message.origin, _BLOCKS[outcome.reason]), []).append(message.address_key)
    for (origin, reason), keys in blocked.items():
        suppress_keys(turn.t, turn.channel, keys, reason=reason, source=str(origin), now=turn.now)


def readmit_others(turn: TurnUnderWay) -> None:
    """Where a person's message failed, another address of theirs, passed over as the second, may be tried."""
    lost = [message for message, outcome in turn.told if outcome.state == "failed"]
    turn.readmitted = turn.t.outbox.readmit(lost, now=turn.now)


def refuse_unmade(turn: TurnUnderWay) -> None:
    """Messages that could not be made, such as for want of an address, do not leave."""
    turn.t.outbox.refuse(turn.unmade, now=turn.now)


def take_up_joined(turn: TurnUnderWay) -> None:
    """What origins that join had on its way when a process died is settled first, as at the start of a run of their own."""
    if turn.fresh:
        outbox = turn.t.outbox
        (outbox.take_up if turn.knows_again else outbox.mark_unknown)(turn.channel, turn.fresh, now=turn.now)


def admit_joined(turn: TurnUnderWay) -> None:
    """What must not wait for the end of the run is asked about first."""
    if turn.joined:
        turn.first = _admitted(turn, turn.joined)
        turn.room -= len(turn.first.messages)


def admit_due(turn: TurnUnderWay) -> None:
    """What is due is asked about again, and the intent to send it written."""
    turn.admission = _admitted(turn, turn.origins)
    if turn.first.messages and turn.room <= 0 and turn.origins is not None:
        next_at = turn.t.outbox.next_due_at(turn.channel, turn.origins)
        if next_at is None or next_at > turn.now:  # else the run would last as long as there are others
            turn.admission = Admission(turn.first.batch, next_at=next_at)


def _admitted(turn: TurnUnderWay, origins: Sequence[Origin] | None) -> Admission:
    if turn.room > 0 and not turn.held:
        try:
            batch = f"{turn.carrier}/{uuid4().hex}"
            return admit_within(
                turn.t, turn.key, turn.channel, origins, now=turn.now, limit=turn.room, batch=batch, pools=turn.pools
            )
        except NotPermitted as held:
            turn.held = held.sentence
    return Admission("")


TURN: tuple[Callable[[TurnUnderWay], None], ...] = (
    record_outcomes,
    suppress_bounced,
    readmit_others,
    refuse_unmade,
    take_up_joined,
    admit_joined,
    admit_due,
)
"""The way of a turn, in one transaction; the network comes between two of them."""
