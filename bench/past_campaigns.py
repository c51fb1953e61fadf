"""How often a past campaign that did nothing is called credibly effective, by whom it was sent to.

Run: python bench/past_campaigns.py [runs]. Prints, and writes into docs/explanation/coverage.md, for eight ways of
targeting, loosely (half of those aimed at, a twentieth of the others) and strictly (all of those aimed at, nobody else).
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from coterie.domain import Estimate
from coterie.measure.matching import Units
from coterie.measure.past_campaigns import OWN_COVARIATES, ThreeReadings, compare, shaped_units

CUSTOMERS, WEEKS, BEFORE, AFTER = 1500, 34, 8, 4
NOW = WEEKS - AFTER  # the week in which the contact is made

Floats = np.ndarray


@dataclass(frozen=True)
class Past:
    """Spending by customer and week, and in one category alone."""

    spent: Floats
    category: Floats

    def within(self, first: int, last: int) -> Floats:
        """What each spent from week ``first`` until before ``last``, counted from the contact."""
        return self.spent[:, NOW + first : NOW + last].sum(axis=1)


def live(random: np.random.Generator) -> Past:
    """Customers who differ in pace and purse, drift up and down, and buy unevenly."""
    rate = random.gamma(1.5, 0.2, CUSTOMERS)[:, None]
    drift = np.zeros((CUSTOMERS, WEEKS))
    drift[:, 0] = random.normal(0, 0.6, CUSTOMERS)
    for week in range(1, WEEKS):
        drift[:, week] = 0.9 * drift[:, week - 1] + random.normal(0, 0.6 * (1 - 0.81) ** 0.5, CUSTOMERS)
    orders = random.poisson(rate * np.exp(drift - 0.18))
    purse = random.lognormal(3, 0.6, CUSTOMERS)[:, None]
    spent = orders * purse * random.lognormal(-0.25, 0.7, orders.shape)
    taste = random.beta(1, 3, CUSTOMERS)[:, None]
    return Past(spent, spent * (random.random(orders.shape) < taste))


def _most(values: Floats, share: float = 0.3) -> Floats:
    return values > np.quantile(values, 1 - share)


TARGETS: dict[str, Callable[[Past, np.random.Generator], Floats]] = {
    "random": lambda _, r: r.random(CUSTOMERS) < 0.3,
    "high spenders": lambda p, _: _most(p.within(-BEFORE, 0)),
    "recent buyers": lambda p, _: p.within(-2, 0) > 0,
    "lapsed": lambda p, _: (p.within(-BEFORE, 0) == 0) & (p.within(-NOW, -BEFORE) > 0),
    "frequent": lambda p, _: _most((p.spent[:, NOW - BEFORE : NOW] > 0).sum(axis=1).astype(float)),
    "rising": lambda p, _: _most(p.within(-4, 0) - p.within(-8, -4)),
    "falling": lambda p, _: _most(p.within(-8, -4) - p.within(-4, 0)),
    "category buyers": lambda p, _: p.category[:, NOW - BEFORE : NOW].sum(axis=1) > 0,
}


def units_of(past: Past, treated: Floats) -> tuple[Units, Units, Floats]:
    """The units, those of the placebo, and the change, as they are read from a warehouse."""
    bought = past.spent[:, :NOW] > 0
    first = np.where(bought.any(axis=1), bought.argmax(axis=1), NOW)
    last = NOW - bought[:, ::-1].argmax(axis=1)
    known = first < NOW - BEFORE
    days = {m: 7.0 * np.maximum(NOW - m - first, 1) for m in (BEFORE, BEFORE + AFTER)}
    columns = {
        "spend": past.within(-BEFORE, 0),
        "orders": (past.spent[:, NOW - BEFORE : NOW] > 0).sum(axis=1).astype(float),
        "recent spend": past.within(-AFTER, 0),
        "earlier spend": past.within(-NOW, -BEFORE) / days[BEFORE],
        "days since last order": 7.0 * (NOW - last),
        "days as customer": 7.0 * (NOW - first),
        "other contacts": np.zeros(CUSTOMERS),
    }

    def shaped(kept: Floats, outcome: Floats, earlier: Floats) -> Units:
        chosen = {name: columns[name][kept] for name in OWN_COVARIATES} | {"earlier spend": earlier[kept]}
        n = int(kept.sum())
        return shaped_units(
            profile=np.arange(n),
            stratum=np.zeros(n, np.int64),
            treated=treated[kept],
            skewed=chosen,
            outcome=outcome[kept],
        )

    units = shaped(known, past.within(0, AFTER), columns["earlier spend"])
    earliest = past.within(-NOW, -BEFORE - AFTER) / days[BEFORE + AFTER]
    placebo = shaped(first < NOW - BEFORE - AFTER, past.within(-BEFORE - AFTER, -BEFORE), earliest)
    return units, placebo, (past.within(0, AFTER) - past.within(-AFTER, 0))[known]


def read(pattern: str, random: np.random.Generator, *, strictly: bool, lift: float = 0.0) -> ThreeReadings:
    """One campaign of that pattern; the contacted spend ``lift`` times more after it."""
    past = live(random)
    meant = TARGETS[pattern](past, random)
    treated = meant if strictly else random.random(CUSTOMERS) < np.where(meant, 0.5, 0.05)
    if lift:
        spent = past.spent.copy()
        spent[np.ix_(treated, range(NOW, WEEKS))] *= 1 + lift
        past = replace(past, spent=spent)
    units, placebo, change = units_of(past, treated)
    return compare(units, placebo, change)


def verdicts(
    pattern: str, runs: int, random: np.random.Generator, *, strictly: bool, lift: float = 0.0
) -> Counter[str]:
    """How often which verdict came; ``claimed`` where credible and clear of 0, ``clear`` where matching alone is."""
    found: Counter[str] = Counter()
    for _ in range(runs):
        reading = read(pattern, random, strictly=strictly, lift=lift)
        effect = reading.matched.effect
        clear = isinstance(effect, Estimate) and not effect.low <= 0 <= effect.high
        found.update([reading.verdict, *(["clear"] if clear else [])])
        found.update(["claimed"] if clear and reading.verdict == "credible" else [])
    return found


def table(runs: int, random: np.random.Generator) -> list[str]:
    rows = ["| sent to | how | matching alone claims | called credible | falsely credible | refused | a third more: credible |", "|---|---|---|---|---|---|---|"]  # fmt: skip
    for pattern in TARGETS:
        for strictly in (False, True):
            found = verdicts(pattern, runs, random, strictly=strictly)
            real = verdicts(pattern, max(runs // 5, 1), random, strictly=strictly, lift=1 / 3)
            shares = [found[k] / runs for k in ("clear", "credible", "claimed", "not estimable")]
            cells = " | ".join(f"{share:.1%}" for share in shares)
            how = "strictly" if strictly else "loosely"
            rows.append(f"| {pattern} | {how} | {cells} | {real['claimed'] / max(runs // 5, 1):.0%} |")
            print(rows[-1], flush=True)
    return rows


if __name__ == "__main__":
    from coverage import write

    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    write("past", table(runs, np.random.default_rng(20261128)), f"{runs} runs", keep=runs >= 100)
