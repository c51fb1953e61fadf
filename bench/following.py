"""How soon a segment follows an event, through the server: from the request being sent until who entered is told by the API.

Makes the base of ``refresh_base.py`` (twenty facts a profile) with its 60 traits and 100 segments, serves it, and sends events of
people who are new at a steady pace, whether or not those before were answered. Each event makes its person enter one segment;
beside it the feed of changes is asked all the while. The n-th to enter is taken for the n-th that was sent. Where more comes
than can be followed, waits grow with the seconds that it lasts. Baseline: what waits less is only the answer to the request (ack).

    python bench/following.py [--profiles 10000] [--rates 100,500,2000] [--seconds 20]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import tempfile
import threading
import time
import urllib.request
from itertools import count
from pathlib import Path
from typing import Self

import psutil

from load_generator import open_loop, post
from running_server import Running, basic, run_coterie
from serving import make

SEGMENT, EVENT, BATCH = "ticket_opened_ever", "Ticket Opened", 10


class Feed:
    """The feed of who entered, asked again and again: when each was seen."""

    def __init__(self, server: Running, key: str) -> None:
        self.seen: list[float] = []
        self._address, self._key, self._after = server.address, key, ""
        self._ended = threading.Event()

    def ask(self) -> None:
        """Go on to the end of the feed."""
        while True:
            path = f"{self._address}/api/v1/segment-changes?segment={SEGMENT}&limit=1000{self._after}"
            asked = urllib.request.Request(path, headers={"Authorization": f"Bearer {self._key}"})
            with urllib.request.urlopen(asked, timeout=60) as answer:
                told = json.load(answer)
            self.seen += [time.perf_counter()] * sum(each["change"] == "entered" for each in told["items"])
            if not told["items"]:
                return
            self._after = f"&after={told['next']}"

    def __enter__(self) -> Self:
        self._ended.clear()
        self._thread = threading.Thread(target=self._go_on)
        self._thread.start()
        return self

    def _go_on(self) -> None:
        while not self._ended.wait(0.05):
            self.ask()

    def __exit__(self, *_fault: object) -> None:
        self._ended.set()
        self._thread.join()


def follow(server: Running, feed: Feed, rate: float, seconds: float, numbers: count) -> None:
    """Print the waits at one rate."""
    feed.ask()
    feed.seen.clear()
    sent: list[float] = []

    def asked() -> bytes:
        now = time.perf_counter()
        sent.extend([now] * BATCH)
        batch = [
            {"type": "track", "messageId": f"f{n}", "userId": f"new{n}", "event": EVENT, "properties": {"amount": 5}}
            for n in (next(numbers) for _ in range(BATCH))
        ]
        return post(server.address, "/v1/batch", json.dumps({"batch": batch}).encode(), basic(server.key))

    before, own = server.processor(), time.process_time()
    with feed:
        acks = asyncio.run(open_loop(server.address, asked, rate / BATCH, seconds))
        until = time.perf_counter() + 20 * seconds
        while len(feed.seen) < len(sent) and time.perf_counter() < until:
            time.sleep(0.1)
    waits = sorted(seen - at for at, seen in zip(sent, feed.seen, strict=False))
    quantiles = statistics.quantiles(waits or [float("nan")] * 2, n=100, method="inclusive")
    print(
        f"  {rate:6,.0f} events/s for {seconds:.0f} s: {len(waits):,} of {len(sent):,} entered after p50 {quantiles[49]:.2f}  p95 {quantiles[94]:.2f}  "
        f"p99 {quantiles[98]:.2f} s   ack {acks.told()}   server {(server.processor() - before) / len(sent) * 1000:.2f} ms an event, "
        f"generator {(time.process_time() - own) / len(sent) * 1000:.2f}   load {psutil.getloadavg()[0]:.1f}",
        flush=True,
    )


def main() -> None:
    """Make a base, serve it, and follow."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--profiles", type=int, default=10_000)
    asked.add_argument("--rates", default="100,500,2000")
    asked.add_argument("--seconds", type=float, default=20)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        shop, numbers = Path(folder) / "shop", count(1)
        print(f"{given.profiles:,} profiles", flush=True)
        make(shop, given.profiles)
        with run_coterie(shop) as server:
            feed = Feed(server, server.new_key("bench", "manage"))
            began = time.perf_counter()
            for _ in range(2):  # the first of today has everybody looked at anew
                follow_one(server, feed, numbers)
            print(f"  the first events, with a refresh of everybody: {time.perf_counter() - began:.1f} s", flush=True)
            for rate in map(float, given.rates.split(",")):
                follow(server, feed, rate, given.seconds, numbers)
            figures = server.figures()
            print(
                f"  turns: { {name: value for name, value in figures.items() if 'live' in name} }   memory {server.memory():,.0f} MB"
            )


def follow_one(server: Running, feed: Feed, numbers: count) -> None:
    """One event, until it is told of."""
    number = next(numbers)
    body = {"type": "track", "messageId": f"f{number}", "userId": f"new{number}", "event": EVENT}
    header = {"Authorization": basic(server.key), "Content-Type": "application/json"}
    urllib.request.urlopen(
        urllib.request.Request(f"{server.address}/v1/track", json.dumps(body).encode(), header), timeout=60
    )
    feed.ask()
    before = len(feed.seen)
    until = time.perf_counter() + 900
    while len(feed.seen) == before and time.perf_counter() < until:
        time.sleep(0.1)
        feed.ask()


if __name__ == "__main__":
    main()
