"""One sender at a time on a ledger, so that an intent without an outcome has no living owner."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from coterie.errors import WorkspaceLocked
from coterie.store import Ledger


@contextmanager
def sending_turn(ledger: Ledger) -> Iterator[None]:
    """Hold the turn to send; ``WorkspaceLocked`` when another process has it.

    The system gives the turn back when a process dies, so no lock is left behind. A
    ledger on a server has no such turn: there a second sender may show messages on their
    way as ``unknown`` until their outcome arrives, but sends none twice.
    """
    if ledger.file is None:
        yield
        return
    import fcntl

    with ledger.file.with_name(f"{ledger.file.name}.sending").open("a") as turn:
        try:
            fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise WorkspaceLocked("another process is sending from this ledger; wait for it or stop it") from None
        yield
