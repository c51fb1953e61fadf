"""What a campaign that was launched before would do now, without doing it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from coterie.decide.admission import reasons_against, rooms_left
from coterie.decide.coupons import Pools, would_lack
from coterie.decide.renewing import Whom
from coterie.decide.terms import terms_of
from coterie.domain import Message, Origin
from coterie.domain.clock import to_local
from coterie.protect import WorkspaceKey, reason_in_words
from coterie.store import HELD, Ledger
from coterie.words import Sentence, sentence

_EVERYTHING = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What sending would do at this moment.

    ``settled`` counts by state what became of messages so far; ``contacts`` would leave now,
    ``refused`` would not, by reason; ``later`` wait, the first until ``next_at``. ``held`` is
    why nothing leaves at all, or empty. Instants are told by the clock in ``timezone``.
    """

    campaign: str
    launched_at: datetime
    settled: Mapping[str, int]
    contacts: int
    refused: Mapping[str, int]
    later: int
    next_at: datetime | None
    held: str
    timezone: str

    def sentences(self) -> tuple[Sentence, ...]:
        """The same for a person."""
        return tuple(self._say())

    def _say(self) -> Iterator[Sentence]:
        if self.held:
            yield sentence("Sending is held: {reason}. Nothing would leave.", reason=self.held)
        yield sentence(
            "The campaign was launched at {at:%Y-%m-%d %H:%M} ({zone}); its audience stands since then.",
            at=to_local(self.launched_at, self.timezone),
            zone=self.timezone,
        )
        yield sentence("{count:,} {count|message was|messages were} sent.", count=self.settled.get("sent", 0))
        yield sentence("{count:,} {count|message|messages} would leave now.", count=self.contacts)
        for code, count in sorted(self.refused.items()):
            reason = reason_in_words(code)
            yield sentence("{count:,} would be held back: {reason}.", count=count, reason=reason)
        if self.later and self.next_at:
            due = {"count": self.later, "at": to_local(self.next_at, self.timezone), "zone": self.timezone}
            yield sentence(
                "{count:,} {count|message is|messages are} still waiting; the first may go at {at:%Y-%m-%d %H:%M} ({zone}).",
                **due,
            )


def foresee(
    ledger: Ledger,
    key: WorkspaceKey,
    campaign: str,
    *,
    now: datetime,
    renewed: Mapping[str, Whom] | None = None,
    zones: Mapping[str, str | None] | None = None,
    pools: Pools = MappingProxyType({}),
) -> Foreseen:
    """What sending ``campaign`` at ``now`` would do; changes nothing. ``NotReady`` before its launch.

    Raises ``Damaged`` where another hand changed the ledger.

    ``renewed`` says whom messages speak to today, where that is another than is kept; ``zones`` the same of where they live.
    ``pools`` are those of coupons that templates name, of which no code is taken.

    Messages found on their way are counted as ``unknown``: that is what a start makes of them.
    """
    settled: Counter[str] = Counter()
    with ledger.reading() as t:
        t.prove()
        launch, origin = t.launches.one(campaign), Origin("campaign", campaign)
        for row in t.outbox.counts(origin).to_pylist():
            settled["unknown" if row["state"] == "sending" else row["state"]] += row["messages"]
        terms = terms_of(t, origin)
        room, full = rooms_left(t, {origin: terms}, now=now)
        coming = t.outbox.coming(terms.channel, [origin], room.get(origin, _EVERYTHING), now=now)
        due = [_renewed(message, renewed or {}, zones or {}) for message in coming]
        later, next_at = settled["queued"] - len(due), t.outbox.next_due_at(terms.channel, [origin], after=now)
        if terms.throttle is not None and len(due) == room.get(origin) and later:
            next_at = min(each for each in (now + terms.throttle.per, next_at) if each is not None)
        held = t.facts.get(HELD) or ""
        until = max((end for end in (terms.quiet_until(now), full.get(origin)) if end is not None), default=None)
        if held or until:
            later, next_at, due = settled["queued"], until or next_at, []
        ends = {m.message_id: end for m in due if (end := terms.asleep_until(m, now)) is not None}
        if ends:
            due = [message for message in due if message.message_id not in ends]
            later, next_at = later + len(ends), min([*ends.values(), *([next_at] if next_at else [])])
        reasons = reasons_against(t, key, due, terms, now=now) if due else {}
        reasons |= would_lack(t, [message for message in due if message.message_id not in reasons], pools, now=now)
    contacts = len(due) - len(reasons)
    refused = Counter(reasons.values())
    return Foreseen(campaign, launch.launched_at, settled, contacts, refused, later, next_at, held, terms.timezone)


def _renewed(message: Message, people: Mapping[str, Whom], zones: Mapping[str, str | None]) -> Message:
    message = replace(message, zone=zones.get(message.message_id, message.zone))
    whom = people.get(message.message_id)
    return message if whom is None else replace(message, profile_id=whom.profile_id, identities=whom.identities)
