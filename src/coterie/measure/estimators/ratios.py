"""Ratio metrics, whose denominator is random too, by the delta method."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from coterie.domain import NotEstimable, Readout
from coterie.measure.contract import EstimatorSettings, too_few
from coterie.measure.intervals import interval, relative_interval, welch_degrees
from coterie.measure.moments import Moments


def _spread(arm: Moments, ratio: float) -> float:
    """Variance per profile of the linearised ratio."""
    middle = arm.mean("d")
    spread = arm.variance("y") - 2 * ratio * arm.covariance("y", "d") + ratio**2 * arm.variance("d")
    return max(spread, 0.0) / middle**2


class DifferenceOfRatios(EstimatorSettings):
    """sum(y)/sum(d) of the treated minus that of the control, the profile being the unit assigned.

    Average order value is one: y revenue, d orders (Deng, Knoblich, Lu 2018). With
    ``relative`` the difference is divided by the control's ratio.

    >>> arm = Moments(3, {"y": 9.0, "d": 6.0}, {("y", "y"): 35.0, ("y", "d"): 20.0, ("d", "d"): 14.0})
    >>> DifferenceOfRatios().estimate(arm, arm).value
    0.0
    """

    variables: ClassVar[tuple[str, ...]] = ("y", "d")
    design: ClassVar[str] = "customers, not orders or messages, were assigned to arms at random"

    relative: bool = Field(False, description="Divide the difference by the control's ratio.")

    def estimate(self, control: Moments, treated: Moments) -> Readout:
        """Difference of two ratios of sums."""
        if refusal := too_few(control, treated):
            return refusal
        if min(control.sums["d"], treated.sums["d"]) <= 0:
            return NotEstimable("the denominator of an arm is 0", needs="something to divide by in both arms")
        ra, rb = control.sums["y"] / control.sums["d"], treated.sums["y"] / treated.sums["d"]
        va, vb = _spread(control, ra), _spread(treated, rb)
        variance = va / control.n + vb / treated.n
        if variance == 0:
            return NotEstimable("the ratio of every customer is the same", needs="outcomes that vary")
        n = control.n + treated.n
        degrees = welch_degrees((va, control.n), (vb, treated.n))
        if not self.relative:
            method = "difference of ratios (delta method, by customer)"
            return interval(rb - ra, variance, degrees, method=method, confidence=self.confidence, unit=self.unit, n=n)
        return relative_interval(
            (rb - ra, variance),
            (ra, va / control.n),
            degrees,
            shared=-va / control.n,
            method="relative difference of ratios (delta method, by customer)",
            confidence=self.confidence,
            unit=self.unit,
            n=n,
        )
