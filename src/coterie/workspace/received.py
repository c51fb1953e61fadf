"""What came in over HTTP and is durable, but not in the warehouse yet: it holds all the same before anything leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol
from weakref import WeakKeyDictionary

from coterie.errors import Transient
from coterie.store import open_journal
from coterie.workspace.finding import JOURNAL, STATE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coterie.engines import Engine
    from coterie.workspace.stand import Stand

SEEN = "seen"
_PATIENCE_SECONDS = 300.0


class Running(Protocol):
    """An intake that runs in this process."""

    def write_received(self, patience: float) -> bool:
        """Have all that was received until now written; False where that did not happen in time."""
        ...


running: WeakKeyDictionary[Engine, Running] = WeakKeyDictionary()
"""The intakes of this process, by the engine that they write to."""


def take_in(stand: Stand) -> int:
    """Write what waits in the journal to the warehouse; how many messages that were.

    A no that was answered with 200 counts from then on. Where an intake runs in this process it is waited for. Raises
    ``Transient`` where nothing can be written now.
    """
    if (intake := running.get(stand.engine)) is not None:
        if not intake.write_received(_PATIENCE_SECONDS):
            raise Transient("what came in over HTTP could not be written so far, so nothing was decided; try again")
        return 0
    return sum(_turns(stand))


def _turns(stand: Stand) -> Iterator[int]:
    if not (file := stand.folder / STATE / JOURNAL).exists():
        return
    from coterie.collect.intake import Pump, Seen

    journal = open_journal(file)
    if not journal.newest():
        return
    seen = Seen(stand.folder / STATE / SEEN)
    seen.bring(stand.engine)
    pump = Pump(stand.engine, journal, seen, stand.settings, stand.ledger)
    try:
        while count := pump.turn():
            yield count
            journal.append((), trim_to=pump.read.position)
    finally:
        journal.close()
