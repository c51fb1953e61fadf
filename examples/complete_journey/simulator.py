"""What the households of the demonstration do after the campaign: a simulation with a known truth.

Nobody real was written to, so nobody real can answer. This module draws the answers, and
because it draws them, the true effect is known and the readout can be checked against it.

* Without a message, a household orders within the window with a probability that falls with
  the days since its last order: ``p0 = 0.30 · exp(−days / 45) + 0.02``.
* A *delivered* message raises it by ``EFFECT`` = 8 points, up to 0.95. Nothing else differs.
* An order is worth the household's own mean order times a log-normal factor (σ = 0.5) with mean 1,
  whether a message came or not, at an hour drawn evenly from the window.
* Of the delivered, 35 % open and a quarter of those click.

Randomness comes from one seed, household by household in the order of their numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa

EFFECT = 0.08
OPENED, CLICKED = 0.35, 0.25


@dataclass(frozen=True)
class Answers:
    """What was drawn, and the truth behind it.

    ``orders``: household_id, order_id, ordered_at, revenue. ``engagements``: household_id,
    name, occurred_at. ``true_effect`` is the mean raise in the probability to order over all
    that were assigned to the message, delivered or not: what the readout estimates.
    """

    orders: pa.Table
    engagements: pa.Table
    true_effect: float


def simulate(households: pa.Table, *, sent_at: datetime, window: timedelta, seed: int = 20180102) -> Answers:
    """Draw the answers of ``households``: ``household_id, days_since_order, mean_order, is_treated, is_delivered``."""
    rows = households.sort_by("household_id")
    count = rows.num_rows
    draw = np.random.default_rng(seed)
    days = rows["days_since_order"].to_numpy(zero_copy_only=False).astype(float)
    delivered = rows["is_delivered"].to_numpy(zero_copy_only=False)
    treated = rows["is_treated"].to_numpy(zero_copy_only=False)
    without = 0.30 * np.exp(-days / 45) + 0.02
    raised = np.where(delivered, np.minimum(without + EFFECT, 0.95), without)
    ordered = draw.random(count) < raised
    factor = draw.lognormal(mean=-0.125, sigma=0.5, size=count)
    revenue = np.round(rows["mean_order"].to_numpy(zero_copy_only=False).astype(float) * factor, 2)
    hours = draw.random(count) * window.total_seconds() / 3600 * 0.98 + 1
    opened = delivered & (draw.random(count) < OPENED)
    clicked = opened & (draw.random(count) < CLICKED)
    keys = rows["household_id"].to_pylist()
    orders = [
        {
            "household_id": keys[i],
            "order_id": f"SIM-{keys[i]}",
            "ordered_at": _at(sent_at, hours[i]),
            "revenue": revenue[i],
        }
        for i in np.flatnonzero(ordered)
    ]
    engagements = [
        {"household_id": keys[i], "name": name, "occurred_at": _at(sent_at, delay)}
        for name, chosen, delay in (("Message Opened", opened, 3.0), ("Message Clicked", clicked, 3.1))
        for i in np.flatnonzero(chosen)
    ]
    truth = float(np.mean((raised - without)[treated])) if treated.any() else 0.0
    return Answers(pa.Table.from_pylist(orders), pa.Table.from_pylist(engagements), truth)


def _at(start: datetime, hours: float) -> datetime:
    return (start + timedelta(hours=float(hours))).replace(microsecond=0)
