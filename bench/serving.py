"""Reads of a running server, and a full refresh under it, as the base grows; hand-written SQL and a bare server beside.

Makes the base of ``refresh_base.py`` (twenty facts a profile), with its 60 traits and 100 segments, refreshes it and serves
it. Then, each over HTTP on connections that stay open: a profile by its number, first from the warehouse, then by documents that
were made meanwhile, why somebody is in a segment, the preview of
a rule of three conditions with the count of each; and, while everybody is refreshed, single events at a steady pace, whose
acks are timed, with the same profile reads. Baselines of the same run: the statements that a profile needs at least, by
hand and in this process, over the same file; the preview's count by hand; uvicorn answering a document of 1.4 kB that it has.
What the generator took is printed; processor seconds are the server's.

    python bench/serving.py [--profiles 10000,100000] [--seconds 5]

The long run is ``--profiles 10000,100000,1000000 --seconds 20`` (an hour or less, 8 GB of disk).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

import psutil
import yaml

import coterie
from coterie.engines import Engine, open_warehouse
from intake import KINDS
from load_generator import Asked, Connection, Seen, closed_loop, get, open_loop, post
from refresh_base import generate, segments, traits
from running_server import UNLIMITED, Running, run_coterie

FACTS = 20
"""Of each profile, on average."""
RULE = {
    "all": [
        {"trait": "city", "=": "Oslo"},
        {"trait": "revenue", ">=": 100},
        {"did": "Product Viewed", "within": "90d", "at_least": 2},
    ]
}
BY_HAND = {
    "traits": "SELECT * FROM traits WHERE profile_id = $profile",
    "segments": "SELECT * FROM membership_flags WHERE profile_id = $profile",
    "identifiers": "SELECT namespace, value FROM identifiers WHERE profile_id = $profile",
    "newest orders": "SELECT occurred_at, order_id, revenue FROM orders WHERE profile_id = $profile ORDER BY occurred_at DESC LIMIT 20",
    "newest events": "SELECT occurred_at, name, properties::VARCHAR FROM events WHERE profile_id = $profile ORDER BY occurred_at DESC LIMIT 20",
}
PREVIEW_BY_HAND = """
    WITH viewed AS (SELECT profile_id FROM events WHERE name = 'Product Viewed' AND occurred_at >= (SELECT max(occurred_at) FROM events) - INTERVAL 90 DAY
                    GROUP BY profile_id HAVING count(*) >= 2)
    SELECT count(*) FILTER (city = 'Oslo'), count(*) FILTER (revenue >= 100), count(v.profile_id),
           count(v.profile_id) FILTER (city = 'Oslo' AND revenue >= 100)
    FROM traits LEFT JOIN viewed AS v USING (profile_id)"""
DOCUMENT = json.dumps({"profile_id": 1, "traits": {f"trait_{n}": n * 1.5 for n in range(65)}}).encode()


def make(folder: Path, profiles: int) -> None:
    """A workspace with the base in it, defined and refreshed."""
    coterie.init(folder, UNLIMITED)
    coterie.open(folder).close()  # makes warehouse and ledger, which belong together
    generate(folder / ".coterie" / "warehouse.duckdb", profiles * FACTS, profiles)
    asked = folder / "definitions.yaml"
    bodies = {
        kind: [each.model_dump(mode="json", by_alias=True, exclude_none=True) for each in several]
        for kind, several in (("traits", traits()), ("segments", segments()))
    }
    asked.write_text(yaml.safe_dump(bodies), "utf-8")
    with coterie.open(folder) as ws:
        ws.apply(asked)
        began, own = time.perf_counter(), time.process_time()
        ws.refresh()
        print(f"  refreshed by hand: {time.process_time() - own:.1f} s processor, {time.perf_counter() - began:.1f} s")


def timed(work: Callable[[], object], times: int) -> str:
    """The median of wall and processor milliseconds of ``work``."""
    walls, processor = [], []
    for _ in range(times):
        wall, own = time.perf_counter(), time.process_time()
        work()
        walls.append((time.perf_counter() - wall) * 1000)
        processor.append((time.process_time() - own) * 1000)
    return f"{statistics.median(walls):8.1f} ms, processor {statistics.median(processor):7.1f} ms"


def by_hand(folder: Path, profiles: int) -> None:
    """Print what the same costs as hand-written SQL in this process."""
    engine: Engine = open_warehouse(folder / ".coterie" / "warehouse.duckdb", threads=1)
    dice = random.Random(1)

    def whole() -> None:
        profile = {"profile": dice.randint(1, profiles)}
        for statement in BY_HAND.values():
            engine.query(statement, profile)

    print(f"  by hand  a profile, {len(BY_HAND)} statements: {timed(whole, 20)}")
    for name, statement in BY_HAND.items():
        print(f"             {name:14} {timed(lambda s=statement: engine.query(s, {'profile': dice.randint(1, profiles)}), 20)}")  # fmt: skip
    print(f"  by hand  the counts of a preview:  {timed(lambda: engine.query(PREVIEW_BY_HAND), 5)}", flush=True)
    engine.close()


async def bare(_scope: dict[str, object], _receive: object, send: object) -> None:
    await send(
        {
            "type": "http.response.start",
            "status": 200,
            "headers": [(b"content-length", str(len(DOCUMENT)).encode())],
        }
    )
    await send({"type": "http.response.body", "body": DOCUMENT})


def tell(server: Running, what: str, asked: Asked, seconds: float, connections: int, goal: str) -> Seen:
    """Print a closed loop of one read."""
    server.quiet()
    before = server.processor()
    seen = asyncio.run(closed_loop(server.address, asked, seconds, connections))
    each = max(len(seen.waits), 1)
    print(
        f"  {what:32} {seen.rate:8,.0f}/s over {connections}   {seen.told()}   processor {(server.processor() - before) / each * 1000:7.1f} ms each"
        f"   generator {seen.processor / each * 1e6:4.0f} µs each   goal {goal}",
        flush=True,
    )
    return seen


def until_documents(server: Running, profile: Asked, most: float = 600) -> float:
    """Seconds of reading until 99 of 100 reads of a second find a document."""
    began = time.perf_counter()
    while time.perf_counter() - began < most:
        before = server.figures()
        asyncio.run(closed_loop(server.address, profile, 1, 8))
        after = server.figures()
        document, warehouse = (
            after[name] - before[name]
            for name in (f'coterie_profile_reads_total{{from="{each}"}}' for each in ("document", "warehouse"))
        )
        if document >= 99 * warehouse:
            break
    return time.perf_counter() - began


def beside_refresh(server: Running, read: Asked, manage: str, rate: float) -> None:
    """Print the acks of events that come while everybody is refreshed, and the reads of that while."""
    event = KINDS[1].asked(server, count(1))

    async def run() -> tuple[Seen, Seen, float]:
        over = asyncio.Event()

        async def refreshed() -> float:
            began = time.perf_counter()
            asking = Connection(server.address)
            status, _ = await asking.ask(post(server.address, "/api/v1/refresh", b"{}", manage))
            asking.close()
            assert status == 202, status
            while True:
                await asyncio.sleep(0.2)
                jobs = await asyncio.to_thread(_jobs, server, manage)
                if all(job["state"] not in ("queued", "running") for job in jobs):
                    over.set()
                    return time.perf_counter() - began

        async def reading() -> Seen:
            seen = Seen()
            while not over.is_set():
                part = await closed_loop(server.address, read, 0.2, 1)
                seen.waits += part.waits
                seen.statuses += part.statuses
            return seen

        events, seconds, reads = await asyncio.gather(
            open_loop(server.address, event, rate, 3_600, until=over), refreshed(), reading()
        )
        return events, reads, seconds

    events, reads, seconds = asyncio.run(run())
    print(
        f"  while everybody is refreshed ({seconds:.1f} s): acks of {rate:,.0f} events/s {events.told()} (goal p99 ≤ 300 ms)\n"
        f"    {len(reads.waits)} profile reads {reads.told()}, the longest {max(reads.waits, default=0) * 1000:,.0f} ms   memory {server.memory():,.0f} MB",
        flush=True,
    )


def _jobs(server: Running, manage: str) -> list[dict[str, object]]:
    import urllib.request

    asked = urllib.request.Request(f"{server.address}/api/v1/jobs", headers={"Authorization": manage})
    with urllib.request.urlopen(asked, timeout=600) as answer:
        return json.loads(answer.read())["items"]


def measure(folder: Path, profiles: int, seconds: float, rate: float) -> None:
    """Print all of one size."""
    print(f"{profiles:,} profiles, {profiles * FACTS:,} facts", flush=True)
    make(folder, profiles)
    by_hand(folder, profiles)
    with run_coterie(folder) as server:
        print(f"  open after {server.seconds_to_open:.1f} s, {server.processor_to_open:.1f} s processor; memory {server.memory():,.0f} MB")  # fmt: skip
        manage = "Bearer " + server.new_key("manager", "manage")
        dice = random.Random(2)

        def profile() -> bytes:
            return get(server.address, f"/api/v1/profiles/{dice.randint(1, profiles)}", manage)

        def why() -> bytes:
            asked = json.dumps({"key": f"profile:{dice.randint(1, profiles)}"}).encode()
            return post(server.address, "/api/v1/segments/vip_oslo/explain", asked, manage)

        def tried() -> bytes:
            return post(server.address, "/api/v1/segments/preview", json.dumps({"rule": RULE}).encode(), manage)

        tell(server, "profiles, by the warehouse", profile, seconds, 8, "none")
        print(f"  documents of all after {until_documents(server, profile):.0f} s more over 8", flush=True)
        tell(server, "a profile, one after another", profile, seconds, 1, "p99 ≤ 10 ms")
        tell(server, "profiles", profile, seconds, 8, "≥ 2,000/s")
        tell(server, "why in a segment or not", why, seconds, 1, "≤ 200 ms")
        tell(server, "preview with counts", tried, seconds, 1, "median ≤ 500 ms")
        beside_refresh(server, profile, manage, rate)
        print(f"  memory at the end {server.memory():,.0f} MB", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--profiles", default="10000,100000")
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--rate", type=float, default=200, help="events a second while everybody is refreshed")
    parser.add_argument("--bare", action="store_true")
    given = parser.parse_args()
    if given.bare:
        from intake import run_bare

        run_bare(bare)
        return
    with Running(subprocess.Popen([sys.executable, __file__, "--bare"], stdout=subprocess.PIPE, text=True)) as server:
        tell(server, "bare: a document that it has", lambda: get(server.address, "/", "none"), given.seconds, 8, "none")
    for profiles in given.profiles.split(","):
        with tempfile.TemporaryDirectory() as folder:
            measure(Path(folder) / "shop", int(profiles), given.seconds, given.rate)
    print(f"load of the machine {psutil.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
