"""Gamma-Gamma: each customer's orders vary around a mean of their own, which varies over customers.

Fader and Hardie (2013), "The Gamma-Gamma Model of Monetary Value". ``p`` shapes the orders
of one customer, ``q`` and ``v`` the means over customers. It assumes that how much an order
is worth has nothing to do with how often one orders.
"""

from __future__ import annotations

import numpy as np

from coterie.domain import NotEstimable
from coterie.predict.contract import DataFloor, Fit, Numbers, Spends
from coterie.predict.maximizing import LogLikelihood, maximize

_NAMES = ("p", "q", "v")


class GammaGamma:
    """The Gamma-Gamma model of order value."""

    name = "gamma_gamma"
    label = "Gamma-Gamma"
    floor = DataFloor(customers=0, repeat_buyers=30)

    def fit(self, seen: Spends) -> Fit | NotEstimable:
        """The maximum-likelihood parameters ``p``, ``q`` and ``v`` (in money)."""
        if len(seen) < self.floor.repeat_buyers:
            reason = f"{len(seen)} customers have repeat orders with a value above zero"
            return NotEstimable(reason, needs=f"{self.floor.repeat_buyers} of them")
        if seen.mean.std() <= 1e-9 * seen.mean.mean():
            return NotEstimable("every customer's orders have the same value", needs="order values that differ")
        unit = float(np.average(seen.mean, weights=seen.repeats))
        starts = [np.array([p, q, max(q - 1, 0.5) / p]) for p in (1.0, 5.0) for q in (2.0, 4.0, 10.0)]
        top = maximize(_log_likelihood(Spends(seen.repeats, seen.mean / unit)), starts, float(len(seen)))
        scale = np.array([1.0, 1.0, unit])
        covariance = None if top.covariance is None else top.covariance * np.outer(scale, scale)
        errors = [None] * 3 if covariance is None else np.sqrt(np.diag(covariance)).tolist()
        return Fit(
            model=self.name,
            parameters=dict(zip(_NAMES, (top.parameters * scale).tolist(), strict=True)),
            standard_errors=dict(zip(_NAMES, errors, strict=True)),
            covariance=None if covariance is None else tuple(map(tuple, covariance.tolist())),
            log_likelihood=top.log_likelihood - np.log(unit) * len(seen),
            customers=len(seen),
            converged=top.converged,
        )

    def expected(self, fit: Fit, repeats: Numbers, mean: Numbers) -> Numbers:
        """The order value expected of each: the population's mean, drawn to their own as repeat orders add up.

        NaN for customers without repeat orders when ``q`` is 1 or less: the population then
        has no mean.
        """
        p, q, v = (fit.parameters[name] for name in _NAMES)
        below = p * repeats + q - 1
        return np.where(below > 0, p * (v + repeats * mean) / np.where(below > 0, below, 1.0), np.nan)

    def interval(self, fit: Fit, repeats: Numbers, mean: Numbers, share: float) -> tuple[Numbers, Numbers]:
        """Bounds that hold ``share`` of customers' true mean order values, given theirs (inverse-gamma quantiles)."""
        from scipy.special import gammaincinv

        p, q, v = (fit.parameters[name] for name in _NAMES)
        shape, rate = p * repeats + q, p * (v + repeats * mean)
        tail = (1 - share) / 2
        return rate / gammaincinv(shape, 1 - tail), rate / gammaincinv(shape, tail)


def _log_likelihood(seen: Spends) -> LogLikelihood:
    """The log-likelihood (equation 1a of the paper) and its gradient in p, q, v."""
    from scipy.special import digamma, gammaln

    x, mean = seen.repeats, seen.mean
    counts, customers = np.unique(x, return_counts=True)
    total = x * mean
    log_total, log_mean = np.log(total), np.log(mean)
    constant = float(x @ np.log(x))

    def function(parameters: Numbers) -> tuple[float, Numbers]:
        p, q, v = parameters
        log_all = np.log(total + v)
        value = (
            customers @ (gammaln(p * counts + q) - gammaln(p * counts))
            + len(x) * (q * np.log(v) - gammaln(q))
            + p * (x @ log_mean)
            - log_mean.sum()
            + p * constant
            - (p * x + q) @ log_all
        )
        shaped = digamma(p * counts + q)
        gradient = np.array(
            [
                customers @ (counts * (shaped - digamma(p * counts))) + x @ (log_total - log_all),
                customers @ shaped + len(x) * (np.log(v) - digamma(q)) - log_all.sum(),
                len(x) * q / v - (p * x + q) @ (1 / (total + v)),
            ]
        )
        return float(value), gradient

    return function


MODEL = GammaGamma()
