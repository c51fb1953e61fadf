"""Difference of two means of a skewed amount, such as revenue, adjusted for the past."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from coterie.domain import NotEstimable, Readout
from coterie.measure.adjustment import pooled_slope, shared_spread
from coterie.measure.contract import EstimatorSettings, too_few
from coterie.measure.intervals import skewed_interval
from coterie.measure.moments import Moments


class SkewedMeans(EstimatorSettings):
    """Difference of means less what ``x``, known before the exposure, explains; its interval follows the skewness.

    The spread and skewness of both arms together make the interval, by the expansion of
    Cornish and Fisher (1938). A small holdout that happens to hold no large buyer has a
    small mean and, by itself, a small variance: Welch's interval then claims gains that
    are not there. Shared moments do not shrink with it. Needs ``cubes`` in the moments. An
    ``x`` that never varies changes nothing.

    >>> control = Moments.of([0.0, 0.0, 9.0, 1.0], [1.0, 2.0, 3.0, 2.0])
    >>> SkewedMeans().estimate(control, control).value
    0.0
    """

    variables: ClassVar[tuple[str, ...]] = ("y", "x")
    design: ClassVar[str] = "customers were assigned to arms at random, and x was settled before the exposure"

    most: float = Field(2.0, gt=0, description="Skewness of the difference above which there is no estimate.")

    def estimate(self, control: Moments, treated: Moments) -> Readout:
        """Adjusted difference; not estimable when nothing varies or a few units decide alone."""
        if refusal := too_few(control, treated, at_least=3):
            return refusal
        slope = pooled_slope(control, treated)
        variance, skewness = shared_spread(control, treated, slope)
        if variance <= 0:
            return NotEstimable("every customer of both arms has the same value", needs="outcomes that vary")
        if abs(skewness) > self.most:
            return NotEstimable("a few large amounts decide the difference", needs="more customers in the smaller arm")
        return skewed_interval(
            treated.mean() - control.mean() - slope * (treated.mean("x") - control.mean("x")),
            variance,
            skewness,
            control.n + treated.n - 2,
            confidence=self.confidence,
            unit=self.unit,
            method="difference adjusted for the past, interval by spread and skewness of both arms",
            n=control.n + treated.n,
        )
