"""What is found of a campaign that each customer gets at a time of their own, by what sets it off and by what it did.

Run: python bench/triggered_campaigns.py [runs]. Prints, and writes into docs/explanation/coverage.md. Unlike
`past_campaigns.py` this goes through a warehouse: who may be compared with whom, and when, is decided there.
"""

from __future__ import annotations

import sys
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa

from coterie.domain import Estimate
from coterie.engines import Engine, open_warehouse
from coterie.measure import compare_matched
from coterie.measure.past_findings import PastComparison

CUSTOMERS, DAYS, AFTER = 1500, 300, 28
START = datetime.fromisoformat("2026-01-01")

TRIGGERS = ("an order", "a silence", "the calendar")
"""A mail some days after an order; after a month or two without one; on a day drawn by lot."""


def contact_days(trigger: str, days: np.ndarray, random: np.random.Generator) -> list[float]:
    """When a customer who ordered on these days (ascending) is contacted; never twice within 56 days."""
    if trigger == "an order":
        days = days[random.random(len(days)) < 0.5]
        due = days + random.uniform(0.1, 14, len(days))
    elif trigger == "a silence":
        ends = np.append(days[1:], DAYS)
        due = days + random.uniform(20, 60, len(days))
        due = due[(due < ends) & (random.random(len(days)) < 0.7)]
    else:
        due = np.array([random.uniform(0, DAYS)])
    kept: list[float] = []
    for day in np.sort(due[due < DAYS]):
        if not kept or day > kept[-1] + 56:
            kept.append(float(day))
    return kept


def world(trigger: str, random: np.random.Generator, *, lift: float = 0.0) -> Engine:
    """A warehouse of customers, each at a pace of their own; the contacted buy ``lift`` times more for four weeks."""
    engine = open_warehouse(None)
    orders: list[tuple[int, float, float]] = []
    contacts: list[tuple[int, float]] = []
    for customer, pace in enumerate(random.gamma(3, 1 / 120, CUSTOMERS)):
        days = np.sort(random.uniform(0, DAYS, random.poisson(pace * DAYS)))
        met = contact_days(trigger, days, random)
        more = [d for m in met for d in random.uniform(m, m + AFTER, random.poisson(lift * pace * AFTER))]
        contacts += [(customer, m) for m in met]
        orders += [(customer, day, random.lognormal(3, 0.5)) for day in [*days, *more] if day < DAYS]
    at = [START + timedelta(days=day) for _, day, _ in orders]
    engine.write(
        "orders",
        pa.table(
            {
                "order_id": [str(n) for n in range(len(orders))],
                "profile_id": pa.array([who for who, _, _ in orders], pa.int64()),
                "occurred_at": pa.array(at, pa.timestamp("us")),
                "revenue": [amount for _, _, amount in orders],
                "status": ["completed"] * len(orders),
            }
        ),
    )
    when = pa.array([START + timedelta(days=day) for _, day in contacts], pa.timestamp("us"))
    engine.write("_met", pa.table({"who": [who for who, _ in contacts], "met_at": when}), append=False)
    engine.execute(
        "INSERT INTO events (event_id, profile_id, name, occurred_at, properties) SELECT 'c' || who || met_at, who, "
        "'Campaign Contacted', met_at, {'campaign': 'c', 'campaign_type': 't'}::VARIANT FROM _met"
    )
    return engine


def read(trigger: str, random: np.random.Generator, *, lift: float = 0.0) -> PastComparison:
    """One campaign of that kind, compared."""
    engine = world(trigger, random, lift=lift)
    try:
        (found,) = compare_matched(engine, as_of=START + timedelta(days=DAYS))
    finally:
        engine.close()
    return found


def row(trigger: str, runs: int, random: np.random.Generator, *, lift: float) -> str:
    """Mean effect, and how often it is claimed by matching alone, by all checks, and what the controls had."""
    found = [read(trigger, random, lift=lift) for _ in range(runs)]
    effects = [f.matched for f in found if isinstance(f.matched, Estimate)]
    clear = [not e.low <= 0 <= e.high for e in effects]
    claimed = [f.verdict == "credible" and not f.matched.low <= 0 <= f.matched.high for f in found if isinstance(f.matched, Estimate)]  # fmt: skip
    cells = [
        f"{np.mean([e.value for e in effects]):+.2f}",
        *(f"{sum(flags) / runs:.0%}" for flags in (clear, claimed)),
        f"{np.mean([f.crossed for f in found]):.0%}",
    ]
    return f"| {trigger} | {lift:.0%} | " + " | ".join(cells) + " |"


def table(runs: int, random: np.random.Generator) -> list[str]:
    rows = ["| set off by | more orders for four weeks | mean effect | matching alone claims | called credible and clear of 0 | controls contacted later |", "|---|---|---|---|---|---|"]  # fmt: skip
    for trigger in TRIGGERS:
        for lift in (0.0, 1.0):
            rows.append(row(trigger, runs, random, lift=lift))
            print(rows[-1], flush=True)
    return rows


if __name__ == "__main__":
    from coverage import write

    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    write("triggered", table(runs, np.random.default_rng(20261129)), f"{runs} runs", keep=runs >= 20)
