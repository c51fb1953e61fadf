"""Ranges of what a single customer may do and of the sums of a forecast, later money counted for less."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from coterie.predict.contract import Fit, Histories, Numbers, OrderModel, Spends
from coterie.predict.record import Holdout, HoldoutRefused

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


_STEP = 1e-3
_MOST = 20_000
"""Histories from which the effect of the parameters is read; a share of the total needs no more."""


@dataclass(frozen=True)
class Range:
    """The total of orders and of value, as factors on their forecasts: ``orders`` and ``value``, low and high."""

    orders: tuple[float, float]
    value: tuple[float, float]


def total_range(
    model: OrderModel,
    fit: Fit,
    seen: Histories,
    spends: Spends,
    *,
    weeks: float,
    tested: Holdout | HoldoutRefused,
    interval: float,
) -> Range:
    """The range that holds ``interval`` of the chance, of three errors that add up as squares.

    Those of the estimated parameters, of what single customers happen to do, and of the model
    itself, taken to be as large as its miss of the total on the holdout, and growing with the horizon beyond it;
    where there was none, only the first two. The value has the error of the mean order besides, and varies by the more
    by chance the less alike orders are in value. Bounds are those of a
    logarithm, so they stay above nothing.
    """
    from scipy.special import ndtri

    expected = model.expected(fit, seen, weeks)
    total = float(seen.weight @ expected)
    if total <= 0:
        return Range((1.0, 1.0), (1.0, 1.0))
    # A customer's count varies by more than its mean, for nobody knows the own rate: about as its mean and square.
    of_rates, of_counts = float(seen.weight @ expected**2) / total**2, 1 / total
    variance = _of_parameters(model, fit, seen, weeks) + of_rates + _of_model(tested, weeks)
    of_value = variance + of_counts * _unlike(spends) + _of_mean(spends)
    tail = float(ndtri((1 + interval) / 2))
    return Range(_factors(variance + of_counts, tail), _factors(of_value, tail))


def _factors(variance: float, tail: float) -> tuple[float, float]:
    reach = float(np.exp(tail * np.sqrt(variance)))
    return 1 / reach, reach


def _of_model(tested: Holdout | HoldoutRefused, weeks: float) -> float:
    if not isinstance(tested, Holdout) or tested.model.bias is None:
        return 0.0
    return float(np.log(max(1 + tested.model.bias, 0.01)) ** 2) * max(1.0, weeks / tested.weeks)


def _unlike(spends: Spends) -> float:
    """By how much more a total of so many orders varies where each is worth another amount: the mean square over that of the mean."""
    return float(np.mean(spends.mean**2) / spends.mean.mean() ** 2) if len(spends) else 1.0


def _of_mean(spends: Spends) -> float:
    if len(spends) < 2:
        return 0.0
    mean = float(np.average(spends.mean, weights=spends.repeats))
    share = spends.repeats / spends.repeats.sum()
    return float(share**2 @ (spends.mean - mean) ** 2) / mean**2


def _of_parameters(model: OrderModel, fit: Fit, seen: Histories, weeks: float) -> float:
    """The relative variance of the total by the covariance of the parameters' logarithms (delta method)."""
    if fit.covariance is None:
        return 0.0
    step = len(seen) // _MOST + 1
    some = Histories(*(column[::step] for column in (seen.repeats, seen.recency, seen.age, seen.weight)))
    names = list(fit.parameters)
    values = np.array([fit.parameters[name] for name in names])

    def total(place: int, move: float) -> float:
        moved = values * np.exp(move * (np.arange(len(values)) == place))
        other = fit.model_copy(update={"parameters": dict(zip(names, moved.tolist(), strict=True))})
        return float(some.weight @ model.expected(other, some, weeks))

    slope = [np.log(total(place, _STEP) / total(place, -_STEP)) / (2 * _STEP) for place in range(len(values))]
    covariance = np.array(fit.covariance) / np.outer(values, values)
    return float(np.array(slope) @ covariance @ np.array(slope))
