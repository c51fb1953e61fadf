"""The highest point of a log-likelihood, and how sharp it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from coterie.predict.contract import Numbers

LogLikelihood = Callable[[Numbers], tuple[float, Numbers]]
"""Positive parameters → log-likelihood and its gradient in them."""

_STEP = 1e-5
_EDGE = 11.0
"""Logarithm beyond which a parameter cannot be told from zero or from endless."""

ENDLESS = float(np.exp(_EDGE))
"""A parameter at that edge."""

_WIDEST = 3.0
"""Standard error of a logarithm beyond which a parameter is as good as unknown."""


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
            found = minimize(descent, start, jac=True, method="L-BFGS-B", bounds=[(-_EDGE, _EDGE)] * len(start))
        reached = _finish(descent, found.x, observations)
        is_edge_again = best is not None and abs(reached.log_likelihood - best.log_likelihood) < 0.01
        if best is None or reached.log_likelihood > best.log_likelihood + 1e-6:
            best = reached
        if best.converged or is_edge_again:
            break
    assert best is not None  # noqa: S101
    return best


def _finish(descent: LogLikelihood, logs: Numbers, observations: float) -> Maximum:
    value, slope = descent(logs)
    curvature = _curvature(descent, logs)
    if not np.isfinite(curvature).all() or np.linalg.eigvalsh(curvature).min() <= 1e-12:
        return Maximum(np.exp(logs), None, -value * observations, converged=False)
    # The search ends so near the top that one curvature serves all remaining steps.
    for _ in range(20):
        step = np.linalg.solve(curvature, slope)
        if np.abs(step).max() < 1e-8:
            break
        moved = np.clip(logs - step, -_EDGE, _EDGE)
        next_value, next_slope = descent(moved)
        if not next_value <= value + 1e-12:
            break
        logs, value, slope = moved, next_value, next_slope
    parameters = np.exp(logs)
    spread = np.linalg.inv(curvature) / observations
    # Towards an edge the likelihood is flat: the gradient is nil there and says nothing.
    is_inside = bool(np.abs(logs).max() < _EDGE - 0.5 and spread.diagonal().max() < _WIDEST**2)
    return Maximum(
        parameters,
        spread * np.outer(parameters, parameters) if is_inside else None,
        -value * observations,
        converged=is_inside and bool(np.abs(slope).max() < 1e-6),
    )


def _curvature(descent: LogLikelihood, logs: Numbers) -> Numbers:
    rows = [(descent(logs + move)[1] - descent(logs - move)[1]) / (2 * _STEP) for move in np.eye(len(logs)) * _STEP]
    found = np.array(rows)
    return (found + found.T) / 2
