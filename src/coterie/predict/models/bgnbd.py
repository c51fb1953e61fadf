"""BG/NBD: customers buy at random at their own rate, and after any order may leave for good.

Fader, Hardie and Lee (2005), "Counting Your Customers the Easy Way: An Alternative to the
Pareto/NBD Model", Marketing Science 24(2). Rates follow a gamma distribution (``r``,
``alpha``) over customers, the chance to leave after an order a beta (``a``, ``b``).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import numpy as np

from coterie.domain import NotEstimable
from coterie.predict.contract import TOO_SHORT, DataFloor, Fit, Histories, Numbers
from coterie.predict.maximizing import LogLikelihood, maximize

_NAMES = ("r", "alpha", "a", "b")
_NUDGE = 1e-5
_NODES = 32
_PILOT = 20_000


class BgNbd:
    """The BG/NBD model of orders."""

    name = "bgnbd"
    label = "BG/NBD"
    floor = DataFloor(customers=100, repeat_buyers=30, days=28)

    def fit(self, seen: Histories) -> Fit | NotEstimable:
        """The maximum-likelihood parameters ``r, alpha`` (weeks), ``a, b``."""
        if refusal := _too_little(seen, self.floor):
            return refusal
        # In units of the mean age the search is the same for hours and for years.
        unit = float(np.average(seen.age, weights=seen.weight))
        scaled = Histories(seen.repeats, seen.recency / unit, seen.age / unit, seen.weight)
        rate = float(np.average(seen.repeats, weights=seen.weight))
        starts = [np.array([r, r / rate, a, b]) for r in (0.3, 1.0) for a, b in ((0.5, 2.0), (0.1, 1.0), (1.0, 10.0))]
        if len(scaled) > 2 * _PILOT:
            starts = _pilot(scaled, starts)
        top = maximize(_log_likelihood(scaled), starts, seen.weight.sum())
        scale = np.array([1.0, unit, 1.0, 1.0])
        covariance = None if top.covariance is None else top.covariance * np.outer(scale, scale)
        errors = [None] * 4 if covariance is None else np.sqrt(np.diag(covariance)).tolist()
        # Densities of times carry their unit: each repeat order contributes 1/unit.
        shift = -np.log(unit) * float(seen.weight @ seen.repeats)
        return Fit(
            model=self.name,
            parameters=dict(zip(_NAMES, (top.parameters * scale).tolist(), strict=True)),
            standard_errors=dict(zip(_NAMES, errors, strict=True)),
            covariance=None if covariance is None else tuple(map(tuple, covariance.tolist())),
            log_likelihood=top.log_likelihood + shift,
            customers=seen.customers,
            converged=top.converged,
        )

    def alive(self, fit: Fit, seen: Histories) -> Numbers:
        """The probability to be still a customer; 1 for who never came back, by the model's own premise."""
        from scipy.special import expit

        return np.asarray(expit(-_leaving(fit, seen)), np.float64)

    def expected(self, fit: Fit, seen: Histories, weeks: float) -> Numbers:
        """Orders expected in the next ``weeks`` (equation 10 of the paper, by an Euler transformation)."""
        r, alpha, a, b = _parameters(fit)
        of_living = _expected_of_living(r + seen.repeats, alpha + seen.age, a, b + seen.repeats, weeks)
        return self.alive(fit, seen) * of_living

    def expected_of_new(self, fit: Fit, weeks: Numbers) -> Numbers:
        """Repeat orders expected of a new customer within ``weeks`` of the first (equation 9)."""
        r, alpha, a, b = _parameters(fit)
        return _expected_of_living(r, alpha, a, b, np.asarray(weeks, np.float64))

    def chances(self, fit: Fit, seen: Histories, weeks: float) -> Iterator[Numbers]:
        """The probability of exactly 0, 1, 2, … orders in the next ``weeks`` (equation 8, one count from the other)."""
        alive = self.alive(fit, seen)
        given_r, given_alpha, a, given_b = _parameters(fit)
        r, alpha, b = given_r + seen.repeats, given_alpha + seen.age, given_b + seen.repeats
        log_share, log_count = np.log(weeks / (alpha + weeks)), r * np.log(alpha / (alpha + weeks))
        beyond, staying, leaving = -np.expm1(log_count), np.ones(len(seen)), a / (a + b)
        yield 1 - alive + alive * np.exp(log_count)
        for orders in count(1):
            log_count = log_count + np.log((r + orders - 1) / orders) + log_share
            staying = staying * (b + orders - 1) / (a + b + orders - 1)
            yield alive * (staying * np.exp(log_count) + leaving * beyond)
            beyond = np.maximum(beyond - np.exp(log_count), 0)
            leaving = leaving * (b + orders - 1) / (a + b + orders)


def probability_of(r: Numbers, alpha: Numbers, a: float, b: Numbers, weeks: float, orders: int) -> Numbers:
    """The probability of exactly ``orders`` repeat orders in ``weeks`` of somebody alive at their start (equation 8).

    >>> float(np.round(probability_of(.243, 4.414, .793, 2.426, 39, 0), 4))
    0.5738
    """
    from scipy.special import betainc, betaln, gammaln

    share = weeks / (alpha + weeks)
    staying = betaln(a, b + orders) - betaln(a, b)
    counts = gammaln(r + orders) - gammaln(r) - gammaln(orders + 1) + r * np.log1p(-share)
    chance = np.exp(staying + counts + (orders * np.log(share) if orders else 0.0))
    if orders:
        leaving = np.exp(betaln(a + 1, b + orders - 1) - betaln(a, b))
        chance = chance + leaving * betainc(orders, r, share)
    return np.asarray(chance, np.float64)


def _too_little(seen: Histories, floor: DataFloor) -> NotEstimable | None:
    if seen.customers < floor.customers:
        return NotEstimable.because(
            "only {customers:,} in all ever placed an order",
            needs="{least:,} {least|customer|customers}",
            customers=seen.customers,
            least=floor.customers,
        )
    if seen.repeat_buyers < floor.repeat_buyers:
        return NotEstimable.because(
            "{again:,} of {customers:,} {customers|customer|customers} bought again",
            needs="{least:,} repeat {least|buyer|buyers}",
            again=seen.repeat_buyers,
            customers=seen.customers,
            least=floor.repeat_buyers,
        )
    days = round(7 * float(seen.age.max())) + 1
    if days < floor.days:
        return NotEstimable.because(TOO_SHORT, needs="{least:,} {least|day|days}", days=days, least=floor.days)
    return None


def _parameters(fit: Fit) -> tuple[float, float, float, float]:
    r, alpha, a, b = (fit.parameters[name] for name in _NAMES)
    return r, alpha, a, b


def _pilot(seen: Histories, starts: list[Numbers]) -> list[Numbers]:
    """A start next to the top, from a part of the histories; the full search then takes few steps."""
    step = len(seen) // _PILOT
    part = Histories(*(column[::step] for column in (seen.repeats, seen.recency, seen.age, seen.weight)))
    found = maximize(_log_likelihood(part), starts, part.weight.sum())
    return [found.parameters] if found.converged else starts


def _leaving(fit: Fit, seen: Histories) -> Numbers:
    """The logarithm of the odds of having left; -inf without repeat orders."""
    r, alpha, a, b = _parameters(fit)
    again = seen.repeats > 0
    silence = np.log((alpha + seen.age) / (alpha + seen.recency))
    odds = np.log(a) - np.log(b + np.where(again, seen.repeats, 1.0) - 1) + (r + seen.repeats) * silence
    return np.where(again, odds, -np.inf)


def _expected_of_living(
    r: Numbers | float, alpha: Numbers | float, a: float, b: Numbers | float, weeks: Numbers | float
) -> Numbers:
    """Orders expected of somebody alive with these parameters.

    Euler's transformation takes the count of orders out of the exponents of the
    hypergeometric function, so that nothing overflows for customers with hundreds of them.
    """
    from scipy.special import hyp2f1

    if abs(a - 1) < _NUDGE:  # a removable gap of the formula
        below = _expected_of_living(r, alpha, 1 - 2 * _NUDGE, b, weeks)
        return (below + _expected_of_living(r, alpha, 1 + 2 * _NUDGE, b, weeks)) / 2
    share = weeks / (alpha + weeks)
    c = np.asarray(a + b - 1, np.float64)
    c = np.where(np.abs(c - np.round(c)) + (c > 0.5) < _NUDGE, c + _NUDGE, c)  # poles of the function at 0, -1
    with np.errstate(over="ignore", invalid="ignore"):
        growth = np.exp((a - 1) * np.log1p(-share)) * hyp2f1(c - r, a - 1, c, share)
        closed = np.asarray(c / (a - 1) * (1 - growth), np.float64)
    if (fails := ~(np.isfinite(closed) & (closed >= 0))).any():
        some = [each[fails] for each in np.broadcast_arrays(r, alpha, b, weeks, closed)]
        closed = np.array(closed)
        closed[fails] = _integrated(some[0], some[1], some[2], some[3], a)
    return closed


def _integrated(r: Numbers, alpha: Numbers, b: Numbers, weeks: Numbers, a: float) -> Numbers:
    """The same by quadrature over the chance to leave, for parameters at the edge, where the closed form fails."""
    from scipy.special import betaincinv

    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    total = np.zeros(len(r))
    few, of_few = np.unique(b, return_inverse=True)  # b tells customers apart by their orders alone
    for node, weight in zip((nodes + 1) / 2, weights / 2, strict=True):
        leaving = np.maximum(betaincinv(a, few, node), 1e-12)[of_few]
        total = total - weight * np.expm1(-r * np.log1p(leaving * weeks / alpha)) / leaving
    return total


def _log_likelihood(seen: Histories) -> LogLikelihood:
    """The log-likelihood (equation 6) and its gradient in r, alpha, a, b.

    What depends on the count, the age or the recency alone is computed once for each
    distinct value; only repeat buyers need a term of their own.
    """
    from scipy.special import digamma, gammaln

    weight = seen.weight
    total = float(weight.sum())
    counts, count_of = np.unique(seen.repeats, return_inverse=True)
    count_weight = np.bincount(count_of, weight)
    ages, age_of = np.unique(seen.age, return_inverse=True)
    age_weight, age_repeats = np.bincount(age_of, weight), np.bincount(age_of, weight * seen.repeats)
    again = np.flatnonzero(seen.repeats > 0)
    times, time_of = np.unique(seen.recency[again], return_inverse=True)
    age_of, count_of = age_of[again], count_of[again]
    repeats, weight = seen.repeats[again], weight[again]

    def function(parameters: Numbers) -> tuple[float, Numbers]:
        r, alpha, a, b = parameters
        log_age, log_time = np.log(alpha + ages), np.log(alpha + times)
        silence = log_age[age_of] - log_time[time_of]
        odds = np.log(a) - np.log(np.maximum(b + counts - 1, 1e-300))[count_of] + (r + repeats) * silence
        small = np.exp(-np.abs(odds))
        left = np.where(odds > 0, 1.0, small) / (1 + small)  # the chance to have left
        by_count = gammaln(r + counts) + gammaln(b + counts) - gammaln(a + b + counts)
        value = (
            count_weight @ by_count
            + total * (r * np.log(alpha) - gammaln(r) + gammaln(a + b) - gammaln(b))
            - r * (age_weight @ log_age)
            - age_repeats @ log_age
            + weight @ (np.maximum(odds, 0) + np.log1p(small))
        )
        gone = weight * left
        by_age = np.bincount(age_of, gone * (r + repeats), len(ages))
        by_time = np.bincount(time_of, gone * (r + repeats), len(times))
        by_gone = np.bincount(count_of, gone, len(counts))
        both = count_weight @ digamma(a + b + counts)
        gradient = np.array(
            [
                count_weight @ digamma(r + counts)
                + total * (np.log(alpha) - digamma(r))
                - age_weight @ log_age
                + gone @ silence,
                total * r / alpha
                - (r * age_weight + age_repeats - by_age) @ (1 / (alpha + ages))
                - by_time @ (1 / (alpha + times)),
                total * digamma(a + b) - both + gone.sum() / a,
                total * (digamma(a + b) - digamma(b))
                + count_weight @ digamma(b + counts)
                - both
                - by_gone[counts > 0] @ (1 / (b + counts[counts > 0] - 1)),
            ]
        )
        return float(value), gradient

    return function


MODEL = BgNbd()
