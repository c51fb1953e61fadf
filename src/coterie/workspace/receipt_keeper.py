"""What providers told is written as events while a server runs, a moment after it came."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Self

from coterie.deliver.taking import match_again
from coterie.errors import CoterieError, Damaged
from coterie.words import sentence
from coterie.workspace.background import begins, ends
from coterie.workspace.receipts import tell_receipts

if TYPE_CHECKING:
    from coterie.workspace.workspace import Workspace

_AT_ONCE = 500
_WORK = "receipts"
_MATCH_SECONDS, _AGAIN_SECONDS = 30.0, 10.0


class ReceiptKeeper:
    """Writes receipts as events while its ``with`` block lasts; ``fault`` says why they are none yet. ``look`` has it done at once."""

    def __init__(self, workspace: Workspace) -> None:
        self._stand = workspace._stand  # noqa: SLF001 - it is a part of the workspace
        self._thread = threading.Thread(target=self._run, name="coterie-receipts")
        self._came, self._is_ending = threading.Event(), False
        self.fault: CoterieError | None = None

    def __enter__(self) -> Self:
        begins(self._stand.engine, _WORK, self)
        self._thread.start()
        return self

    def __exit__(self, *_fault: object) -> None:
        ends(self._stand.engine, _WORK)
        self._is_ending = True
        self._came.set()
        self._thread.join()

    def look(self) -> None:
        """Have what came written."""
        self._came.set()

    def _run(self) -> None:
        while True:
            wait = self._tried()
            if self._is_ending:
                return
            self._came.wait(wait)
            self._came.clear()

    def _tried(self) -> float:
        """Seconds until the next look."""
        try:
            match_again(self._stand.ledger, self._stand.key, _AT_ONCE, now=self._stand.clock())
            tell_receipts(self._stand)
        except CoterieError as fault:  # such as a full disk: they stay in the ledger
            self.fault = fault
            return _AGAIN_SECONDS
        except Exception as fault:  # noqa: BLE001 - calls are taken whatever becomes of their events
            self.fault = Damaged(sentence("receipts cannot be written as events: {why}", why=repr(fault)))
            return _AGAIN_SECONDS
        self.fault = None
        return _MATCH_SECONDS
