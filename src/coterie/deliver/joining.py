"""Messages that do not wait for the end of a run: they join the one under way on their channel, and go before what it was begun for.

A campaign may take hours, at the rate of its provider; a welcome that a journey queues
meanwhile has minutes. Whoever has messages ready offers them; the run asks about each as
it does about its own, in the same transaction, and shares its connections and its rate.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from coterie.deliver.ahead import FIRST, Ahead
from coterie.deliver.contract import Channel, Renderer
from coterie.domain import Clock, Message, Origin
from coterie.store import Ledger


@dataclass(frozen=True)
class Guests:
    """Origins that joined a run together, and what makes their messages."""

    origins: tuple[Origin, ...]
    ahead: Ahead


class Joining:
    """The door of one run; closed before the run holds the turn to send, and again before its end."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._channel: str | None = None
        self._guests: list[Guests] = []
        self._answered: set[Origin] = set()

    def open(self, channel: str) -> None:
        """From now on messages on ``channel`` may join."""
        with self._lock:
            self._channel = channel

    def close(self) -> None:
        """Nobody joins any more, and whoever did is not asked about again."""
        with self._lock:
            self._channel, self._guests = None, []

    def join(
        self, ledger: Ledger, channel: Channel, origins: Sequence[Origin], renderer: Renderer, *, clock: Clock
    ) -> bool:
        """Let what ``origins`` have due go first; whether the run is one on their channel and goes on.

        What could not be made is found as at the start of a run of their own: raises ``Refused`` where it is most of the first.
        """
        if self._channel != channel.name:
            return False
        ahead = Ahead(channel, renderer, clock)
        with ledger.reading() as t:
            ahead.read(t.outbox.coming(channel.name, origins, FIRST, now=clock()))
        while ahead.make():
            pass
        ahead.check_first()
        with self._lock:
            if self._channel != channel.name:
                return False
            others = [each for each in self._guests if set(origins).isdisjoint(each.origins)]
            self._guests = [*others, Guests(tuple(origins), ahead)]
        return True

    @property
    def guests(self) -> list[Guests]:
        """Who joined and has not been seen off."""
        with self._lock:
            return list(self._guests)

    def see_off(self, guests: Iterable[Guests]) -> None:
        """These have nothing due."""
        gone = {id(each) for each in guests}
        with self._lock:
            self._guests = [each for each in self._guests if id(each) not in gone]

    def answered(self, origins: Iterable[Origin]) -> None:
        """Messages of ``origins``, which joined, were answered."""
        with self._lock:
            self._answered |= set(origins)

    def take_answered(self) -> list[Origin]:
        """The origins whose messages were answered since this was asked last."""
        with self._lock:
            found, self._answered = sorted(self._answered), set()
        return found


class Company:
    """The guests of a run at one of its turns: what it makes, asks and tells of their messages."""

    def __init__(self, door: Joining, own: Sequence[Origin] | None) -> None:
        self._door, self._own = door, own
        self._begun: set[Origin] = set()
        self._here: list[Guests] = []

    def look(self) -> None:
        """Whoever is at the door takes part in the turn that begins; with a run for all there is nobody else."""
        self._here = [] if self._own is None else self._door.guests

    @property
    def origins(self) -> list[Origin]:
        """Whose messages go first, without those that the run was begun for."""
        return [o for guests in self._here for o in guests.origins if o not in (self._own or ())]

    def fresh(self) -> list[Origin]:
        """Those that the run had nothing to do with before: an intent of theirs has no living owner."""
        return [origin for origin in self.origins if origin not in self._begun]

    def begun(self, origins: Iterable[Origin]) -> None:
        """What these had on its way before is settled, and the ledger knows."""
        self._begun.update(origins)

    def is_own(self, message: Message) -> bool:
        """Whether the run was begun for it."""
        return self._own is None or message.origin in self._own

    def ahead_of(self, message: Message, otherwise: Ahead) -> Ahead:
        """What made ``message``."""
        return next((each.ahead for each in self._here if message.origin in each.origins), otherwise)

    def pools(self, otherwise: Ahead) -> dict[str, set[str]]:
        """Template → the pools of coupons that it names, for whoever makes its messages."""
        found: dict[str, set[str]] = {}
        for ahead in (otherwise, *(each.ahead for each in self._here)):
            for template, pools in ahead.pools.items():
                found.setdefault(template, set()).update(pools)
        return found

    def complete(self, admitted: Sequence[Message], otherwise: Ahead) -> None:
        """Those of ``admitted`` that hold codes of coupons are made anew, each by what made it."""
        for ahead in (otherwise, *(each.ahead for each in self._here)):
            ahead.complete([message for message in admitted if self.ahead_of(message, otherwise) is ahead])

    def make(self, ledger: Ledger, channel: str, enough: int, most: int, *, now: datetime) -> None:
        """Make what may be admitted of them."""
        for guests in self._here:
            ahead = guests.ahead
            while len(ahead) + len(ahead.unmade) < enough:
                if ahead.make():
                    continue
                with ledger.reading() as t:
                    if not ahead.read(t.outbox.coming(channel, guests.origins, most, now=now)):
                        break

    def unmade(self) -> Mapping[str, str]:
        """Message → why it cannot be made."""
        return {message: fault.code for each in self._here for message, fault in each.ahead.unmade.items()}

    def told(self, unmade: Iterable[str]) -> None:
        """The ledger knows of these."""
        for message in unmade:
            for each in self._here:
                each.ahead.unmade.pop(message, None)

    def answered(self, messages: Iterable[Message]) -> None:
        """These were answered, and the ledger knows."""
        self._door.answered(message.origin for message in messages if not self.is_own(message))

    def rest(self) -> None:
        """None of them has anything due."""
        self._door.see_off(self._here)
