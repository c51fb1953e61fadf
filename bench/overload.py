"""Three times as much as the server takes, and what comes after; then a steady rate for minutes, with memory over time.

First a closed loop tells how much is taken. Then three times as many batches come in an open loop: each has to be answered
with 200, or with 429 or 503 and when to come again, and all that was answered with 200 has to be in the warehouse
afterwards. From the end of that load it is timed until single events are acknowledged again within 150 ms for two seconds
on end, and until nothing waits. Then ``--rate`` events a second come for ``--minutes``; resident memory is told over time,
and by how much its median of the last third is above that of the second.

    python bench/overload.py [--seconds 10] [--minutes 2] [--rate 2000]

The long run is ``--seconds 60 --minutes 10``.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
from itertools import count
from pathlib import Path

import psutil

from intake import BATCH, CONNECTIONS, KINDS
from load_generator import Connection, Seen, closed_loop, open_loop
from running_server import Running, run_coterie

BATCHES, SINGLE = KINDS
GOAL_SECONDS, GOAL_MILLISECONDS = 30, 150
TOLD_EVERY = 10.0


async def seconds_until_normal(server: Running, numbers: count) -> float:
    """Seconds until single events are acknowledged in time for two seconds on end."""
    asked, connection = SINGLE.asked(server, numbers), Connection(server.address)
    began = good_since = time.perf_counter()
    while time.perf_counter() - good_since < 2 and time.perf_counter() - began < 300:
        at = time.perf_counter()
        status, _ = await connection.ask(asked())
        if status != 200 or (time.perf_counter() - at) * 1000 > GOAL_MILLISECONDS:
            good_since = time.perf_counter()
        await asyncio.sleep(0.05)
    connection.close()
    return good_since - began


def overload(server: Running, seconds: float) -> None:
    """Print what became of three times too much."""
    numbers = count(1)
    asked = BATCHES.asked(server, numbers)
    taken = asyncio.run(closed_loop(server.address, asked, seconds, CONNECTIONS))
    before = server.figures()["coterie_messages_received_total"]
    seen = asyncio.run(open_loop(server.address, asked, 3 * taken.rate, seconds, most=4_000))
    yes = len(seen.waits) * BATCH
    normal = asyncio.run(seconds_until_normal(server, count(10**9)))
    drained = server.drained()
    figures = server.figures()
    received = figures["coterie_messages_received_total"] - before
    unanswered = seen.statuses[0]
    print(f"taken in a closed loop: {taken.rate * BATCH:,.0f} events/s   {taken.told()}")
    print(
        f"three times that for {seconds:.0f} s: {dict(sorted(seen.statuses.items()))} by status, {seen.without_retry_after} without "
        f"Retry-After   {seen.told()}   generator {seen.processor / seen.seconds:.2f} cores"
    )
    print(
        f"  answered with 200: {yes:,} events; came in {received:,.0f} with those of the look afterwards; {unanswered} batches had no answer"
        f"\n  normal {normal:.1f} s after (goal ≤ {GOAL_SECONDS} s), nothing waits {drained:.1f} s after that; memory {server.memory():,.0f} MB"
    )
    parts = sum(figures[f"coterie_messages_{part}_total"] for part in ("accepted", "duplicate", "refused"))
    print(
        f"  accepted + duplicate + refused = {parts:,.0f}, received = {figures['coterie_messages_received_total']:,.0f}",
        flush=True,
    )
    assert received >= yes, "acknowledged events are lost"
    assert parts == figures["coterie_messages_received_total"]


def sustained(server: Running, minutes: float, rate: float) -> None:
    """Print resident memory over time under a steady rate."""
    asked = BATCHES.asked(server, count(2 * 10**9))

    async def run() -> tuple[Seen, list[float]]:
        memory: list[float] = []

        async def look() -> None:
            while True:
                await asyncio.sleep(TOLD_EVERY)
                memory.append(server.memory())

        looking = asyncio.create_task(look())
        seen = await open_loop(server.address, asked, rate / BATCH, minutes * 60)
        looking.cancel()
        return seen, memory

    before = server.processor()
    seen, memory = asyncio.run(run())
    rest = server.drained()
    spent = server.processor() - before
    third = max(len(memory) // 3, 1)
    grown = statistics.median(memory[-third:]) - statistics.median(memory[third : 2 * third] or memory)
    print(
        f"{rate:,.0f} events/s for {minutes:g} min: ack {seen.told()}   processor {spent / seen.seconds:.2f} cores, generator "
        f"{seen.processor / seen.seconds:.2f}; nothing waits {rest:.1f} s after\n  resident MB every {TOLD_EVERY:.0f} s: "
        f"{' '.join(f'{each:.0f}' for each in memory)}\n  the last third above the second: {grown:+.0f} MB"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--minutes", type=float, default=2)
    parser.add_argument("--rate", type=float, default=2_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, run_coterie(Path(folder) / "shop") as server:
        overload(server, given.seconds)
        sustained(server, given.minutes, given.rate)
    print(f"load of the machine {psutil.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
