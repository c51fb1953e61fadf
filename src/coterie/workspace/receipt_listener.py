"""Providers that tell what became of messages over a connection of their own are listened to while a server runs."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, Self, cast

from coterie.deliver import CHANNELS
from coterie.errors import CoterieError, ProviderUnavailable
from coterie.words import sentence
from coterie.workspace.background import begins, ends
from coterie.workspace.delivering import provider_named, provider_of
from coterie.workspace.receipts import take_told

if TYPE_CHECKING:
    from coterie.deliver.calling import Called
    from coterie.workspace.receipt_keeper import ReceiptKeeper
    from coterie.workspace.workspace import Workspace

_WORK = "listening"
_FIRST_WAIT, _LONGEST_WAIT = 1.0, 60.0
_LOOK_SECONDS = 30.0


class Listening(Protocol):
    """A provider that is told of receipts."""

    async def listen(self, tell: Callable[[Called], None]) -> None:
        """Be told until the connection ends."""


class ReceiptListener:
    """Listens to every provider that tells, while its ``with`` block lasts; ``faults`` says by channel why one is not heard."""

    def __init__(self, workspace: Workspace, keeper: ReceiptKeeper) -> None:
        self._stand = workspace._stand  # noqa: SLF001 - it is a part of the workspace
        self._keeper = keeper
        self._thread = threading.Thread(target=self._run, name="coterie-listen")
        self._loop = asyncio.new_event_loop()
        self._end = asyncio.Event()
        self.faults: dict[str, CoterieError] = {}

    def __enter__(self) -> Self:
        begins(self._stand.engine, _WORK, self)
        self._thread.start()
        return self

    @property
    def fault(self) -> CoterieError | None:
        """Why one of the providers is not heard, or None."""
        return next(iter(self.faults.values()), None)

    def __exit__(self, *_fault: object) -> None:
        ends(self._stand.engine, _WORK)
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join()

    def _run(self) -> None:
        try:
            self._loop.run_until_complete(self._work())
        finally:
            self._loop.run_until_complete(self._loop.shutdown_default_executor())
            self._loop.close()

    async def _work(self) -> None:
        tasks = [asyncio.ensure_future(self._listen(channel)) for channel in CHANNELS]
        await self._end.wait()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _listen(self, channel: str) -> None:
        """Listen again and again; a provider that does not tell is looked at again, for settings change."""
        wait = _FIRST_WAIT
        while True:
            try:
                provider = self._listening(channel)
                if provider is None:
                    await asyncio.sleep(_LOOK_SECONDS)
                    continue
                self.faults.pop(channel, None)
                await provider.listen(lambda called: self._tell(channel, called))
                wait = _FIRST_WAIT
            except CoterieError as fault:
                self.faults[channel] = fault
                wait = min(wait * 2, _LONGEST_WAIT)
            except Exception as fault:  # noqa: BLE001 - the others are listened to all the same
                self.faults[channel] = ProviderUnavailable(sentence("nobody can be heard: {why}", why=repr(fault)))
                wait = _LONGEST_WAIT
            await asyncio.sleep(wait)

    def _listening(self, channel: str) -> Listening | None:
        if provider_named(self._stand, channel) is None:
            return None
        try:
            provider = provider_of(self._stand, channel)
        except CoterieError:  # such as a password that is not set, which whoever sends is told
            return None
        return cast("Listening", provider) if getattr(provider, "listens", False) else None

    def _tell(self, channel: str, called: Called) -> None:
        name = provider_named(self._stand, channel) or channel
        take_told(self._stand, name, channel, called.receipts, called.replies)
        self._keeper.look()
