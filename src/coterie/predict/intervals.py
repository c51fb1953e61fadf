"""Ranges of what a single customer may do, and sums over a horizon that count later money for less."""

from __future__ import annotations

import numpy as np

from coterie.predict.contract import Fit, Histories, Numbers, OrderModel

WEEKS_A_YEAR = 365.25 / 7
_NODES = 6
_MOST_ORDERS = 5000
_BATCH = 20_000


def order_bounds(model: OrderModel, fit: Fit, seen: Histories, weeks: float, share: float) -> tuple[Numbers, Numbers]:
    """The least and most orders of each customer in the next ``weeks`` that hold ``share`` of the chance.

    Predictive: quantiles of what one customer may do, not of what the mean may be. Counts
    are whole, so the bounds hold at least ``share``.
    """
    tail = (1 - share) / 2
    low, high = np.zeros(len(seen)), np.full(len(seen), float(_MOST_ORDERS))
    # Those who expect alike need alike many counts, so a batch ends when its last customer does.
    for batch in np.array_split(np.argsort(model.expected(fit, seen, weeks)), len(seen) // _BATCH + 1):
        some = Histories(*(column[batch] for column in (seen.repeats, seen.recency, seen.age, seen.weight)))
        total = np.zeros(len(batch))
        for orders, chance in zip(range(_MOST_ORDERS), model.chances(fit, some, weeks), strict=False):
            before, total = total, total + chance
            low[batch[(before <= tail) & (total > tail)]] = orders
            high[batch[(before < 1 - tail) & (total >= 1 - tail)]] = orders
            if (total >= 1 - tail).all():
                break
    return low, high


def discounted_orders(model: OrderModel, fit: Fit, seen: Histories, weeks: float, yearly_rate: float) -> Numbers:
    """Orders expected in the next ``weeks``, each worth less the later it comes, at ``yearly_rate``.

    The integral of exp(-d t) over the expected orders, by parts and Gauss-Legendre
    quadrature; expected orders are smooth, so six nodes are exact to a part in a million.
    """
    rate = np.log1p(yearly_rate) / WEEKS_A_YEAR
    at_end = model.expected(fit, seen, weeks)
    if rate == 0:
        return at_end
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    times = (nodes + 1) * weeks / 2
    between = np.zeros(len(seen))
    for time, weight in zip(times, weights, strict=True):
        between += weight * weeks / 2 * np.exp(-rate * time) * model.expected(fit, seen, float(time))
    return np.asarray(np.exp(-rate * weeks) * at_end + rate * between, np.float64)
