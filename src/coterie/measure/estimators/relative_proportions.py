"""A share divided by another."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from coterie.domain import Estimate, NotEstimable, Readout
from coterie.measure.contract import EstimatorSettings, too_few
from coterie.measure.intervals import deviations, two_sided
from coterie.measure.moments import Moments
from coterie.measure.scores import difference_score, share_ratio_bounds


class RelativeProportions(EstimatorSettings):
    """(share of treated - share of control) / share of control, by score (Miettinen, Nurminen 1985).

    Its interval excludes 0 just when that of the absolute difference does. No estimate
    where nothing bounds it from above.

    >>> lift = RelativeProportions().estimate(Moments.of_count(48, 80), Moments.of_count(56, 70))
    >>> round(lift.value, 3), round(lift.low, 3), round(lift.high, 3)
    (0.333, 0.079, 0.672)
    """

    variables: ClassVar[tuple[str, ...]] = ("y",)
    design: ClassVar[str] = "customers were assigned to arms at random and do not influence one another"

    floor: int = Field(5, ge=1, description="Fewest conversions that the control must have.")

    def estimate(self, control: Moments, treated: Moments) -> Readout:
        """Relative difference, 0.1 meaning 10 % more than the control."""
        if refusal := too_few(control, treated):
            return refusal
        arms = control.counted(), treated.counted()
        if control.sums["y"] < self.floor:
            return NotEstimable(
                "the control's mean cannot be told from 0, so nothing can be relative to it",
                needs="more conversions in the control",
            )
        low, high = share_ratio_bounds(*arms, deviations(self.confidence))
        return Estimate(
            treated.mean() / control.mean() - 1,
            low - 1,
            high - 1,
            self.confidence,
            self.unit or "relative",
            "relative difference of proportions (score)",
            control.n + treated.n,
            two_sided(difference_score(*arms)),
        )
