"""Links of messages beside a bare redirect: how many are led on, and how long a reader waits.

Both answer the same requests: distinct messages, a link each. The bare server is uvicorn with a raw ASGI callable that answers 302 and keeps
nothing; Coterie's answers at once, and each fetch is on the disk a moment later. A closed loop over 16 connections tells how many are led on; an open loop
at the goal tells how long who comes waits. The generator runs on the same machine and takes its share; what it took is printed.

    python bench/redirects.py [--seconds 6]
"""

from __future__ import annotations

import argparse
import asyncio
import subprocess
import sys
import tempfile
from itertools import count
from pathlib import Path

import psutil

from coterie.compose.tracked_links import TrackedLink, sign_tracked
from coterie.protect import read_or_make_key
from intake import run_bare
from load_generator import Asked, Seen, closed_loop, get, open_loop
from running_server import Running, run_coterie

CONNECTIONS, GOAL = 16, 3_000
TARGET = "https://tea.example/new?utm_source=mail&utm_campaign=spring"


async def bare(_scope: object, _receive: object, send: object) -> None:
    headers = [(b"location", TARGET.encode()), (b"content-length", b"0")]
    await send({"type": "http.response.start", "status": 302, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


def measure(what: str, server: Running, asked: Asked, seconds: float) -> None:
    """Print both loops."""
    before = server.processor()
    told(what, "closed loop", asyncio.run(closed_loop(server.address, asked, seconds, CONNECTIONS, yes=302)))
    told(what, f"open loop at {GOAL:,}/s", asyncio.run(open_loop(server.address, asked, GOAL, seconds, yes=302)))
    print(f"{what:8} processor {server.processor() - before:.1f} s, memory {server.memory():,.0f} MB", flush=True)


def told(what: str, how: str, seen: Seen) -> None:
    print(
        f"{what:8} {how}: {seen.rate:7,.0f} redirects/s (goal {GOAL:,})   {seen.told(302)} (goal p99 ≤ 10 ms)   "
        f"generator {seen.processor / seen.seconds:4.2f} cores",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--bare", action="store_true")
    given = parser.parse_args()
    if given.bare:
        run_bare(bare)
        return
    numbers = count(1)
    process = subprocess.Popen([sys.executable, __file__, "--bare"], stdout=subprocess.PIPE, text=True)
    with Running(process) as server:
        measure("bare", server, lambda: get(server.address, f"/c/{next(numbers)}", "none"), given.seconds)
    with tempfile.TemporaryDirectory() as folder, run_coterie(Path(folder) / "shop") as server:
        key = read_or_make_key(Path(folder) / "shop" / ".coterie").derive("tracking")
        links = [sign_tracked(TrackedLink(f"{n:032x}", 1, TARGET), key) for n in range(int(GOAL * given.seconds))]
        measure(
            "coterie",
            server,
            lambda: get(server.address, f"/c/{links[next(numbers) % len(links)]}", "none"),
            given.seconds,
        )
    print(f"load of the machine {psutil.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
