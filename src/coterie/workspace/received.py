"""What came in over HTTP and is durable, but not in the warehouse yet: it holds all the same before anything leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol
from weakref import WeakKeyDictionary

from coterie.errors import Transient
from coterie.store import Journal, open_journal
from coterie.workspace.finding import JOURNAL, STATE

if TYPE_CHECKING:
    from coterie.collect.intake import Pump
    from coterie.engines import Engine
    from coterie.workspace.stand import Stand

_SEEN = "seen"
_PATIENCE_SECONDS = 300.0


class Running(Protocol):
    """An intake that runs in this process."""

    def write_received(self, patience: float) -> bool:
        """Have all that was received until now written; False where that did not happen in time."""
        ...


running: WeakKeyDictionary[Engine, Running] = WeakKeyDictionary()
"""The intakes of this process, by the engine that they write to."""


def take_in(stand: Stand) -> None:
    """Write what waits in the journal to the warehouse: a no that was answered with 200 counts from then on.

    Where an intake runs in this process it is waited for. Raises ``Transient`` where nothing can be written now.
    """
    await_intake(stand.engine)
    if stand.engine not in running and (file := stand.folder / STATE / JOURNAL).exists():
        journal = open_journal(file)
        if journal.newest():
            _drain(pump_of(stand, journal), journal)


def await_intake(engine: Engine) -> None:
    """Wait until an intake that runs in this process has written all that it received; raises ``Transient`` where it does not."""
    intake = running.get(engine)
    if intake is not None and not intake.write_received(_PATIENCE_SECONDS):
        raise Transient("what came in over HTTP could not be written so far, so nothing was decided; try again")


def pump_of(stand: Stand, journal: Journal) -> Pump:
    """What takes ``journal`` into the warehouse of a workspace."""
    from coterie.collect.intake import Pump, Seen

    seen = Seen(stand.folder / STATE / _SEEN)
    seen.bring(stand.engine)
    return Pump(stand.engine, journal, seen, stand.settings, stand.ledger)


def _drain(pump: Pump, journal: Journal) -> None:
    try:
        while pump.turn():
            journal.append((), trim_to=pump.read.position)
    finally:
        journal.close()
