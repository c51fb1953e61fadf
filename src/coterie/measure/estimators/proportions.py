"""Difference of two shares."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from coterie.domain import Estimate, NotEstimable, Readout
from coterie.measure.contract import EstimatorSettings, too_few
from coterie.measure.intervals import deviations, two_sided
from coterie.measure.moments import Moments
from coterie.measure.scores import difference_bounds, difference_score


class DifferenceOfProportions(EstimatorSettings):
    """Share of the treated minus share of the control, by score test and interval (Miettinen, Nurminen 1985).

    Below ``floor`` hits (or misses) that an arm would have if both were alike, chance
    outweighs all, and there is no estimate. What an arm has itself does not decide that: a
    floor under the numbers found would leave out the unlucky ones.

    >>> arms = Moments.of_count(1357, 21306), Moments.of_count(1500, 21307)
    >>> round(DifferenceOfProportions().estimate(*arms).value, 5)
    0.00671
    >>> DifferenceOfProportions().estimate(Moments.of_count(0, 10), Moments.of_count(9, 50))
    NotEstimable(reason='too few conversions to compare: 1.5 would be expected in the smaller arm', needs='5 or more')
    """

    variables: ClassVar[tuple[str, ...]] = ("y",)
    design: ClassVar[str] = "customers were assigned to arms at random and do not influence one another"

    floor: int = Field(5, ge=1, description="Fewest conversions, and fewest others, to expect in an arm.")

    def estimate(self, control: Moments, treated: Moments) -> Readout:
        """Absolute difference of shares."""
        if refusal := too_few(control, treated) or too_rare(control, treated, self.floor):
            return refusal
        arms = control.counted(), treated.counted()
        return Estimate(
            treated.mean() - control.mean(),
            *difference_bounds(*arms, deviations(self.confidence)),
            self.confidence,
            self.unit or "share",
            "difference of proportions (score)",
            control.n + treated.n,
            two_sided(difference_score(*arms)),
        )


def too_rare(control: Moments, treated: Moments, floor: int) -> NotEstimable | None:
    """The reason why so few conversions, or so few customers without one, can show nothing."""
    hits, n, smaller = control.sums["y"] + treated.sums["y"], control.n + treated.n, min(control.n, treated.n)
    for found, reason in (
        (hits, "too few conversions to compare: {count:.3g} would be expected in the smaller arm"),
        (n - hits, "nearly everybody converted: {count:.3g} would be expected in the smaller arm who did not"),
    ):
        if found / n * smaller < floor:
            return NotEstimable.because(reason, needs="{least} or more", count=found / n * smaller, least=floor)
    return None
