"""Difference of two shares."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from coterie.domain import NotEstimable, Readout
from coterie.measure.contract import EstimatorSettings, too_few
from coterie.measure.intervals import interval, welch_degrees
from coterie.measure.moments import Moments


class DifferenceOfProportions(EstimatorSettings):
    """Share of the treated minus share of the control, unpooled variance p(1 - p)/n.

    Below ``floor`` hits (or misses) in an arm the normal approximation misleads, and
    there is no estimate.

    >>> arms = Moments.of_count(1357, 21306), Moments.of_count(1500, 21307)
    >>> round(DifferenceOfProportions().estimate(*arms).value, 5)
    0.00671
    >>> DifferenceOfProportions().estimate(Moments.of_count(0, 50), Moments.of_count(9, 50))
    NotEstimable(reason='the control has 0 conversions', needs='5 or more in each arm')
    """

    variables: ClassVar[tuple[str, ...]] = ("y",)
    design: ClassVar[str] = "customers were assigned to arms at random and do not influence one another"

    floor: int = Field(5, ge=1, description="Fewest conversions, and fewest others, that an arm must have.")

    def estimate(self, control: Moments, treated: Moments) -> Readout:
        """Absolute difference of shares."""
        if refusal := too_few(control, treated):
            return refusal
        least, needs = self.floor, "{least} or more in each arm"
        for arm, hits, others in (
            (control, "the control has {count} conversions", "the control has {count} customers without a conversion"),
            (treated, "the arm has {count} conversions", "the arm has {count} customers without a conversion"),
        ):
            yes = round(arm.sums["y"])
            if yes < least:
                return NotEstimable.because(hits, needs=needs, count=yes, least=least)
            if arm.n - yes < least:
                return NotEstimable.because(others, needs=needs, count=arm.n - yes, least=least)
        pa, pb = control.mean(), treated.mean()
        va, vb = pa * (1 - pa), pb * (1 - pb)
        return interval(
            pb - pa,
            va / control.n + vb / treated.n,
            welch_degrees((va, control.n), (vb, treated.n)),
            confidence=self.confidence,
            unit=self.unit or "share",
            method="difference of proportions (unpooled)",
            n=control.n + treated.n,
        )
