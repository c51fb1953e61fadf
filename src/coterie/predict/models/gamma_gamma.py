"""Gamma-Gamma: each customer's orders vary around a mean of their own, which varies over customers.

Fader and Hardie (2013), "The Gamma-Gamma Model of Monetary Value". ``p`` shapes the orders
of one customer, ``q`` and ``v`` the means over customers. It assumes that how much an order
is worth has nothing to do with how often one orders.
"""

from __future__ import annotations

import numpy as np

from coterie.domain import NotEstimable
from coterie.predict.contract import DataFloor, Fit, Numbers, Spends
from coterie.predict.maximizing import ENDLESS, LogLikelihood, maximize

_NAMES = ("p", "q", "v")


class GammaGamma:
    """The Gamma-Gamma model of order value."""

    name = "gamma_gamma"
    label = "Gamma-Gamma"
    floor = DataFloor(customers=0, repeat_buyers=30)

    def fit(self, seen: Spends) -> Fit | NotEstimable:
        """The maximum-likelihood parameters ``p``, ``q`` and ``v`` (in money)."""
        if len(seen) < self.floor.repeat_buyers:
            return NotEstimable.because(
                "customers who have repeat orders with a value above zero: {count:,}",
                needs="{least:,} of them",
                count=len(seen),
                least=self.floor.repeat_buyers,
            )
        if seen.mean.std() <= 1e-9 * seen.mean.mean():
            return _one_price(seen)
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

        It divides by ``p * repeats + q - 1``. NaN where that cannot be told from nothing
        (within two standard errors of ``q``): the mean is then not finite, or as good as unknown.
        """
        p, q, v = (fit.parameters[name] for name in _NAMES)
        below = p * repeats + q - 1
        is_known = below > 2 * (fit.standard_errors.get("q") or 0.0)
        return np.where(is_known, p * (v + repeats * mean) / np.where(is_known, below, 1.0), np.nan)

    def interval(self, fit: Fit, repeats: Numbers, mean: Numbers, share: float) -> tuple[Numbers, Numbers]:
        """Bounds that hold ``share`` of customers' true mean order values, given theirs (inverse-gamma quantiles)."""
        from scipy.special import gammaincinv

        p, q, v = (fit.parameters[name] for name in _NAMES)
        shape, rate = p * repeats + q, p * (v + repeats * mean)
        tail = (1 - share) / 2
        return rate / gammaincinv(shape, 1 - tail), rate / gammaincinv(shape, tail)


def _one_price(seen: Spends) -> Fit:
    """Every order is worth the same: the limit in which nothing varies, at which everybody is expected to pay that."""
    p = q = ENDLESS
    price = float(seen.mean.mean())
    parameters = {"p": p, "q": q, "v": price * (q - 1) / p}
    value, _ = _log_likelihood(seen)(np.array(list(parameters.values())))
    return Fit(
        model=GammaGamma.name,
        parameters=parameters,
        standard_errors=dict.fromkeys(_NAMES),
        log_likelihood=value,
        customers=len(seen),
        converged=False,
    )


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
