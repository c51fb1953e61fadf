"""CUPED for ratio metrics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pydantic import Field

from coterie.domain import NotEstimable, Readout
from coterie.measure.contract import EstimatorSettings, too_few
from coterie.measure.intervals import interval, relative_interval, welch_degrees
from coterie.measure.moments import Moments


@dataclass(frozen=True)
class _Linear:
    """One arm's ratios after and before, and the (co)variances of their linearised forms."""

    now: float
    before: float
    variance: float
    shared: float
    spread: float


def _linear(arm: Moments) -> _Linear:
    now, before = arm.sums["y"] / arm.sums["d"], arm.sums["x"] / arm.sums["e"]
    d, e, cov = arm.mean("d"), arm.mean("e"), arm.covariance
    return _Linear(
        now,
        before,
        (cov("y", "y") - 2 * now * cov("y", "d") + now**2 * cov("d", "d")) / d**2,
        (cov("y", "x") - before * cov("y", "e") - now * cov("d", "x") + now * before * cov("d", "e")) / (d * e),
        (cov("x", "x") - 2 * before * cov("x", "e") + before**2 * cov("e", "e")) / e**2,
    )


class CupedRatio(EstimatorSettings):
    """Difference of y/d adjusted for the same ratio x/e before the exposure, by the delta method.

    >>> CupedRatio().variables
    ('y', 'd', 'x', 'e')
    """

    variables: ClassVar[tuple[str, ...]] = ("y", "d", "x", "e")
    design: ClassVar[str] = "customers were assigned to arms at random, and x and e were settled before the exposure"

    relative: bool = Field(False, description="Divide the difference by the control's ratio.")

    def estimate(self, control: Moments, treated: Moments) -> Readout:
        """Adjusted difference of ratios, absolute or relative."""
        if refusal := too_few(control, treated, at_least=3):
            return refusal
        if min(arm.sums[v] for arm in (control, treated) for v in ("d", "e")) <= 0:
            return NotEstimable("a denominator of an arm is 0", needs="something to divide by in both arms and periods")
        a, b = _linear(control), _linear(treated)
        spread = a.spread * control.n + b.spread * treated.n
        slope = (a.shared * control.n + b.shared * treated.n) / spread if spread > 0 else 0.0
        va, vb = (arm.variance - 2 * slope * arm.shared + slope**2 * arm.spread for arm in (a, b))
        value = b.now - a.now - slope * (b.before - a.before)
        variance = va / control.n + vb / treated.n
        if variance <= 0:
            return NotEstimable("the ratio does not vary beyond its past", needs="outcomes that vary")
        n = control.n + treated.n
        degrees = welch_degrees((va, control.n), (vb, treated.n))
        method = "difference of ratios adjusted for the past (CUPED, delta method)"
        if not self.relative:
            return interval(value, variance, degrees, method=method, confidence=self.confidence, unit=self.unit, n=n)
        return relative_interval(
            (value, variance),
            (a.now, a.variance / control.n),
            degrees,
            shared=-(a.variance - slope * a.shared) / control.n,
            method=f"relative {method}",
            confidence=self.confidence,
            unit=self.unit,
            n=n,
        )
