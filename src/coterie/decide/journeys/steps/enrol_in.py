"""Let somebody enter another journey."""

from __future__ import annotations

from typing import ClassVar, Literal

from coterie.decide.journeys.other_journey_step import ENROLMENT_ASKED, OtherJourneyStep
from coterie.words import Sentence, sentence


class EnrolIn(OtherJourneyStep):
    """Let the person enter another journey, and go on here.

    They enter as its entry allows: its `if`, its `again` and its holdout hold, nobody is in it twice, and nobody enters one that does not run.
    """

    event: ClassVar[str] = ENROLMENT_ASKED
    op: Literal["enrol_in"] = "enrol_in"

    def words(self) -> Sentence:
        """Such as ``enrol in win-back``."""
        return sentence("enrol in {journey}", journey=self.journey)
