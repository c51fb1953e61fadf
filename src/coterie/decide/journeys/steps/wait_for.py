"""Wait for something to happen, for a time at most."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field, SerializeAsAny

from coterie.decide.campaign import Span
from coterie.decide.journeys.condition import JourneyCondition
from coterie.decide.journeys.spans import span_words
from coterie.decide.journeys.standing import REST, Arrived, Taken, everybody
from coterie.decide.journeys.step import Paths, Step
from coterie.words import Sentence, sentence

HAPPENED, TIMED_OUT = "then", "otherwise"


class WaitFor(Step):
    """Stay until something happened, then take ``then``; when the time is over take ``otherwise``.

    An event counts where it occurred after somebody came here and before the time was over, however late it is told; once
    ``otherwise`` was taken it stays so. A rule that already holds counts at once.
    """

    main: ClassVar[str] = "condition"
    rests: ClassVar[bool] = True
    op: Literal["wait_for"] = "wait_for"
    condition: JourneyCondition = Field(description="An event, or a rule: {event: Checkout Started} or {rule: {…}}.")
    at_most: Span = Field(gt=timedelta(0), le=timedelta(days=3650), description="How long they wait at most.")
    then: tuple[SerializeAsAny[Step], ...] = Field((), description="Steps of those of whom it happened.")
    otherwise: tuple[SerializeAsAny[Step], ...] = Field((), description="Steps of those whose time is over.")

    def words(self) -> Sentence:
        """Such as ``wait for orders, 1 day at most``."""
        return sentence(
            "wait for {what}, {duration} at most",
            what=self.condition.words(),
            duration=span_words(self.at_most),
        )

    def paths(self) -> Paths:
        """Two ways on."""
        return {HAPPENED: self.then, TIMED_OUT: self.otherwise}

    def awaited(self) -> JourneyCondition:
        """What is waited for."""
        return self.condition

    def length(self) -> timedelta:
        """What it says."""
        return self.at_most

    def take(self, at: Arrived) -> Taken:
        """All stay until the time is over."""
        due = np.full(at.count, np.datetime64(self.ends_at(at.now, at.zone), "us"))
        return Taken(everybody(at.count, REST), due)
