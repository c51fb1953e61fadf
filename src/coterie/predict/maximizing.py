"""The highest point of a log-likelihood, and how sharp it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coterie.predict.contract import Numbers

LogLikelihood = Callable[[Numbers], tuple[float, Numbers]]
"""Positive parameters → log-likelihood and its gradient in them."""

_STEP = 1e-5
_EDGE = 11.0
"""Logarithm beyond which a parameter cannot be told from zero or from endless."""

_NEAR = _EDGE - 0.5

ENDLESS = float(np.exp(_EDGE))
"""A parameter at that edge."""

_FLAT = 1e-12
_UNTOLD = 1e-6
"""Curvature, for each observation, below which the data say nothing about a parameter."""

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
    curvature = _curvature(descent, logs)
    if not np.isfinite(curvature).all():
        return Maximum(np.exp(logs), None, -descent(logs)[0] * observations, converged=False)
    if np.linalg.eigvalsh(curvature).min() > _FLAT:
        logs = _climbed(descent, logs, np.ones(len(logs), bool))
        spread = np.linalg.inv(curvature) / observations
        # Towards an edge the likelihood is flat: the gradient is nil there and says nothing.
        if np.abs(logs).max() < _NEAR and spread.diagonal().max() < _WIDEST**2:
            parameters, (value, slope) = np.exp(logs), descent(logs)
            covariance = spread * np.outer(parameters, parameters)
            return Maximum(parameters, covariance, -value * observations, converged=bool(np.abs(slope).max() < 1e-6))
    logs = _at_the_edge(descent, logs)
    return Maximum(np.exp(logs), None, -descent(logs)[0] * observations, converged=False)


def _at_the_edge(descent: LogLikelihood, logs: Numbers) -> Numbers:
    """The top where the data tell fewer things than there are parameters: one at its edge for each thing untold.

    Where a search stops on flat ground is a matter of rounding, which differs from
    processor to processor; the edge and the maximum of the others do not.
    """
    free = np.ones(len(logs), bool)
    while free.any():
        near = free & (np.abs(logs) >= _NEAR)
        if near.any():
            free &= ~near
            # With one at its edge the others have another top: judged before they are there, a small way left would count as a loss.
            ends = _climbed(descent, np.where(near, np.sign(logs) * _EDGE, logs), free)
            if descent(ends)[0] <= descent(logs)[0] + _UNTOLD:
                logs = ends
            continue
        logs = _climbed(descent, logs, free)
        if (np.abs(logs[free]) >= _NEAR).any():
            continue
        value, slope = descent(logs)
        told = _curvature(descent, logs)[np.ix_(free, free)]
        if not np.isfinite(told).all():
            break
        curvature, directions = np.linalg.eigh(told)
        if curvature[0] > _UNTOLD:
            break
        along = np.zeros(len(logs))
        along[free] = -directions[:, 0] * (np.sign(slope[free] @ directions[:, 0]) or 1.0)
        with np.errstate(divide="ignore"):
            reach = np.where(along == 0, np.inf, (_EDGE - np.sign(along) * logs) / np.abs(along))
        first = int(reach.argmin())
        moved = np.clip(logs + max(reach[first], 0.0) * along, -_EDGE, _EDGE)
        free[first] = False
        if descent(moved)[0] <= value + _UNTOLD:
            logs = moved
    return logs


def _climbed(descent: LogLikelihood, logs: Numbers, free: NDArray[np.bool_]) -> Numbers:
    """The top over the ``free`` parameters, by Newton steps from nearby: one curvature serves them all."""
    curvature = _curvature(descent, logs)[np.ix_(free, free)]
    if not free.any() or not np.isfinite(curvature).all() or np.linalg.eigvalsh(curvature).min() <= _FLAT:
        return logs
    value, slope = descent(logs)
    for _ in range(20):
        step = np.linalg.solve(curvature, slope[free])
        if np.abs(step).max() < 1e-8:
            break
        moved = logs.copy()
        moved[free] = np.clip(logs[free] - step, -_EDGE, _EDGE)
        next_value, next_slope = descent(moved)
        if not next_value <= value + 1e-9:  # sums of large terms round off more than the last steps win
            break
        logs, value, slope = moved, next_value, next_slope
    return logs


def _curvature(descent: LogLikelihood, logs: Numbers) -> Numbers:
    rows = [(descent(logs + move)[1] - descent(logs - move)[1]) / (2 * _STEP) for move in np.eye(len(logs)) * _STEP]
    found = np.array(rows)
    return (found + found.T) / 2
