"""One envelope on its own, beside the outbox: a test, which is nobody's message."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from coterie.deliver.contract import Envelope, Provider
from coterie.domain import Outcome


def send_once(provider: Provider, envelope: Envelope) -> Outcome:
    """What the provider answered about ``envelope``; raises ``ProviderUnavailable`` or ``BadSetting`` where it cannot be used.

    It is handed over once: what comes back as ``deferred`` or ``unknown`` is not tried again. Nothing is written down.
    """
    with ThreadPoolExecutor(1, "coterie-test") as apart:  # a notebook's own loop cannot run another
        return apart.submit(asyncio.run, _sent(provider, envelope)).result()


async def _sent(provider: Provider, envelope: Envelope) -> Outcome:
    await provider.open()
    try:
        (outcome,) = await provider.send([envelope])
    finally:
        await provider.close()
    return outcome
