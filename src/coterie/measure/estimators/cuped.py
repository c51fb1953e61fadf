"""CUPED: the outcome relieved of what was known before."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from coterie.domain import NotEstimable, Readout
from coterie.measure.contract import EstimatorSettings, too_few
from coterie.measure.intervals import interval, relative_interval, welch_degrees
from coterie.measure.moments import Moments, adjusted_variance, pooled_slope


class Cuped(EstimatorSettings):
    """Difference of means after taking off what ``x``, known before the exposure, explains.

    Deng, Xu, Kohavi, Walker 2013; the slope is estimated within arms and shared by them.
    With ``relative`` the difference is divided by the control's unadjusted mean, its
    variance by the delta method with the covariance of the two.

    >>> moments = Moments(3, {"y": 6.0, "x": 3.0}, {("y", "y"): 14.5, ("y", "x"): 8.0, ("x", "x"): 5.0})
    >>> Cuped().estimate(moments, moments).value
    0.0
    """

    variables: ClassVar[tuple[str, ...]] = ("y", "x")
    design: ClassVar[str] = "customers were assigned to arms at random, and x was settled before the exposure"

    relative: bool = Field(False, description="Divide the difference by the control's mean.")

    def estimate(self, control: Moments, treated: Moments) -> Readout:
        """Adjusted difference, absolute or relative."""
        if refusal := too_few(control, treated, at_least=3):
            return refusal
        slope = pooled_slope(control, treated)
        difference = treated.mean() - control.mean() - slope * (treated.mean("x") - control.mean("x"))
        va, vb = adjusted_variance(control, slope), adjusted_variance(treated, slope)
        variance = va / control.n + vb / treated.n
        if variance <= 0:
            return NotEstimable("the outcome does not vary beyond the covariate", needs="outcomes that vary")
        n = control.n + treated.n
        degrees = welch_degrees((va, control.n), (vb, treated.n))
        if not self.relative:
            return interval(
                difference,
                variance,
                degrees,
                method="difference adjusted for the past (CUPED)",
                confidence=self.confidence,
                unit=self.unit,
                n=n,
            )
        return relative_interval(
            (difference, variance),
            (control.mean(), control.variance() / control.n),
            degrees,
            shared=-(control.variance() - slope * control.covariance("y", "x")) / control.n,
            method="relative difference adjusted for the past (CUPED, delta method)",
            confidence=self.confidence,
            unit=self.unit,
            n=n,
        )
