"""Let somebody leave another journey."""

from __future__ import annotations

from typing import ClassVar, Literal

from coterie.decide.journeys.other_journey_step import LEAVING_ASKED, OtherJourneyStep
from coterie.words import Sentence, sentence


class LeaveJourney(OtherJourneyStep):
    """Let the person leave another journey, as if they met an exit of it, and go on here."""

    event: ClassVar[str] = LEAVING_ASKED
    op: Literal["leave_journey"] = "leave_journey"

    def words(self) -> Sentence:
        """Such as ``leave win-back``."""
        return sentence("leave the journey {journey}", journey=self.journey)
