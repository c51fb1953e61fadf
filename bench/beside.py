"""A reader beside a refresh: how long the same reads take while everything is computed, and while nothing is.

    python bench/beside.py [--events 5] [--profiles 1000000] [--folder PLACE]

One thread refreshes 60 traits and 100 segments, again and again until the reads are done; another reads in turn, each
read on its own connection: one person, the sizes of segments, the newest orders, and the fact that says how fresh all
is. What a reader waits is the whole time from asking to having the rows.
"""

from __future__ import annotations

import argparse
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from coterie.engines import Engine, open_warehouse, read_fact
from coterie.segment import refresh
from refresh_base import AS_OF, generate, segments, traits

PAUSE = 0.02
GOAL = 0.05


def reads(engine: Engine, number: int) -> dict[str, Callable[[], object]]:
    """The reads by name, each for another person."""
    person = {"profile": 1 + number * 7919 % 1000}
    return {
        "one person": lambda: engine.query("SELECT * FROM profiles WHERE profile_id = $profile", person),
        "sizes of segments": lambda: engine.query("SELECT segment, max(size) AS size FROM segment_history GROUP BY segment"),
        "members of a segment": lambda: engine.query("SELECT count(*) AS n FROM membership_flags WHERE vip"),
        "how fresh": lambda: read_fact(engine, "refreshed_as_of"),
    }  # fmt: skip


def ask(engine: Engine, is_over: Callable[[int], bool]) -> dict[str, list[float]]:
    """Seconds of each read until it is over."""
    taken: dict[str, list[float]] = {}
    number = 0
    while not is_over(number):
        for name, read in reads(engine, number).items():
            began = time.perf_counter()
            read()
            taken.setdefault(name, []).append(time.perf_counter() - began)
            time.sleep(PAUSE)
        number += 1
    return taken


def show(when: str, taken: dict[str, list[float]]) -> float:
    """Print the reads of one phase; the longest of them in seconds."""
    print(f"  {when}")
    for name, seconds in taken.items():
        seconds.sort()
        middle, late = seconds[len(seconds) // 2], seconds[int(len(seconds) * 0.99)]
        print(f"    {name:22} median {middle * 1000:6.1f} ms   p99 {late * 1000:6.1f} ms   max {seconds[-1] * 1000:6.1f} ms   of {len(seconds)}")  # fmt: skip
    every = sorted(second for seconds in taken.values() for second in seconds)
    print(f"    {'all':22} median {every[len(every) // 2] * 1000:6.1f} ms   p99 {every[int(len(every) * 0.99)] * 1000:6.1f} ms   max {every[-1] * 1000:6.1f} ms")  # fmt: skip
    return every[int(len(every) * 0.99)]


def measure(file: Path, refreshes: int) -> None:
    """Idle first, then beside refreshes."""
    engine = open_warehouse(file)
    asked = {"traits": traits(), "segments": segments(), "as_of": AS_OF}
    refresh(engine, **asked, refresh_id=1)
    idle = ask(engine, lambda number: number >= 100)
    took: list[float] = []

    def work() -> None:
        for number in range(refreshes):
            began = time.perf_counter()
            refresh(engine, **asked, refresh_id=number + 2)
            took.append(time.perf_counter() - began)

    writer = threading.Thread(target=work)
    writer.start()
    beside = ask(engine, lambda _: not writer.is_alive())
    writer.join()
    print(f"  refreshes beside it took {', '.join(f'{each:.1f}' for each in took)} s")
    show("with nothing else", idle)
    late = show("beside a refresh", beside)
    print(f"  p99 beside a refresh {late * 1000:.1f} ms (target: at most {GOAL * 1000:.0f} ms)")
    engine.close()


def main() -> None:
    """Read the arguments, generate, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=float, default=5, help="millions of events")
    parser.add_argument("--profiles", type=int, default=1_000_000)
    parser.add_argument("--refreshes", type=int, default=3)
    parser.add_argument("--folder", type=Path, default=None, help="where to keep the base for the next time")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="coterie-beside-") as made:
        folder = given.folder or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"{given.events:g}m-{given.profiles}.duckdb"
        if not file.exists():
            print(f"generating {given.events:g} M events of {given.profiles:,} profiles …", flush=True)
            generate(file, int(given.events * 1_000_000), given.profiles)
        print(
            f"{given.events:g} M events, {given.profiles:,} profiles, {len(traits())} traits, {len(segments())} segments"
        )
        measure(file, given.refreshes)


if __name__ == "__main__":
    main()
