"""The highest point of a log-likelihood, and how sharp it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from coterie.predict.contract import Numbers

LogLikelihood = Callable[[Numbers], tuple[float, Numbers]]
"""Positive parameters → log-likelihood and its gradient in them."""

_STEP = 1e-5


@dataclass(frozen=True)
class Maximum:
    """The parameters of a maximum, their covariance (None at an edge) and whether the gradient is nil there."""

    parameters: Numbers
    covariance: Numbers | None
    log_likelihood: float
    converged: bool


def maximize(function: LogLikelihood, starts: Iterable[Numbers], observations: float) -> Maximum:
    """The maximum of ``function`` over positive parameters, from the best of ``starts``.

    Quasi-Newton steps on the logarithms of the parameters, finished by Newton steps on
    the curvature, which is differenced from the analytic gradient. A search that does not
    arrive goes on from the next start. No prior and no penalty: this is the maximum of the
    likelihood itself.
    """
    from scipy.optimize import minimize

    def descent(logs: Numbers) -> tuple[float, Numbers]:
        parameters = np.exp(logs)
        value, gradient = function(parameters)
        return -value / observations, -gradient * parameters / observations

    ranked = sorted((np.log(start) for start in starts), key=lambda logs: descent(logs)[0])
    best: Maximum | None = None
    for start in ranked:
        with np.errstate(over="ignore", invalid="ignore"):
            found = minimize(descent, start, jac=True, method="L-BFGS-B", bounds=[(-16, 16)] * len(start))
        reached = _finish(descent, found.x, observations)
        if best is None or reached.log_likelihood > best.log_likelihood + 1e-6:
            best = reached
        if best.converged:
            break
    assert best is not None  # noqa: S101
    return best


def _finish(descent: LogLikelihood, logs: Numbers, observations: float) -> Maximum:
    curvature = np.full((len(logs), len(logs)), np.nan)
    for _ in range(6):
        value, slope = descent(logs)
        curvature = _curvature(descent, logs)
        if not np.isfinite(curvature).all() or np.linalg.eigvalsh(curvature).min() <= 1e-12:
            return Maximum(np.exp(logs), None, -value * observations, converged=False)
        step = np.linalg.solve(curvature, slope)
        if np.abs(step).max() < 1e-7:
            break
        if descent(logs - step)[0] > value + 1e-12:
            break
        logs = logs - step
    value, slope = descent(logs)
    parameters = np.exp(logs)
    covariance = np.linalg.inv(curvature) / observations * np.outer(parameters, parameters)
    is_inside = bool(np.abs(logs).max() < 15)
    return Maximum(
        parameters,
        covariance if is_inside else None,
        -value * observations,
        converged=is_inside and bool(np.abs(slope).max() < 1e-6),
    )


def _curvature(descent: LogLikelihood, logs: Numbers) -> Numbers:
    rows = [(descent(logs + move)[1] - descent(logs - move)[1]) / (2 * _STEP) for move in np.eye(len(logs)) * _STEP]
    found = np.array(rows)
    return (found + found.T) / 2
