"""Wait for a length of time."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from coterie.decide.campaign import Span
from coterie.decide.journeys.spans import span_words
from coterie.decide.journeys.standing import REST, Arrived, Taken, everybody
from coterie.decide.journeys.step import Step
from coterie.words import Sentence, sentence


class Wait(Step):
    """Stay for a length of time, counted from when somebody came here."""

    main: ClassVar[str] = "span"
    rests: ClassVar[bool] = True
    op: Literal["wait"] = "wait"
    span: Span = Field(gt=timedelta(0), le=timedelta(days=3650), description="How long: 1h, 3d or P3D.")

    def words(self) -> Sentence:
        """Such as ``wait 1 hour``."""
        return sentence("wait {duration}", duration=span_words(self.span))

    def length(self) -> timedelta:
        """What it says."""
        return self.span

    def take(self, at: Arrived) -> Taken:
        """All stay until then."""
        due = np.full(at.count, np.datetime64(self.ends_at(at.now, at.zone), "us"))
        return Taken(everybody(at.count, REST), due)
