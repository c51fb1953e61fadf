"""Events in over HTTP, as far as a workspace is concerned: the journal, the pump and the keys of an open one."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from time import monotonic, sleep
from typing import Self

from coterie.collect.intake import Allowance, JournalQueue, Totals
from coterie.errors import CoterieError, Damaged, Transient
from coterie.live import Keeper, LiveFigures
from coterie.protect import KeyRing
from coterie.protect.team import Team
from coterie.store import Request, Waiting, open_journal
from coterie.words import sentence
from coterie.workspace.finding import JOURNAL, STATE
from coterie.workspace.received import pump_of, running
from coterie.workspace.stand import Stand

_GATHERING_SECONDS, _RETRY_SECONDS, _DRAIN_SECONDS = 0.02, 1.0, 2.0
_HURRY_SECONDS = 0.01
_MANY = 10_000
MOST_BEHIND = 2_000_000
"""Messages that may wait for the warehouse; whoever sends more is asked to come again."""


@dataclass(frozen=True)
class IntakeState:
    """What came in, ever: ``received`` is what was accepted, a duplicate, refused, or still waits for the warehouse.

    ``live`` says how people and segments follow, and ``live_fault`` why they do not.
    """

    totals: Totals
    waiting: Waiting
    fault: str
    live: LiveFigures
    live_fault: str

    @property
    def received(self) -> int:
        """Messages that were answered with a yes."""
        return self.totals.read + self.waiting.messages


class Intake:
    """The intake of an open workspace, from ``start`` to ``stop``, which a ``with`` block calls.

    ``offer`` belongs to one thread. ``settled`` is told in another of what became durable; ``ended`` when
    the intake cannot go on, with why.
    """

    def __init__(
        self,
        stand: Stand,
        settled: Callable[[object, CoterieError | None], None],
        ended: Callable[[CoterieError], None],
    ) -> None:
        self.keys = KeyRing(stand.ledger, stand.key, stand.clock)
        self.team = Team(stand.ledger, stand.key, stand.clock)
        self.clock: Callable[[], datetime] = stand.clock
        self._journal = open_journal(stand.folder / STATE / JOURNAL)
        self._pump = pump_of(stand, self._journal)
        self._stand = stand
        self._live = Keeper(stand.engine, stand.ledger, lambda: stand.settings, stand.clock)
        self.allowance = Allowance(stand.settings.intake.messages_per_second, stand.settings.intake.messages_at_once)
        self._settled, self._ended = settled, ended
        self._queue = JournalQueue(self._journal, self._kept)
        self._behind = self._journal.waiting(after=self._pump.read.position).messages
        self._thread = threading.Thread(target=self._turn, name="coterie-pump")
        self._came, self._is_ending, self._ends_at = threading.Event(), False, 0.0
        self._hurried = threading.Event()
        self._engine = stand.engine
        self._fault: CoterieError | None = None

    def start(self) -> None:
        """Begin to write and to pump; what an earlier process left in the journal comes first."""
        self._came.set()
        self._queue.start()
        self._thread.start()
        running[self._engine] = self

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_fault: object) -> None:
        self.stop()

    def offer(self, request: Request, who: object) -> bool:
        """Take up a request, of which ``settled`` will be told; False where the disk or the warehouse is too far behind."""
        if self._behind > MOST_BEHIND or not self._queue.offer(request, who):
            return False
        self._behind += request.messages
        return True

    def _kept(self, who: object, fault: CoterieError | None) -> None:
        self._settled(who, fault)
        self._came.set()
        if fault is not None and not isinstance(fault, Transient):
            self._ended(fault)

    def _turn(self) -> None:
        """Pump until it is time to end and nothing waits; what comes while it does gathers for the next time, since each has its price."""
        while True:
            try:
                self._pump.settings = self._stand.settings
                count = self._pump.turn()
                if count:
                    self._behind = self._journal.waiting(after=self._pump.read.position).messages
            except Transient as fault:
                self._fault = fault
                if self._is_ending:
                    return  # it stays in the journal
                self._wait(_RETRY_SECONDS)
                continue
            except Exception as fault:  # noqa: BLE001 - a server that takes in and writes nothing has to end
                known = fault if isinstance(fault, CoterieError) else None
                self._fault = known or Damaged(sentence("the intake cannot go on: {why}", why=repr(fault)))
                self._ended(self._fault)
                return
            self._fault = None
            self._queue.trim(self._pump.read.position)
            if self._is_ending and (not count or monotonic() > self._ends_at):
                return  # what is left stays in the journal
            self._live.look()
            if count:
                self._wait(_GATHERING_SECONDS if self._behind < _MANY else 0)
            else:
                self._came.wait(timeout=10)
                self._came.clear()

    def _wait(self, seconds: float) -> None:
        if not self._is_ending:
            self._hurried.wait(seconds)
        self._hurried.clear()

    def write_received(self, patience: float) -> bool:
        """Have all that was received until now written to the warehouse; False where that did not happen in so many seconds."""
        position, ends = self._journal.newest(), monotonic() + patience
        while self._pump.read.position < position:
            if monotonic() > ends or not self._thread.is_alive():
                return False
            self._hurried.set()
            self._came.set()
            sleep(_HURRY_SECONDS)
        return True

    def stop(self) -> None:
        """Write what waits for the disk, then, for a few seconds, what waits for the warehouse, and end.

        What is left stays in the journal for the next process.
        """
        self._live.stop()
        self._queue.stop()
        running.pop(self._engine, None)
        self._ends_at, self._is_ending = monotonic() + _DRAIN_SECONDS, True
        self._came.set()
        if self._thread.ident is not None:
            self._thread.join()

    def state(self) -> IntakeState:
        """What came in and became of it, in one look."""
        fault = self._fault or self._queue.fault
        read = self._pump.read
        waiting = self._journal.waiting(after=read.position)
        waiting = replace(waiting, messages=waiting.messages - read.place)
        behind = self._live.fault
        return IntakeState(
            read.totals,
            waiting,
            "" if fault is None else str(fault),
            self._live.figures(),
            "" if behind is None else str(behind),
        )
