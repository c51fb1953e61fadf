"""Events are taken in at once; what answers everything else loads beside that, since it takes a second."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from coterie.api.body import Receive, Scope, Send
from coterie.api.browser import PATHS, answer_script
from coterie.api.calls import Calls

if TYPE_CHECKING:
    from coterie.api.app import Front
    from coterie.workspace import Intake


class Later:
    """The application: ``calls`` from the first instant, all of it once ``make`` has made it in a thread."""

    def __init__(self, calls: Calls, make: Callable[[], Front]) -> None:
        self._calls, self._make = calls, make
        self._front: asyncio.Task[Front] | None = None

    def open(self, intake: Intake) -> None:
        """Begin to answer; to be called in the event loop."""
        self._calls.open(intake)
        self._front = asyncio.create_task(self._made(intake))

    async def _made(self, intake: Intake) -> Front:
        front = await asyncio.to_thread(self._make)
        front.open(intake)
        return front

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; what has to wait for the rest to load waits."""
        if scope["type"] == "http" and scope["path"].startswith("/v1/"):
            await self._calls(scope, receive, send)
        elif scope["type"] == "http" and scope["path"] in PATHS:
            await answer_script(scope, send)
        elif self._front is not None:
            front = await asyncio.shield(self._front)
            await front(scope, receive, send)
