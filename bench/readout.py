"""Reading out a campaign of ten million exposures, beside the same sums in polars.

Run: python bench/readout.py [exposures] [runs]. Prints medians, spread and peak memory.
"""

from __future__ import annotations

import statistics
import sys
import time
from datetime import datetime, timedelta

import polars as pl
import psutil
import pyarrow as pa

from coterie.engines import open_warehouse
from coterie.measure import CampaignFacts, read_out

SENT = datetime(2026, 3, 1)  # noqa: DTZ001 - the warehouse holds naive UTC
LATER = datetime(2026, 5, 1)  # noqa: DTZ001
FACTS = CampaignFacts(campaign="bench", within=timedelta(days=30), before=timedelta(days=90))


def fill(people: int):
    """A warehouse of ``people`` profiles with 0.6 orders each around the exposure, and the exposures."""
    engine = open_warehouse(None)
    engine.execute(
        "INSERT INTO identifiers (identifier_id, profile_id) SELECT i, i FROM range($n) AS t(i)", {"n": people}
    )
    engine.execute(
        """INSERT INTO orders (order_id, profile_id, occurred_at, revenue, status)
        SELECT i::VARCHAR, hash(i) % $n, $sent - INTERVAL 90 DAY + to_seconds((hash(i, 1) % 10368000)::BIGINT),
            (hash(i, 2) % 20000) / 100.0, 'completed' FROM range($orders) AS t(i)""",
        {"n": people, "orders": int(people * 0.6), "sent": SENT},
    )
    exposures = engine.query(
        """SELECT i AS profile_id, CASE WHEN hash(i, 3) % 10 = 0 THEN 'holdout' ELSE 'treated' END AS arm,
            $sent::TIMESTAMP AS exposed_at FROM range($n) AS t(i)""",
        {"n": people, "sent": SENT},
    )
    return engine, exposures


def in_polars(orders: pa.Table, exposures: pa.Table) -> pl.DataFrame:
    """Counts, sums and squares per arm as a careful analyst would write them, orders already in memory."""
    met = pl.from_arrow(exposures).lazy()
    bought = pl.from_arrow(orders).lazy().join(met, on="profile_id")
    after = pl.col("occurred_at").is_between(pl.col("exposed_at"), pl.col("exposed_at") + FACTS.within, closed="left")
    before = pl.col("occurred_at").is_between(pl.col("exposed_at") - FACTS.before, pl.col("exposed_at"), closed="left")
    per_profile = bought.group_by("profile_id").agg(
        pl.col("revenue").filter(after).sum().alias("y"),
        pl.col("revenue").filter(before).sum().alias("x"),
        after.sum().alias("hits"),
    )
    units = met.join(per_profile, on="profile_id", how="left").fill_null(0)
    y, x = pl.col("y"), pl.col("x")
    sums = units.group_by("arm").agg(
        pl.len(),
        (pl.col("hits") > 0).sum(),
        y.sum(),
        (y * y).sum().alias("yy"),
        (x * y).sum().alias("xy"),
        (x * x).sum().alias("xx"),
    )
    return sums.collect()


def timed(work, runs: int) -> tuple[float, float, float]:
    """Median, shortest and longest seconds of ``runs`` runs after one to warm up."""
    seconds = []
    for _ in range(runs + 1):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds[1:]), min(seconds[1:]), max(seconds[1:])


def main() -> None:
    """Print the comparison."""
    people = int(float(sys.argv[1])) if len(sys.argv) > 1 else 10_000_000
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    engine, exposures = fill(people)
    print(f"{people:,} exposures, {int(people * 0.6):,} orders, {runs} runs, {psutil.cpu_count()} cores")
    ours = timed(lambda: read_out(engine, exposures=exposures, facts=FACTS, as_of=LATER), runs)
    peak = psutil.Process().memory_info().rss / 2**30
    print(f"coterie read_out  median {ours[0]:.2f} s ({ours[1]:.2f}-{ours[2]:.2f}), resident {peak:.1f} GiB")
    orders = engine.query("SELECT profile_id, occurred_at, revenue::DOUBLE AS revenue FROM orders")
    theirs = timed(lambda: in_polars(orders, exposures), runs)
    print(f"polars, same sums median {theirs[0]:.2f} s ({theirs[1]:.2f}-{theirs[2]:.2f})")
    sums = {row["arm"]: row for row in in_polars(orders, exposures).to_dicts()}
    readout = read_out(engine, exposures=exposures, facts=FACTS, as_of=LATER)
    for arm in readout.arms:
        assert (arm.exposed, arm.conversions) == (sums[arm.arm]["len"], sums[arm.arm]["hits"]), arm
    print("counts agree")


if __name__ == "__main__":
    main()
