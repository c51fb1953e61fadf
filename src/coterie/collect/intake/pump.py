"""From the journal into the warehouse: each message once, its rows and how far the journal was read in one transaction."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from coterie.collect.intake.aliases import link_told
from coterie.collect.intake.erased import erased_messages
from coterie.collect.intake.messages import Received, messages_of
from coterie.collect.intake.plans import PlanBreach, Plans
from coterie.collect.intake.seen import NEW, UNKNOWN, Seen
from coterie.collect.intake.writing import Writing
from coterie.collect.tracking import count_violations
from coterie.engines import Engine, Touched, keep_fact, read_fact
from coterie.errors import CoterieError, Damaged, StatementFailed, Transient
from coterie.store import Journal, Request
from coterie.words import sentence

if TYPE_CHECKING:
    from coterie.settings import WorkspaceSettings
    from coterie.store import Ledger

_MOST_AT_ONCE = 20_000
_OF_THE_MACHINE = ("IO Error", "Out of Memory Error", "FATAL Error", "TransactionContext Error")
"""How the engine begins when it tells of what is no fault of a message."""

_MARK, _TOTALS = "intake_read_to", "intake_totals"


@dataclass(frozen=True)
class Totals:
    """What became of all messages ever: ``accepted + duplicate + refused`` is what was read. Of the duplicates some are ``conflicting``."""

    accepted: int = 0
    duplicate: int = 0
    refused: int = 0
    conflicting: int = 0

    @property
    def read(self) -> int:
        """How many messages were read from the journal."""
        return self.accepted + self.duplicate + self.refused

    def plus(self, other: Totals) -> Totals:
        """Both together."""
        return Totals(
            *(mine + theirs for mine, theirs in zip(asdict(self).values(), asdict(other).values(), strict=True))
        )


@dataclass(frozen=True)
class Read:
    """How far the journal was read: to the request at ``position``, ``place`` messages of the next; and what became of them all."""

    position: int
    place: int
    totals: Totals


class Pump:
    """Takes what waits in the journal into the warehouse. One thread turns it.

    A message whose id came before is left out; what differs from the first is kept in the quarantine as a conflict.
    Where a batch as a whole cannot be written it is halved until the message is found that keeps it from that, which
    is refused.
    """

    def __init__(
        self, engine: Engine, journal: Journal, seen: Seen, settings: WorkspaceSettings, ledger: Ledger
    ) -> None:
        self._engine, self._journal, self._seen = engine, journal, seen
        self.settings, self._ledger = settings, ledger
        """By which messages are read; whoever turns the pump may give it others between two turns."""
        self._plans = Plans(ledger)
        self.read = Read(*self._mark(), Totals(**json.loads(read_fact(engine, _TOTALS) or "{}")))
        """Told whole at any instant, in any thread."""

    def _mark(self) -> tuple[int, int]:
        """The request read last, and how many messages of the one after it; of another journal nothing was read."""
        identity, _, mark = (read_fact(self._engine, _MARK) or "").partition(" ")
        if identity != self._journal.identity:
            return 0, 0
        position, place = mark.split()
        return int(position), int(place)

    def turn(self, most: int = _MOST_AT_ONCE) -> int:
        """Take up to ``most`` messages (or one request); how many there were.

        Raises ``Transient`` where nothing could be written now, such as on a full disk: nothing is lost, try again.
        """
        requests = self._journal.read(after=self.read.position, most=most)
        if not requests:
            return 0
        skipped = self.read.place
        messages = [each for request in requests for each in self._messages(request)][skipped:]
        self._write(messages, requests[-1].position, 0)
        return len(messages)

    def _messages(self, request: Request) -> list[Received]:
        found = list(messages_of(request, self._journal.identity))
        if len(found) != request.messages:
            raise Damaged("the journal cannot be read as it was written; put its file back from a backup")
        return found

    def _write(self, messages: Sequence[Received], position: int, place: int) -> None:
        """Write ``messages``, after which the journal is read to ``position`` and ``place`` messages more; halve them where that fails."""
        try:
            self._commit(messages, position, place)
        except (Transient, Damaged):
            raise
        except CoterieError as fault:
            if len(messages) <= 1:
                refused = [replace(each, refusal="not_written") for each in messages]
                self._commit(refused, position, place, why=str(fault))
                return
            middle = len(messages) // 2
            following = messages[middle]
            self._write(messages[:middle], following.position - 1, following.place)
            self._write(messages[middle:], position, place)

    def _commit(self, messages: Sequence[Received], position: int, place: int, *, why: str = "") -> None:
        """As ``_written``; raises ``Transient`` where the machine, not a message, keeps it from being written."""
        try:
            self._written(messages, position, place, why=why)
        except StatementFailed as fault:
            if str(fault).startswith(_OF_THE_MACHINE):
                raise Transient(
                    sentence("the warehouse cannot be written to now, so nothing of this was kept ({why})", why=fault)
                ) from fault
            raise

    def _written(self, messages: Sequence[Received], position: int, place: int, *, why: str = "") -> None:
        """Write ``messages`` and the mark after them in one transaction: read to ``position``, and ``place`` messages more."""
        self._plans.bring()
        writing = Writing(self._engine, self.settings, self._ledger, self._journal.identity)
        touched = Touched()
        with self._engine.transaction(touched):
            sifted = self._sifted(messages)  # inside, since nobody can be erased meanwhile
            tried, todo = 0, list(sifted.fresh.values())
            while todo:
                tried += len(todo)
                for source, group in groupby(sorted(todo, key=_source_of), key=_source_of):
                    writing.write(source, list(group))
                taken = {each.digest: each.payload for each in writing.accepted}
                # Of a message that was refused, one that came after it under the same id may be sound.
                again = [
                    sifted.later[each.digest]
                    for each in todo
                    if each.digest not in taken and each.digest in sifted.later
                ]
                todo = [several.pop(0) for several in again if several]
            link_told(self._engine, writing.accepted, writing.batch)
            repeated = [each for several in sifted.later.values() for each in several]
            conflicts = [each for each in repeated if taken[each.digest] != each.payload]
            kept = [*sifted.kept, *(replace(each, refusal="conflict") for each in conflicts)]
            writing.refuse(kept, why)
            lines = {each.line for each in writing.accepted}
            count_violations(
                self._engine,
                [each for broken in sifted.broken for each in broken.counted(lambda message: message.line in lines)],
            )
            told = Totals(
                accepted=len(writing.accepted),
                duplicate=sifted.told.duplicate + len(repeated),
                refused=sifted.told.refused + tried - len(writing.accepted),
                conflicting=sifted.told.conflicting + len(conflicts),
            )
            totals = self.read.totals.plus(told)
            keep_fact(self._engine, _MARK, f"{self._journal.identity} {position} {place}")
            keep_fact(self._engine, _TOTALS, json.dumps(asdict(totals)))
            touched.people = frozenset(writing.touched)
        self.read = Read(position, place, totals)
        accepted = writing.accepted
        self._seen.remember(
            self._engine, [each.digest for each in accepted], [each.payload for each in accepted], writing.batch
        )

    def _sifted(self, messages: Sequence[Received]) -> _Sifted:
        """What is new, what is to be kept in the quarantine, and the counts of what is not new."""
        fresh: dict[bytes, Received] = {}
        later: dict[bytes, list[Received]] = {}
        kept: list[Received] = []
        broken: list[PlanBreach] = []
        refused = duplicate = conflicting = 0
        known = self._seen.look([each.digest for each in messages])
        erased = erased_messages(self._ledger, messages, self.settings.country)
        for line, (each, said) in enumerate(zip(messages, known, strict=True), 1):
            each.line = line
            if line - 1 in erased:
                refused += 1  # and nothing of it is kept
            elif each.refusal:
                kept.append(each)
                refused += 1
            elif said != NEW:
                duplicate += 1
                if said not in (UNKNOWN, each.payload):
                    kept.append(replace(each, refusal="conflict"))
                    conflicting += 1
            else:
                told = self._plans.broken_by(each)
                if told is not None:
                    broken.append(told)
                if told is not None and told.checked.is_refused:
                    kept.append(told.refused)
                    refused += 1
                elif each.digest in fresh:
                    later.setdefault(each.digest, []).append(each)
                else:
                    fresh[each.digest] = each
        return _Sifted(fresh, later, kept, broken, Totals(0, duplicate, refused, conflicting))


@dataclass(frozen=True)
class _Sifted:
    """Messages by what is to be done with them: ``fresh`` is the first of each new id, ``later`` those that follow it."""

    fresh: dict[bytes, Received]
    later: dict[bytes, list[Received]]
    kept: list[Received]
    broken: list[PlanBreach]
    told: Totals


def _source_of(message: Received) -> str:
    return message.source
