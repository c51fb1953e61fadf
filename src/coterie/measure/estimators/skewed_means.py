"""Difference of two means of a skewed amount, such as revenue, adjusted for the past."""

from __future__ import annotations

from dataclasses import replace
from math import sqrt
from typing import ClassVar

from pydantic import Field

from coterie.domain import Estimate, NotEstimable, Readout
from coterie.measure.contract import EstimatorSettings, too_few
from coterie.measure.intervals import skewed_interval
from coterie.measure.moments import Moments, pooled_slope, shared_spread, spread_apart
from coterie.measure.scores import falls_to

_FEWEST = 5
"""Customers of an arm below which amounts are no sample: of three against three one split in ten differs surely, by chance."""
_FARTHEST = 10.0
"""How many times as wide as by the spread of both arms together an interval may be."""
_FEWEST_BUYERS = 0.01
"""A ratio of buyers below which their number says nothing more of the spread."""
_MOST_LIFT = 1000.0
"""A lift beyond which nothing bounds it."""


class SkewedMeans(EstimatorSettings):
    """Difference of means less what ``x``, known before the exposure, explains; its interval follows the skewness.

    The spread and skewness of both arms together make the interval, by the expansion of
    Cornish and Fisher (1938). A small holdout that happens to hold no large buyer has a
    small mean and, by itself, a small variance: Welch's interval then claims gains that
    are not there. Shared moments do not shrink with it. The interval holds every difference that the arms do not
    contradict were it true: where the larger arm spends less, the smaller is spread wider than both together
    (``spread_apart``). Needs ``cubes`` in the moments. An ``x`` that never varies changes nothing.

    With ``relative`` the difference is divided by the control's mean. The interval holds every lift at which the
    control, spending so much more, could not be told from the treated: the control's own error counts, and 0 is
    excluded just when the absolute interval excludes it. The same total of fewer buyers is spread wider, so of a lift
    it counts how much is a matter of more buyers: their number is asked of ``b`` where the moments hold it; without,
    all of a gain is.

    >>> control = Moments.of([0.0, 0.0, 9.0, 1.0, 2.0], [1.0, 2.0, 3.0, 2.0, 2.0])
    >>> SkewedMeans().estimate(control, control).value
    0.0
    """

    variables: ClassVar[tuple[str, ...]] = ("y", "x")
    design: ClassVar[str] = "customers were assigned to arms at random, and x was settled before the exposure"

    relative: bool = Field(False, description="Divide the difference by the control's mean.")
    most: float = Field(2.0, gt=0, description="Skewness of the difference above which there is no estimate.")

    def estimate(self, control: Moments, treated: Moments) -> Readout:
        """Adjusted difference, absolute or relative; not estimable when nothing varies or a few units decide alone."""
        if refusal := too_few(control, treated, at_least=_FEWEST):
            return refusal
        found, skewness = self._difference(control, treated)
        if isinstance(found, NotEstimable):
            return found
        if abs(skewness) > self.most:
            return NotEstimable("a few large amounts decide the difference", needs="more customers in the smaller arm")
        return self._lift(control, treated, found) if self.relative else self._held(control, treated, found)

    def _held(self, control: Moments, treated: Moments, found: Estimate) -> Estimate:
        """With bounds that the arms would just not contradict; whether 0 lies between them is as before."""
        n = control.n + treated.n

        def bound(difference: float, side: str) -> float:
            variance, skewness = spread_apart(control, treated, difference)
            told = skewed_interval(
                found.value, variance, skewness, n - 2, confidence=self.confidence, unit="", method="", n=n
            )
            return float(getattr(told, side))

        def widened(side: str, from_: float) -> float:
            if bound(from_, side) == from_:
                return from_
            ends = sorted((found.value + _FARTHEST * (from_ - found.value), from_))
            return falls_to(lambda d: bound(d, side) - d, 0.0, ends[0], ends[1], steps=32)

        low, high = widened("low", found.low), widened("high", found.high)
        return replace(found, low=min(low, found.low), high=max(high, found.high))

    def _difference(self, control: Moments, treated: Moments, many: float = 1.0) -> tuple[Readout, float]:
        """The absolute difference, and its skewness; the squares of the control are ``many`` times those of the treated."""
        slope, width = pooled_slope(control, treated), sqrt(many)
        alike = control.scaled(y=1 / width)
        variance, skewness = shared_spread(alike, treated, pooled_slope(alike, treated), (width, 1.0))
        if variance <= 0:
            return NotEstimable("every customer of both arms has the same value", needs="outcomes that vary"), 0.0
        value = treated.mean() - control.mean() - slope * (treated.mean("x") - control.mean("x"))
        n = control.n + treated.n
        method = "difference adjusted for the past, interval by spread and skewness of both arms"
        return skewed_interval(
            value, variance, skewness, n - 2, confidence=self.confidence, unit=self.unit, method=method, n=n
        ), skewness  # fmt: skip

    def _lift(self, control: Moments, treated: Moments, found: Estimate) -> Readout:
        unclear = NotEstimable(
            "the control's mean cannot be told from 0, so nothing can be relative to it",
            needs="more conversions in the control",
        )
        if control.mean() <= 0:
            return unclear

        def bound(lift: float, side: str) -> float:
            apart, _ = self._difference(control.scaled(y=1 + lift), treated, _more_buyers(control, treated, lift))
            return getattr(apart, side) if isinstance(apart, Estimate) else 0.0

        value = found.value / control.mean()
        middle, most = max(value, -1.0), _MOST_LIFT
        if bound(most, "high") > 0:
            return unclear
        low = falls_to(lambda lift: bound(lift, "low"), 0.0, -1.0, middle, steps=40)
        high = falls_to(lambda lift: bound(lift, "high"), 0.0, middle, most, steps=40)
        return replace(
            found, value=value, low=min(low, value), high=max(high, value), unit=self.unit or "relative",
            method="relative difference adjusted for the past, by spread and skewness of both arms",
        )  # fmt: skip


def _more_buyers(control: Moments, treated: Moments, lift: float) -> float:
    """How many times as many of the treated buy as of the control, as far as a lift that is true explains it.

    Chance alone makes it differ from 1 where nothing is lifted, and of a gain twice as much may be chance.
    """
    lifted = max(1 + lift, _FEWEST_BUYERS)
    if "b" not in control.sums:
        return max(1.0, lifted)
    found = treated.mean("b") / control.mean("b") if control.sums["b"] else 1.0
    return min(max(found, min(lifted, 1.0)), max(lifted**2, 1.0))
