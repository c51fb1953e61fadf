"""Reads of people from a server's first second on, by number and by key: how many a second, and how long the cold ones last.

Makes the base of ``refresh_base.py`` (twenty facts a profile) with its 60 traits and 100 segments and serves it. Then a second at a time, over
eight connections that stay open: random people by their number right after the start; by a key after another start; and by number
after everybody was refreshed. Baseline: the same before documents were filled ahead, by running it on an earlier version.

    python bench/reads.py [--profiles 10000] [--seconds 12] [--folder KEPT]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from load_generator import Asked, closed_loop, get, post
from running_server import Running, run_coterie
from serving import make

_CONNECTIONS = 8


def second_by_second(server: Running, what: str, asked: Asked, seconds: int) -> None:
    """Print the rate of each second, and the waits and processor time of the first three and of the last three."""
    rates, told = [], {}
    for nth in range(seconds):
        before = server.processor()
        seen = asyncio.run(closed_loop(server.address, asked, 1, _CONNECTIONS))
        each = (server.processor() - before) / max(len(seen.waits), 1) * 1000
        rates.append(f"{seen.rate:,.0f}")
        told[nth] = f"second {nth + 1:3}: {seen.told()}   processor {each:6.2f} ms each"
    print(f"  {what}: {' '.join(rates)} a second   load {psutil.getloadavg()[0]:.1f}", flush=True)
    for nth in sorted({0, 1, 2, seconds - 1} & set(told)):
        print(f"    {told[nth]}", flush=True)


def measure(folder: Path, profiles: int, seconds: int) -> None:
    """Print all of one base."""
    dice = random.Random(2)
    asked: dict[str, Callable[[Running, str], Asked]] = {
        "by number": lambda server, key: (
            lambda: get(server.address, f"/api/v1/profiles/{dice.randint(1, profiles)}", key)
        ),
        "by key": lambda server, key: (
            lambda: post(
                server.address,
                "/api/v1/profiles/lookup",
                json.dumps({"key": f"customer_id:{dice.randint(1, profiles)}"}).encode(),
                key,
            )
        ),
    }
    for what, made in asked.items():
        with run_coterie(folder) as server:
            key = "Bearer " + server.new_key(f"reader-{time.time_ns()}", "manage")
            second_by_second(server, f"{what}, from the start", made(server, key), seconds)
            if what == "by number":
                began = time.perf_counter()
                _ask(server, key)
                print(f"  refreshed in {time.perf_counter() - began:.1f} s", flush=True)
                second_by_second(server, "by number, after a refresh", made(server, key), seconds)
            print(
                f"  { {name: value for name, value in server.figures().items() if 'profile' in name} }   memory {server.memory():,.0f} MB",
                flush=True,
            )


def _ask(server: Running, key: str) -> None:
    """Refresh everybody, and wait for it."""
    import urllib.request

    asked = urllib.request.Request(
        f"{server.address}/api/v1/refresh", b"{}", {"Authorization": key, "Content-Type": "application/json"}
    )
    urllib.request.urlopen(asked).close()
    while True:
        time.sleep(0.2)
        with urllib.request.urlopen(
            urllib.request.Request(f"{server.address}/api/v1/jobs", headers={"Authorization": key})
        ) as answer:
            if all(job["state"] not in ("queued", "running") for job in json.load(answer)["items"]):
                return


def main() -> None:
    """Measure one base."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--profiles", type=int, default=10_000)
    parser.add_argument("--seconds", type=int, default=12)
    parser.add_argument("--folder", type=Path, help="where the base is, or is to be kept")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        shop = given.folder or Path(folder) / "shop"
        if not shop.exists():
            make(shop, given.profiles)
        print(f"{given.profiles:,} profiles", flush=True)
        measure(shop, given.profiles, given.seconds)


if __name__ == "__main__":
    main()
