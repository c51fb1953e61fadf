"""Forecasts where the model is true: totals of orders and of money, and each customer's own."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from coterie.predict import ORDER_MODELS, SPEND_MODELS, Fit, histories
from coterie.predict.contract import Histories, Spends
from coterie.predict.intervals import WEEKS_A_YEAR, discounted_orders, order_bounds, total_range
from coterie.predict.record import HoldoutRefused
from covered.rows import row

LIVES = {"r": 0.5, "alpha": 10.0, "a": 0.6, "b": 2.0}
"""BG/NBD, in weeks."""
SPENDS = {
    "orders of one customer alike": {"p": 6.25, "q": 3.74, "v": 15.44},
    "orders of one customer very unlike": {"p": 1.0, "q": 2.5, "v": 40.0},
}
"""Gamma-Gamma: as CDNOW's customers spend, and where a customer's next order says little of the one after."""
WEEKS, RATE = 26.0, 0.1


TOTALS = {"orders": "orders of all, 95 %", "value": "value of all, 95 %"}
SINGLES = {
    "orders": "each customer’s orders, at least 80 %",
    "mean": "each customer’s mean order, 80 %",
    "value": "each customer’s value, at least 80 %",
    "most": "the same of the tenth that is expected to buy most",
}


@dataclass(frozen=True)
class World:
    """What was seen of each customer, and what comes: orders, their worth today, and the true mean of an order."""

    seen: tuple[np.ndarray, ...]
    spent: np.ndarray
    orders: np.ndarray
    worth: np.ndarray
    mean: np.ndarray


def forecast_table(draws: int, random: np.random.Generator) -> list[str]:
    """Customers drawn from BG/NBD and Gamma-Gamma, and everything fitted anew in every draw."""
    rows = ["| range | case | below | above | held |", "|---|---|---|---|---|"]
    for (unlike, spent), customers in product(SPENDS.items(), (500, 2000)):
        totals: dict[str, list[tuple[float, float]]] = {name: [] for name in TOTALS}
        singles: dict[str, list[tuple[float, float]]] = {name: [] for name in SINGLES}
        for _ in range(draws):
            found = _told(draw(customers, spent, random))
            if found is not None:
                for kept, own in ((totals, found[0]), (singles, found[1])):
                    for name, bounds in own.items():
                        kept[name].append(bounds)
        refused = f" ({1 - len(totals['orders']) / draws:.0%} refused)" if len(totals["orders"]) < draws else ""
        case = f"{customers:,} customers, {unlike}{refused}"
        rows += [row(said, case, totals[name], 1.0) for name, said in TOTALS.items()]
        for name, said in SINGLES.items():
            below, above = (float(np.mean(share)) for share in zip(*singles[name], strict=True))
            rows.append(f"| {said} | {case} | {below:.1%} | {above:.1%} | {1 - below - above:.1%} |")
    return rows


def _told(world: World) -> tuple[dict[str, tuple[float, float]], dict[str, tuple[float, float]]] | None:
    """Bounds of the totals as shares of the truth, and the shares of customers below and above their own."""
    orders, spending = ORDER_MODELS["bgnbd"], SPEND_MODELS["gamma_gamma"]
    seen, each = histories(*world.seen), Histories(*world.seen, np.ones(len(world.orders)))
    repeats = world.seen[0]
    spends = Spends(repeats[repeats > 0], world.spent[repeats > 0])
    fit, spend = orders.fit(seen), spending.fit(spends)
    if not isinstance(fit, Fit) or not isinstance(spend, Fit):
        return None
    expected = orders.expected(fit, each, WEEKS)
    discounted = discounted_orders(orders, fit, each, WEEKS, RATE)
    mean = spending.expected(spend, repeats, world.spent)
    untested = HoldoutRefused(reason="none", needs="none")
    total = total_range(orders, fit, seen, spends, weeks=WEEKS, tested=untested, interval=0.95)
    told = {
        "orders": tuple(expected.sum() / world.orders.sum() * end for end in total.orders),
        "value": tuple(np.nansum(mean * discounted) / world.worth.sum() * end for end in total.value),
    }
    least, most = order_bounds(orders, fit, each, WEEKS, 0.8)
    # As they are written of each customer: the orders of the range, at the order value expected.
    worth = mean * discounted / expected
    tenth = np.argsort(-expected)[: len(expected) // 10]
    ends = {
        "orders": (least, most, world.orders),
        "mean": (*spending.interval(spend, repeats, world.spent, 0.8), world.mean),
        "value": (worth * least, worth * most, world.worth),
        "most": ((worth * least)[tenth], (worth * most)[tenth], world.worth[tenth]),
    }
    return told, {name: (np.mean(high < true), np.mean(low > true)) for name, (low, high, true) in ends.items()}


def draw(n: int, spent_by: dict[str, float], random: np.random.Generator) -> World:
    """Customers who came half a year to a year and a half ago."""
    age, rate = random.uniform(26, 78, n), random.gamma(LIVES["r"], 1 / LIVES["alpha"], n)
    leaves, pace = random.beta(LIVES["a"], LIVES["b"], n), random.gamma(spent_by["q"], 1 / spent_by["v"], n)
    repeats, recency, spent, after, worth, now = (np.zeros(n) for _ in range(6))
    going = np.arange(n)
    while len(going):
        now[going] += random.exponential(1, len(going)) / rate[going]
        going = going[now[going] < age[going] + WEEKS]
        is_seen, paid = now[going] <= age[going], random.gamma(spent_by["p"], 1, len(going)) / pace[going]
        repeats[going] += is_seen
        spent[going] += is_seen * paid
        recency[going] = np.where(is_seen, now[going], recency[going])
        after[going] += ~is_seen
        worth[going] += ~is_seen * paid * (1 + RATE) ** -((now[going] - age[going]) / WEEKS_A_YEAR)
        going = going[random.random(len(going)) >= leaves[going]]
    means = np.divide(spent, repeats, out=np.zeros(n), where=repeats > 0)
    return World((repeats, recency, age), means, after, worth, spent_by["p"] / pace)
