"""Turns one after another beside the intake: how much of the time refreshes may take, and what happens when one fails."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING

from coterie.domain import Clock, Quiet
from coterie.live.figures import Figures, LiveFigures

if TYPE_CHECKING:
    from coterie.engines import Engine
    from coterie.live.turning import Live
    from coterie.settings import WorkspaceSettings
    from coterie.store import Ledger

_REST = 4
"""After everybody was looked at, so many times as long as that took nobody does so again, so that messages are still written."""
_AGAIN_SECONDS = 10.0


class Keeper:
    """Makes a turn whenever it is asked to; everybody is looked at only so often. One thread asks; ``stop`` and ``figures`` may be called in any.

    A turn that fails changes nothing and is tried again later: messages are taken in all the same, and ``fault`` says why people and
    segments are not true.
    """

    def __init__(self, engine: Engine, ledger: Ledger, settings: Callable[[], WorkspaceSettings], clock: Clock) -> None:
        self._engine, self._ledger, self._settings = engine, ledger, settings
        self._clock, self._figures = clock, Figures()
        self._again_at = self._rests_until = 0.0
        self._live: Live | None = None
        self._made_by: WorkspaceSettings | None = None
        self.fault: Exception | None = None
        self._stopping = _Stopping()

    def look(self) -> None:
        """Bring what came, and what time changed, to people and segments."""
        now = monotonic()
        if now < self._again_at or self._stopping.is_asked:
            return
        try:
            turn = self._made().turn(may_refresh=now >= self._rests_until, progress=self._stopping)
        except _Stopped:
            return
        except Exception as fault:  # noqa: BLE001 - what was received must not be lost because a segment cannot be computed
            self.fault, self._again_at = fault, monotonic() + _AGAIN_SECONDS
            return
        self.fault = None
        if turn.kind == "everybody":
            self._rests_until = monotonic() + _REST * turn.seconds

    def _made(self) -> Live:
        """What makes the turns; loaded with the first, so that a server answers before, and made anew for other settings."""
        from coterie.live.turning import Live

        settings = self._settings()
        if self._live is None or settings is not self._made_by:
            self._live = Live(self._engine, self._ledger, settings, self._clock, self._figures)
            self._made_by = settings
        return self._live

    def stop(self) -> None:
        """Let go of a turn under way at its next step, which then has changed nothing; the next process makes it."""
        self._stopping.is_asked = True

    def figures(self) -> LiveFigures:
        """What turns have done so far."""
        return self._figures.read(self._clock())


class _Stopped(Exception):
    """A turn was let go of."""


class _Stopping(Quiet):
    """Progress that ends a turn between two of its steps once it is asked to."""

    is_asked = False

    def stage(self, name: str, total: int | None = None) -> None:
        """The next stage, unless it is time to stop."""
        super().stage(name, total)
        self.advance(0)

    def advance(self, steps: int = 1) -> None:
        """A step on, unless it is time to stop."""
        super().advance(steps)
        if self.is_asked:
            raise _Stopped
