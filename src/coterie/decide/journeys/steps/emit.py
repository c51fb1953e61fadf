"""Record an event of somebody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from pydantic import Field

from coterie.decide.journeys.standing import Arrived, Taken, all_go_on
from coterie.decide.journeys.step import Step
from coterie.words import Sentence, sentence


class Emit(Step):
    """Record an event of the person, so that segments, traits and other journeys can speak of it.

    Its properties name the journey and the step, and those given here.
    """

    main: ClassVar[str] = "event"
    op: Literal["emit"] = "emit"
    event: str = Field(min_length=1, max_length=200, description="Name of the event.")
    properties: dict[str, str | float | bool] = Field(default_factory=dict, description="Properties that it carries.")

    def words(self) -> Sentence:
        """Such as ``record event Cart Reminded``."""
        return sentence("record event {event}", event=self.event)

    def emits(self) -> Mapping[str, Mapping[str, object]]:
        """The one it records."""
        return {self.event: self.properties}

    def take(self, at: Arrived) -> Taken:
        """All go on; the event is recorded from the path."""
        return all_go_on(at, recording=self.event)
