"""What an estimator is: a design it needs, and an estimate from two arms."""

from __future__ import annotations

from typing import ClassVar, Protocol

from pydantic import BaseModel, ConfigDict, Field

from coterie.domain import NotEstimable, Readout
from coterie.measure.moments import Moments


class EstimatorSettings(BaseModel):
    """What every estimator lets a person choose."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    confidence: float = Field(0.95, gt=0.5, lt=1, description="How often the interval should hold the truth.")
    unit: str = Field("", description="What a reader writes behind the number.")


class Estimator(Protocol):
    """The effect of an arm against the control, from their ``Moments`` alone.

    ``variables`` are the names that the moments must hold; ``design`` is one sentence on
    what has to be true of the experiment.
    """

    variables: ClassVar[tuple[str, ...]]
    design: ClassVar[str]

    def estimate(self, control: Moments, treated: Moments) -> Readout:
        """Treated minus control (or relative to it), with its interval; or why there is none."""


def too_few(control: Moments, treated: Moments, *, at_least: int = 2) -> NotEstimable | None:
    """The reason why these arms are too small for a variance, if they are."""
    if control.n == 0:
        return NotEstimable("there is no holdout", needs="a share of the audience left out on purpose")
    if min(control.n, treated.n) < at_least:
        return NotEstimable.because(
            "an arm has only {count} {count|customer|customers}",
            needs="{least} or more in each arm",
            count=min(control.n, treated.n),
            least=at_least,
        )
    return None
