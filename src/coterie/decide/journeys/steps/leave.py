"""Leave the journey."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from coterie.decide.journeys.standing import OUT, Arrived, Taken, everybody
from coterie.decide.journeys.step import Step
from coterie.words import Sentence, sentence


class Leave(Step):
    """Leave the journey here."""

    main: ClassVar[str] = "reason"
    op: Literal["leave"] = "leave"
    reason: str = Field("left", min_length=1, max_length=100, description="Why, as the path tells it.")

    @property
    def goes_on(self) -> bool:
        """Nobody comes behind it."""
        return False

    def words(self) -> Sentence:
        """Such as ``leave: bought``."""
        return sentence("leave: {reason}", reason=self.reason)

    def take(self, at: Arrived) -> Taken:
        """All leave."""
        return Taken(everybody(at.count, OUT), told=everybody(at.count, self.reason))
