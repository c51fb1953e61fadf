"""Refresh of 60 traits and 100 segments, and preview of one rule, beside SQL written by hand.

    python bench/refresh.py [--events 20] [--profiles 1000000] [--runs 5] [--growth]

Generates a base once in a folder of its own, runs ``coterie.segment.refresh`` and the
hand-written statements below by turns, checks that they give equal tables, and prints medians
and peak memory. ``--growth`` also runs 5 M and 10 M events.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import statistics
import tempfile
import time
from pathlib import Path

from coterie.engines import Engine, open_warehouse
from coterie.segment import Rule, preview, refresh
from refresh_base import AS_OF, generate, segments, traits
from refresh_by_hand import by_hand, check_equal


def _timed(work: object, *arguments: object) -> float:
    began = time.perf_counter()
    work(*arguments)  # type: ignore[operator]
    return time.perf_counter() - began


def _refresh(engine: Engine, refresh_id: int) -> None:
    refresh(engine, traits=traits(), segments=segments(), as_of=AS_OF, refresh_id=refresh_id)


def _peak_of(file: str, which: str) -> None:
    """Runs in a process of its own, so that its peak is its own."""
    engine = open_warehouse(Path(file))
    (_refresh if which == "ours" else by_hand)(engine, 999)
    print(f"  peak memory {which}: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB", flush=True)
    engine.close()


PREVIEWS = {
    "orders in 90 days": {"did": "Order Completed", "within": "90d", "at_least": 2},
    "product viewed in 30 days and a trait": {
        "all": [{"did": "Product Viewed", "within": "30d"}, {"trait": "revenue", ">=": 300}]
    },
    "a property of all time": {"did": "Product Added", "where": {"category": "c3", "amount": {">=": 500}}},
    "a trait and a segment": {"all": [{"trait": "average_order", ">": 150}, {"in_segment": "vip"}]},
    "lapsed": {"all": [{"did": "Order Completed"}, {"did_not": "Order Completed", "within": "180d"}]},
}


def measure(file: Path, runs: int) -> float:
    """Print medians for one base; returns the median of ours in seconds."""
    engine = open_warehouse(file)
    _refresh(engine, 1)
    by_hand(engine, 1)
    check_equal(engine)
    ours, hand = [], []
    for run in range(runs):
        ours.append(_timed(_refresh, engine, run + 2))
        hand.append(_timed(by_hand, engine, run + 2))
    mine, theirs = statistics.median(ours), statistics.median(hand)
    print(f"  refresh: ours {mine:.2f} s, by hand {theirs:.2f} s, ratio {mine / theirs:.2f} (medians of {runs})")
    for name, rule in PREVIEWS.items():
        tried = Rule.model_validate(rule)
        preview(engine, tried, as_of=AS_OF)
        taken = [preview(engine, tried, as_of=AS_OF).seconds for _ in range(max(runs, 7))]
        print(f"  preview, {name}: {statistics.median(taken) * 1000:.0f} ms")
    engine.close()
    return mine


def main() -> None:
    """Read the arguments, generate, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=float, default=20, help="millions of events")
    parser.add_argument("--profiles", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--growth", action="store_true", help="also a quarter and half of the events")
    parser.add_argument("--folder", type=Path, default=None, help="where to keep the bases for the next time")
    given = parser.parse_args()
    folder = given.folder or Path(tempfile.mkdtemp(prefix="coterie-refresh-"))
    folder.mkdir(parents=True, exist_ok=True)
    sizes = [given.events / 4, given.events / 2, given.events] if given.growth else [given.events]
    medians = {}
    for millions in sizes:
        file = folder / f"{millions:g}m-{given.profiles}.duckdb"
        if not file.exists():
            print(f"generating {millions:g} M events of {given.profiles:,} profiles …", flush=True)
            generate(file, int(millions * 1_000_000), given.profiles)
        print(f"{millions:g} M events, {given.profiles:,} profiles, {len(traits())} traits, {len(segments())} segments")
        medians[millions] = measure(file, given.runs)
    for which in ("ours", "hand"):
        process = multiprocessing.get_context("spawn").Process(target=_peak_of, args=(str(file), which))
        process.start()
        process.join()
    if given.growth:
        low, high = sizes[0], sizes[-1]
        # Linear in the events above a fixed part for the profiles: the middle size must lie on the line.
        expected = (medians[low] * (high - sizes[1]) + medians[high] * (sizes[1] - low)) / (high - low)
        print(
            f"growth: {medians}; the middle size takes {medians[sizes[1]] / expected:.2f} of what a straight line says"
        )


if __name__ == "__main__":
    main()
