"""What steps that are about another journey have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field

from coterie.decide.journeys.standing import Arrived, Taken, all_go_on
from coterie.decide.journeys.step import Step

ENROLMENT_ASKED, LEAVING_ASKED = "Enrolment Asked", "Leaving Asked"
"""The events by which a step has its person enter another journey, or leave it; ``of`` names the other."""


class OtherJourneyStep(Step):
    """A step that records an event of the person, which the other journey hears with its next tick."""

    main: ClassVar[str] = "journey"
    event: ClassVar[str]
    """The event."""

    journey: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=60, description="Name of the other journey.")

    def journeys(self) -> tuple[str, ...]:
        """The other one."""
        return (self.journey,)

    def emits(self) -> Mapping[str, Mapping[str, object]]:
        """What the other journey hears."""
        return {self.event: {"of": self.journey}}

    def take(self, at: Arrived) -> Taken:
        """All go on; the event is recorded from the path."""
        return all_go_on(at, recording=self.event)
