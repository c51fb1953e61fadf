"""Gamma-Gamma: each customer's orders vary around a mean of their own, which varies over customers.

Fader and Hardie (2013), "The Gamma-Gamma Model of Monetary Value". ``p`` shapes the orders
of one customer, ``q`` and ``v`` the means over customers. It assumes that how much an order
is worth has nothing to do with how often one orders. Where customers do not differ by more than
chance, ``q`` runs beyond all bounds and everybody's mean is the common one.
"""

from __future__ import annotations

import numpy as np

from coterie.domain import NotEstimable
from coterie.predict.contract import DataFloor, Fit, Numbers, Spends
from coterie.predict.maximizing import ENDLESS, LogLikelihood, maximize

_NAMES = ("p", "q", "v")
_ALIKE = 2.71
_EDGE = float(np.log(ENDLESS))


class GammaGamma:
    """The Gamma-Gamma model of order value."""

    name = "gamma_gamma"
    label = "Gamma-Gamma"
    floor = DataFloor(customers=0, repeat_buyers=30)

    def fit(self, seen: Spends) -> Fit | NotEstimable:
        """The maximum-likelihood parameters ``p``, ``q`` and ``v`` (in money).

        Customers alike (twice the gain in log-likelihood over one common mean is below 2.71, the 5 % point at this
        edge of the parameters) are fitted with that mean: ``q`` is then ``ENDLESS``, without standard errors.
        """
        if len(seen) < self.floor.repeat_buyers:
            return NotEstimable.because(
                "customers who have repeat orders with a value above zero: {count:,}",
                needs="{least:,} of them",
                count=len(seen),
                least=self.floor.repeat_buyers,
            )
        unit = float(np.average(seen.mean, weights=seen.repeats))
        common = _alike(seen, unit)
        if seen.mean.std() <= 1e-9 * seen.mean.mean():
            return common
        starts = [np.array([p, q, max(q - 1, 0.5) / p]) for p in (1.0, 5.0) for q in (2.0, 4.0, 10.0)]
        top = maximize(_log_likelihood(Spends(seen.repeats, seen.mean / unit)), starts, float(len(seen)))
        if 2 * (top.log_likelihood - np.log(unit) * len(seen) - common.log_likelihood) < _ALIKE:
            return common
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

        It divides by ``p * repeats + q - 1``. NaN where the mean may as well not be finite: where with
        ``q`` two standard errors lower (of its logarithm) the divisor is below a quarter of itself.
        """
        p, q, v = (fit.parameters[name] for name in _NAMES)
        lower = q * np.exp(-2 * (fit.standard_errors.get("q") or 0.0) / q)
        below = p * repeats + q - 1
        is_known = (below > 0) & (p * repeats + lower - 1 >= below / 4)
        return np.where(is_known, p * (v + repeats * mean) / np.where(is_known, below, 1.0), np.nan)

    def interval(self, fit: Fit, repeats: Numbers, mean: Numbers, share: float) -> tuple[Numbers, Numbers]:
        """Bounds that hold ``share`` of customers' true mean order values, given theirs (inverse-gamma quantiles)."""
        from scipy.special import gammaincinv

        p, q, v = (fit.parameters[name] for name in _NAMES)
        shape, rate = p * repeats + q, p * (v + repeats * mean)
        tail = (1 - share) / 2
        return rate / gammaincinv(shape, 1 - tail), rate / gammaincinv(shape, tail)


def _alike(seen: Spends, mean: float) -> Fit:
    """The limit in which customers do not differ: orders vary around one mean, and everybody is expected to pay that."""
    from scipy.optimize import minimize_scalar
    from scipy.special import gammaln

    x, share = seen.repeats, seen.mean / mean

    def loss(log_shape: float) -> float:
        shape = np.exp(log_shape) * x
        return -float((shape * np.log(shape) - gammaln(shape) + (shape - 1) * np.log(share) - shape * share).sum())

    top = minimize_scalar(loss, bounds=(-_EDGE, _EDGE), method="bounded", options={"xatol": 1e-6})
    p = float(np.exp(top.x))
    return Fit(
        model=GammaGamma.name,
        parameters={"p": p, "q": ENDLESS, "v": mean * (ENDLESS - 1) / p},
        standard_errors=dict.fromkeys(_NAMES),
        log_likelihood=-float(top.fun) - float(np.log(mean)) * len(seen),
        customers=len(seen),
        converged=True,
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
