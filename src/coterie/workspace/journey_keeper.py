"""Journeys kept going while a server runs: a tick after every look, and what is queued leaves."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Self

from coterie.domain import acting_as
from coterie.errors import CoterieError
from coterie.workspace.background import begins, ends

if TYPE_CHECKING:
    from coterie.workspace.workspace import Workspace

_WORK = "journeys"
_LOOK_SECONDS, _AGAIN_SECONDS = 1.0, 15.0


class JourneyKeeper:
    """Runs the published journeys of a workspace while its ``with`` block lasts; ``fault`` says why they stand still."""

    def __init__(self, workspace: Workspace) -> None:
        self._ws = workspace
        self._engine = workspace._stand.engine  # noqa: SLF001 - it is a part of the workspace
        self._thread = threading.Thread(target=self._look, name="coterie-journeys")
        self._is_ending = threading.Event()
        self.fault: CoterieError | None = None

    def __enter__(self) -> Self:
        begins(self._engine, _WORK, self)
        self._thread.start()
        return self

    def __exit__(self, *_fault: object) -> None:
        ends(self._engine, _WORK)
        self._is_ending.set()
        self._thread.join()

    def _are_going(self) -> bool:
        stand = self._ws._stand  # noqa: SLF001 - it is a part of the workspace
        with stand.ledger.reading() as t:
            return any(each.state in ("running", "draining") for each in t.journeys.all())

    def _look(self) -> None:
        wait = _LOOK_SECONDS
        while not self._is_ending.wait(wait):
            began = time.monotonic()
            try:
                with acting_as("journeys"):
                    if self._are_going():
                        self._ws.journeys.run()
                self.fault = None
                wait = max(_LOOK_SECONDS, time.monotonic() - began)  # what else the machine does has its half
            except CoterieError as fault:  # such as a full disk: it is looked at again
                self.fault, wait = fault, _AGAIN_SECONDS
