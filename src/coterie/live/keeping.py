"""Turns one after another beside the intake: how much of the time refreshes may take, and what happens when one fails."""

from __future__ import annotations

from time import monotonic

from coterie.domain import Quiet
from coterie.live.figures import LiveFigures
from coterie.live.turning import Live

_REST = 4
"""After everybody was looked at, so many times as long as that took nothing is, so that messages are still written."""
_AGAIN_SECONDS = 10.0


class Keeper:
    """Turns ``live`` whenever it is asked to, unless it is too soon. One thread asks; ``stop`` and ``figures`` may be called in any.

    A turn that fails changes nothing and is tried again later: messages are taken in all the same, and ``fault`` says why people and
    segments are not true.
    """

    def __init__(self, live: Live) -> None:
        self._live, self._not_before = live, 0.0
        self.fault: Exception | None = None
        self._stopping = _Stopping()

    def look(self) -> None:
        """Bring what came, and what time changed, to people and segments."""
        if monotonic() < self._not_before or self._stopping.is_asked:
            return
        try:
            turn = self._live.turn(progress=self._stopping)
        except _Stopped:
            return
        except Exception as fault:  # noqa: BLE001 - what was received must not be lost because a segment cannot be computed
            self.fault, self._not_before = fault, monotonic() + _AGAIN_SECONDS
            return
        self.fault = None
        if turn.kind == "everybody":
            self._not_before = monotonic() + _REST * turn.seconds

    def stop(self) -> None:
        """Let go of a refresh under way at its next stage, which then has changed nothing; the next process makes it."""
        self._stopping.is_asked = True

    def figures(self) -> LiveFigures:
        """What turns have done so far."""
        return self._live.figures()


class _Stopped(Exception):
    """A refresh was let go of."""


class _Stopping(Quiet):
    """Progress that ends a refresh between two stages once it is asked to."""

    is_asked = False

    def stage(self, name: str, total: int | None = None) -> None:
        """The next stage, unless it is time to stop."""
        if self.is_asked:
            raise _Stopped
        super().stage(name, total)
