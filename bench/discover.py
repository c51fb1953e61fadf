"""Segmenting a million customers: RFM, lifecycle, discovery, personas and judgement.

    python bench/discover.py [--profiles 1000000] [--runs 5]

A made-up base: customers with gamma-distributed order counts over two years and lognormal
order values. Beside the discovery stands scikit-learn's k-means fitted on everybody in
memory with the number of segments given, one start, no evidence, nothing written back.
Seconds are medians; memory is the peak of the process.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import time
from collections.abc import Callable
from datetime import datetime

import numpy as np

from coterie.engines import Engine, open_warehouse
from coterie.profile import assign_lifecycle
from coterie.segment import DiscoveryDefinition, Groups, describe_personas, discover, judge, rfm

AS_OF = datetime(2026, 1, 1)  # noqa: DTZ001 - naive UTC, as everywhere
TRAITS = ("recency_days", "orders", "average_order_value", "tenure_days")


def build(engine: Engine, profiles: int) -> None:
    """About nine orders a customer, and the traits that a refresh would give."""
    engine.execute("SELECT setseed(0.5)")
    engine.execute(f"INSERT INTO profiles (profile_id) SELECT i + 1 FROM range({profiles}) t(i)")
    engine.execute(
        f"""INSERT INTO orders BY NAME
            SELECT 'o' || i || '-' || n AS order_id, i + 1 AS profile_id, 'completed' AS status,
                   TIMESTAMP '2024-01-01' + to_seconds(CAST(63072000 * pow(random(), 0.7) AS BIGINT)) AS occurred_at,
                   CAST(exp(3 + (hash(i) % 100) / 100 + 0.6 * random()) AS DECIMAL(18, 4)) AS revenue
            FROM range({profiles}) t(i), range(1 + CAST(hash(i + 7) % 17 AS BIGINT)) m(n)"""
    )
    engine.execute(
        """CREATE TABLE measured AS
           SELECT profile_id, date_diff('day', max(occurred_at), TIMESTAMP '2026-01-01') AS recency_days,
                  count(*) AS orders, CAST(avg(revenue) AS DOUBLE) AS average_order_value,
                  date_diff('day', min(occurred_at), TIMESTAMP '2026-01-01') AS tenure_days,
                  ['north', 'south', 'west'][profile_id % 3 + 1] AS region
           FROM orders GROUP BY profile_id"""
    )
    engine.execute("CREATE OR REPLACE VIEW traits AS SELECT * FROM measured")


def k_means_of_everybody(engine: Engine, k: int) -> None:
    """What a notebook would do: everything into memory, standardize, fit, predict."""
    from sklearn.cluster import KMeans

    rows = engine.query(f"SELECT {', '.join(TRAITS)} FROM traits")
    points = np.column_stack([rows[name].to_numpy() for name in TRAITS]).astype(np.float64)
    points = (points - points.mean(0)) / points.std(0)
    KMeans(k, n_init=1, random_state=0).fit(points)


def seconds(work: Callable[[], object], runs: int) -> float:
    taken = []
    for _ in range(runs):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--profiles", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=5)
    asked = parser.parse_args()
    engine = open_warehouse(None)
    build(engine, asked.profiles)
    orders = engine.query("SELECT count(*) AS n FROM orders")["n"][0].as_py()
    print(f"{asked.profiles:,} profiles, {orders:,} orders, medians of {asked.runs}")
    for name, work in (
        ("RFM of everybody", lambda: rfm(engine, as_of=AS_OF)),
        ("lifecycle of everybody", lambda: assign_lifecycle(engine, as_of=AS_OF)),
        ("discovery, k chosen", lambda: discover(engine, DiscoveryDefinition(traits=TRAITS), as_of=AS_OF)),
        ("discovery, k = 5", lambda: discover(engine, DiscoveryDefinition(traits=TRAITS, k=5), as_of=AS_OF)),
        ("  scikit-learn, k = 5, one start", lambda: k_means_of_everybody(engine, 5)),
        ("personas of 11 segments", lambda: describe_personas(engine, Groups("rfm"), as_of=AS_OF)),
        ("judgement", lambda: judge(engine, Groups("discovered"), as_of=AS_OF)),
    ):
        print(f"{name:<36}{seconds(work, asked.runs):8.2f} s")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")


if __name__ == "__main__":
    main()
