"""How soon a server that was killed is open again, with much in its journal and its write-ahead logs; and a second one refused.

Events come in batches as fast as they are taken, then SIGKILL, then `coterie serve` again: until it says that it is open
(an event sent then is acknowledged and timed with it), and until nothing waits. Beside it: a Python that does nothing, and
a second `coterie serve` of the same workspace until it was refused. Wall-clock seconds, and those of the processor.

    python bench/restart.py [--seconds 8] [--runs 3]
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import subprocess
import sys
import tempfile
import time
from itertools import count
from pathlib import Path

import psutil

from intake import CONNECTIONS, KINDS
from load_generator import Connection, closed_loop
from running_server import RUN, run_coterie

GOAL, GOAL_REFUSED = 2.0, 1.0


def one_run(folder: Path, numbers: count, key: str | None, seconds: float) -> tuple[str, float, float]:
    """Load, kill and open again: the key, wall seconds until the first ack, and processor seconds until open."""
    server = run_coterie(folder)
    server.key = server.key or key
    asyncio.run(closed_loop(server.address, KINDS[0].asked(server, numbers), seconds, CONNECTIONS))
    waiting = server.figures()["coterie_messages_waiting"]
    server.process.kill()
    server.process.wait()
    sizes = {file.name: file.stat().st_size / 1e6 for file in (folder / ".coterie").glob("*") if file.is_file()}
    logs = ", ".join(f"{name} {size:,.0f} MB" for name, size in sorted(sizes.items()) if size >= 1)
    began = time.perf_counter()
    with run_coterie(folder) as again:
        again.key = server.key
        status, _ = asyncio.run(Connection(again.address).ask(KINDS[1].asked(again, numbers)()))
        acked = time.perf_counter() - began
        rest = again.drained()
    print(
        f"killed with {waiting:,.0f} events waiting ({logs}): open after {again.processor_to_open:.2f} s of the processor, first ack "
        f"({status}) after {acked:.2f} s (goal ≤ {GOAL:.0f} s), nothing waits {rest:.1f} s later",
        flush=True,
    )
    return str(server.key), acked, again.processor_to_open


def refused(folder: Path, runs: int) -> None:
    """Print how soon a second process is refused."""
    command = [sys.executable, "-c", RUN, "serve", "--port", "0", "-w", str(folder)]
    with run_coterie(folder):
        for what, called in (("python -c pass", [sys.executable, "-c", "pass"]), ("second coterie serve", command)):
            walls, own = [], []
            for _ in range(runs):
                began, before = time.perf_counter(), psutil.Process().cpu_times()
                code = subprocess.run(called, capture_output=True, check=False).returncode
                after = psutil.Process().cpu_times()
                walls.append(time.perf_counter() - began)
                own.append(after.children_user + after.children_system - before.children_user - before.children_system)
            print(
                f"{what}: ended with {code} after {statistics.median(walls):.2f} s, {statistics.median(own):.2f} s of the processor"
                + (f" (goal ≤ {GOAL_REFUSED:.0f} s)" if called is command else "")
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder, numbers, key = Path(place) / "shop", count(1), None
        for _ in range(given.runs):
            key, _, _ = one_run(folder, numbers, key, given.seconds)
        refused(folder, given.runs)
    print(f"load of the machine {psutil.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
