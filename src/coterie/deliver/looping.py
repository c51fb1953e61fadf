"""The loop that a run of sending works in."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from threading import Thread


def seconds() -> float:
    """The steady clock of the loop that runs."""
    return asyncio.get_running_loop().time()


def run_to_end(work: Coroutine[object, object, None]) -> None:
    """Run ``work`` in a loop of its own, also where one runs already; what it raises is raised."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        asyncio.run(work)
        return
    faults: list[BaseException] = []

    def apart() -> None:
        try:
            asyncio.run(work)
        except BaseException as fault:  # noqa: BLE001 - carried over to the caller's thread
            faults.append(fault)

    thread = Thread(target=apart, name="coterie-send")  # a notebook's own loop cannot run another
    thread.start()
    thread.join()
    if faults:
        raise faults[0]
