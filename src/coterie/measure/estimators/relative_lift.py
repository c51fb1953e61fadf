"""Relative lift by the delta method, near zero by Fieller's."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from coterie.domain import Readout
from coterie.measure.contract import EstimatorSettings, too_few
from coterie.measure.intervals import CLEAR_OF_ZERO, relative_interval, welch_degrees
from coterie.measure.moments import Moments


class RelativeLift(EstimatorSettings):
    """(mean of treated - mean of control) / mean of control, variance by the delta method.

    ``is_share`` takes p(1 - p) for the variance of yes/no outcomes. A control whose mean lies
    within ``clear_of_zero`` standard errors of 0 makes the ratio lopsided: the bounds then reach
    to Fieller's (1954) where those are wider, and where they are endless there is no estimate.

    >>> a, b = Moments.of_count(14, 28), Moments.of_count(16, 30)
    >>> lift = RelativeLift(is_share=True).estimate(a, b)
    >>> round(lift.value, 5), round(lift.low, 5), round(lift.high, 5)
    (0.06667, -0.47767, 0.61101)
    """

    variables: ClassVar[tuple[str, ...]] = ("y",)
    design: ClassVar[str] = "customers were assigned to arms at random and do not influence one another"

    is_share: bool = Field(False, description="The outcome is yes/no.")
    clear_of_zero: float = Field(CLEAR_OF_ZERO, ge=0, description="Standard errors between the control's mean and 0.")

    def estimate(self, control: Moments, treated: Moments) -> Readout:
        """Relative difference, 0.1 meaning 10 % more than the control."""
        if refusal := too_few(control, treated):
            return refusal
        ma, mb = control.mean(), treated.mean()
        va = ma * (1 - ma) if self.is_share else control.variance()
        vb = mb * (1 - mb) if self.is_share else treated.variance()
        # The control's error stands in the difference too, with the other sign.
        return relative_interval(
            (mb - ma, vb / treated.n + va / control.n),
            (ma, va / control.n),
            welch_degrees((va, control.n), (vb, treated.n)),
            shared=-va / control.n,
            confidence=self.confidence,
            unit=self.unit,
            method="relative lift (delta method)",
            n=control.n + treated.n,
            clear_of_zero=self.clear_of_zero,
        )
