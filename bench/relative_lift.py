"""How often intervals of a relative lift of revenue hold, several methods against each other.

Run: python bench/relative_lift.py [draws]. On made amounts, and on real bases split at random with an effect put on one
part. Prints the table and writes it, with its date, into docs/explanation/coverage.md.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

import numpy as np

from coterie.domain import Estimate
from coterie.measure import ESTIMATORS
from coterie.measure.intervals import ratio_bounds
from coterie.measure.moments import Moments
from coverage import Z, bases, moments_of, write

EFFECTS = {
    "nothing changed": (1.0, 1.0),
    "all spend a fifth more": (1.2, 1.0),
    "all spend a half more": (1.5, 1.0),
    "all spend half as much": (0.5, 1.0),
    "a quarter more buy": (1.0, 1.25),
    "a half more buy": (1.0, 1.5),
    "half as many buy": (1.0, 0.5),
    "a tenth more buy a tenth more": (1.1, 1.1),
}
"""Name → by what amounts are multiplied, and the number of buyers."""
MOST, RESAMPLED = 9000, 199

Arm = tuple[Moments, np.ndarray]
Bounds = tuple[float, float] | None


def made(share: float, much: float, many: float, random: np.random.Generator) -> tuple[Arm, Arm]:
    """4,000 customers, of whom 15 % buy, for amounts with a long tail."""
    arms = []
    for size, times, buyers in ((round(4000 * share), 1.0, 0.15), (round(4000 * (1 - share)), much, 0.15 * many)):
        usual = random.lognormal(3, 1, size)
        y = times * np.where(random.random(size) < buyers, usual * random.lognormal(-0.25, 0.7, size), 0.0)
        x = np.where(random.random(size) < 0.3, usual, 0.0)
        arms.append((moments_of(y, x), y))
    return arms[0], arms[1]


def split(
    base: tuple[np.ndarray, np.ndarray], share: float, much: float, many: float, random: np.random.Generator
) -> tuple[Arm, Arm]:
    """Real customers at random; of the treated some buy not, or some others do, for amounts that buyers spent."""
    y, x = base
    held = random.random(len(y)) < share
    treated, rate = y[~held].copy(), float((y != 0).mean())
    treated[random.random(len(treated)) >= many] = 0.0
    new = (treated == 0) & (random.random(len(treated)) < max(many - 1, 0) * rate / (1 - rate))
    treated[new] = random.choice(y[y != 0], new.sum())
    treated *= much
    return (moments_of(y[held], x[held]), y[held]), (moments_of(treated, x[~held]), treated)


def chosen(control: Arm, treated: Arm, _: np.random.Generator) -> Bounds:
    found = ESTIMATORS["difference_of_skewed_means"](relative=True).estimate(control[0], treated[0])  # type: ignore[call-arg]
    return (found.low, found.high) if isinstance(found, Estimate) else None


def amounts_alone(control: Arm, treated: Arm, random: np.random.Generator) -> Bounds:
    """As it was until 29 November 2026: any lift is one of amounts."""
    (left, y), (right, z) = control, treated
    alike = [
        (Moments(arm.n, {**arm.sums, "b": float(arm.n)}, arm.products, arm.cubes), values)
        for arm, values in ((left, y), (right, z))
    ]
    return chosen(*alike, random)


def fieller(control: Arm, treated: Arm, _: np.random.Generator) -> Bounds:
    top, bottom = ((arm.mean(), arm.variance() / arm.n) for arm, _ in (treated, control))
    found = ratio_bounds(top, bottom, float("inf"), 0.95)
    return found and (found[0] - 1, found[1] - 1)


def log_ratio(control: Arm, treated: Arm, _: np.random.Generator) -> Bounds:
    (left, _), (right, _) = control, treated
    if min(left.mean(), right.mean()) <= 0:
        return None
    error = sum(arm.variance() / arm.n / arm.mean() ** 2 for arm in (left, right)) ** 0.5
    ratio = right.mean() / left.mean()
    return ratio * np.exp(-Z * error) - 1, ratio * np.exp(Z * error) - 1


def bootstrap_t(control: Arm, treated: Arm, random: np.random.Generator) -> Bounds:
    """Of the logarithm of the ratio, resampled by Poisson's weights."""
    logs, errors, again, spreads = [], [], [], []
    for _, y in (control, treated):
        bought, n = y[y != 0], len(y)
        if not len(bought):
            return None
        weights = random.poisson(1.0, (RESAMPLED, len(bought)))
        means = np.maximum(weights @ bought / n, 1e-9)
        logs.append(np.log(y.mean()))
        errors.append(((bought**2).sum() / n - y.mean() ** 2) / n / y.mean() ** 2)
        again.append(np.log(means))
        spreads.append((weights @ bought**2 / n - means**2) / n / means**2)
    found, error = logs[1] - logs[0], sum(errors) ** 0.5
    low, high = np.quantile((again[1] - again[0] - found) / np.sqrt(spreads[0] + spreads[1]), [0.025, 0.975])
    return float(np.exp(found - high * error) - 1), float(np.exp(found - low * error) - 1)


METHODS: dict[str, Callable[[Arm, Arm, np.random.Generator], Bounds]] = {
    "**chosen: spread and skewness of both arms, by the share of buyers**": chosen,
    "the same, amounts alone lifted (before)": amounts_alone,
    "Fieller, each arm's variance (Koopman's score for means)": fieller,
    "logarithm of the ratio, delta method": log_ratio,
    "bootstrap-t of the logarithm": bootstrap_t,
}


def table(draws: int, random: np.random.Generator) -> Iterator[str]:
    """Rows of what held; bootstrap-t, which costs most, of a fifth of the draws."""
    yield f"| customers | held out | change | {' | '.join(METHODS)} |"
    yield "|---" * (len(METHODS) + 3) + "|"
    real = {}
    for name, (y, x) in bases().items():
        if "90 days" in name:  # like 28
            continue
        some = np.random.default_rng(1).permutation(len(y))[:MOST]
        real[name] = (y[some], x[some])
    for base in (None, *real):
        for share in (0.1, 0.5) if base is None else (0.1,):  # arms of one size differ little
            for effect, (much, many) in EFFECTS.items():
                missed = {name: [0, 0] for name in METHODS}
                for draw in range(draws):
                    arms = (
                        made(share, much, many, random)
                        if base is None
                        else split(real[base], share, much, many, random)
                    )
                    for name, method in METHODS.items():
                        if method is bootstrap_t and draw % 5:
                            continue
                        if found := method(*arms, random):
                            missed[name][0] += not found[0] <= much * many - 1 <= found[1]
                            missed[name][1] += 1
                cells = " | ".join(f"{1 - wrong / max(n, 1):.1%}" for wrong, n in missed.values())
                yield f"| {base or 'made, skewed amounts'} | {share:.0%} | {effect} | {cells} |"


if __name__ == "__main__":
    draws = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    rows = []
    for row in table(draws, np.random.default_rng(20261129)):
        print(row, flush=True)
        rows.append(row)
    write("relative", rows, f"{draws:,} draws", keep=draws >= 1000)
