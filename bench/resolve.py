"""Resolving millions of identifiers: Coterie beside a plain union-find in Python.

    python bench/resolve.py [--identifiers 10000000] [--runs 1]

A made-up base: half the identifiers are customers, the other half e-mail addresses and
phones that stand in their rows; one address in ten is written in another way by a second
customer, and some addresses are shared too widely. The baseline does the least that could
be right: it reads the same rows, lower-cases and strips, and unions them in dictionaries,
without limits, log or writing anything back. Seconds are of one resolve from nothing, of
one that finds nothing new, and of one after a load of 10,000 further rows.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import time
from datetime import datetime

from coterie.engines import Engine, open_warehouse
from coterie.resolve import ResolveResult, resolve


def build(engine: Engine, identifiers: int) -> None:
    """Customers 1…n/2, addresses and phones after them; a link a row."""
    half, quarter = identifiers // 2, identifiers // 4
    engine.execute(
        f"""INSERT INTO identifiers BY NAME
        SELECT i + 1 AS identifier_id, i + 1 AS profile_id, 'crm' AS source, 1 AS batch_id,
            CASE WHEN i < {half} THEN 'customer_id' WHEN i < {half + quarter} THEN 'email' ELSE 'phone' END AS namespace,
            CASE WHEN i < {half} THEN 'C' || i
                 WHEN i < {half + quarter} AND i % 10 = 0 THEN 'Person' || (i - 1) || '@Mail.example'
                 WHEN i < {half + quarter} THEN 'person' || i || '@mail.example'
                 ELSE printf('(%d) %d-%04d', 201 + (i // 8000000) % 700, 200 + (i // 10000) % 800, i % 10000) END AS value
        FROM range({identifiers}) AS t (i)"""
    )
    engine.execute(
        f"""INSERT INTO identity_links BY NAME
        SELECT i + 1 AS left_id, {half} + i % {half} + 1 AS right_id, 'crm' AS source, 1 AS batch_id
        FROM range({half}) AS t (i)"""
    )


def union_find(engine: Engine) -> int:
    """Profiles by plain union-find; returns how many there are."""
    rows = engine.query("SELECT identifier_id, namespace, value FROM identifiers ORDER BY identifier_id")
    parent = list(range(rows.num_rows + 1))

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    first: dict[tuple[str, str], int] = {}
    for node, namespace, value in zip(*(column.to_pylist() for column in rows.columns), strict=True):
        twin = first.setdefault((namespace, value.strip().lower()), node)
        parent[root(node)] = root(twin)
    links = engine.query("SELECT left_id, right_id FROM identity_links")
    for left, right in zip(links["left_id"].to_pylist(), links["right_id"].to_pylist(), strict=True):
        parent[root(left)] = root(right)
    return sum(parent[node] == node for node in range(1, len(parent)))


def timed(work) -> tuple[float, object]:
    started = time.perf_counter()
    found = work()
    return time.perf_counter() - started, found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--identifiers", type=int, default=10_000_000)
    parser.add_argument("--runs", type=int, default=1)
    asked = parser.parse_args()
    first, second, third, plain = [], [], [], []
    for _ in range(asked.runs):
        engine = open_warehouse(None)
        build(engine, asked.identifiers)
        seconds, found = timed(lambda: resolve(engine, clock=lambda: datetime(2026, 1, 1)))  # noqa: B023, DTZ001
        assert isinstance(found, ResolveResult)
        first.append(seconds)
        second.append(timed(lambda: resolve(engine))[0])  # noqa: B023
        engine.execute(
            """INSERT INTO identifiers BY NAME WITH m AS (SELECT max(identifier_id) AS most FROM identifiers)
            SELECT most + i + 1 AS identifier_id, most + i + 1 AS profile_id, 'device_id' AS namespace, 'd' || i AS value
            FROM m, range(10000) AS t (i)"""
        )
        engine.execute(
            """INSERT INTO identity_links BY NAME SELECT identifier_id AS left_id, 1 + identifier_id % 1000 AS right_id
            FROM identifiers WHERE namespace = 'device_id'"""
        )
        third.append(timed(lambda: resolve(engine))[0])  # noqa: B023
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        seconds, people = timed(lambda: union_find(engine))  # noqa: B023
        plain.append(seconds)
        engine.close()
    print(f"{found.identifiers:,} identifiers, {found.profiles:,} profiles, {found.merged:,} merges logged")
    print(f"  resolve from nothing          {statistics.median(first):7.1f} s")
    print(f"  resolve, nothing new          {statistics.median(second):7.1f} s")
    print(f"  resolve, 10,000 rows more     {statistics.median(third):7.1f} s")
    print(
        f"  plain union-find in Python    {statistics.median(plain):7.1f} s ({people:,} profiles after the last load, without limits)"
    )
    print(
        f"  medians of {asked.runs}; peak memory of the process until the last resolve {peak:,.0f} MB, the base itself included"
    )


if __name__ == "__main__":
    main()
