"""Go on at another step."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from coterie.decide.journeys.standing import ON, Arrived, Taken, everybody
from coterie.decide.journeys.step import Step
from coterie.words import Sentence, sentence


class GoTo(Step):
    """Go on at another step of the journey; a way back has to pass a wait."""

    main: ClassVar[str] = "step"
    op: Literal["go_to"] = "go_to"
    step: str = Field(min_length=1, description="The id of the step.")

    @property
    def goes_on(self) -> bool:
        """Nobody comes behind it."""
        return False

    def jumps_to(self) -> str:
        """The step named."""
        return self.step

    def words(self) -> Sentence:
        """Such as ``go to settle``."""
        return sentence("go to {step}", step=self.step)

    def take(self, at: Arrived) -> Taken:
        """All go there."""
        return Taken(everybody(at.count, ON))
