"""Difference of two means by Welch's test."""

from __future__ import annotations

from typing import ClassVar

from coterie.domain import NotEstimable, Readout
from coterie.measure.contract import EstimatorSettings, too_few
from coterie.measure.intervals import interval, welch_degrees
from coterie.measure.moments import Moments


class DifferenceOfMeans(EstimatorSettings):
    """Mean of the treated minus mean of the control, unequal variances allowed (Welch 1947).

    >>> arms = Moments.of([1.0, 2.0, 3.0]), Moments.of([2.0, 3.0, 4.0])
    >>> DifferenceOfMeans().estimate(*arms).value
    1.0
    """

    variables: ClassVar[tuple[str, ...]] = ("y",)
    design: ClassVar[str] = "customers were assigned to arms at random and do not influence one another"

    def estimate(self, control: Moments, treated: Moments) -> Readout:
        """Absolute difference; not estimable when neither arm varies."""
        if refusal := too_few(control, treated):
            return refusal
        va, vb = control.variance(), treated.variance()
        if va + vb == 0:
            return NotEstimable("every customer of both arms has the same value", needs="outcomes that vary")
        return interval(
            treated.mean() - control.mean(),
            va / control.n + vb / treated.n,
            welch_degrees((va, control.n), (vb, treated.n)),
            confidence=self.confidence,
            unit=self.unit,
            method="difference of means (Welch)",
            n=control.n + treated.n,
        )
