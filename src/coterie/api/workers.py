"""The threads in which calls of the workspace run, so that the event loop never waits for one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Self, TypeVar

from coterie.domain import acting_as
from coterie.errors import Transient
from coterie.workspace import Workspace

R = TypeVar("R")

_THREADS = 4
_MOST_WAITING = 200


class Workers:
    """A few threads around one open workspace; ``do`` belongs to one event loop; a ``with`` block ends them.

    Each thread has a connection of its own: what reads runs side by side, what writes waits for the engine's turn.
    """

    def __init__(self, workspace: Workspace, threads: int = _THREADS) -> None:
        self.workspace = workspace
        self._threads = ThreadPoolExecutor(threads, "coterie-call")
        self._waiting = 0

    async def do(self, actor: str, work: Callable[[Workspace], R]) -> R:
        """What ``work`` makes of the workspace, done in a thread as the doing of ``actor``.

        Raises ``Transient`` at once where too many wait already.
        """
        if self._waiting >= _MOST_WAITING:
            raise Transient("more is asked than can be answered; ask again in a second")
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, self._act, actor, work)
        finally:
            self._waiting -= 1

    def _act(self, actor: str, work: Callable[[Workspace], R]) -> R:
        with acting_as(actor):
            return work(self.workspace)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_fault: object) -> None:
        """Wait for what runs and drop what waits; before the workspace is closed."""
        self._threads.shutdown(cancel_futures=True)
