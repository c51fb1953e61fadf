"""What every step of a journey must do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt

from coterie.decide.journeys.condition import JourneyCondition
from coterie.decide.journeys.standing import ON, OUT, REST, Flags, Taken, Texts, everybody
from coterie.decide.journeys.step import Step
from coterie.testing.claims import claim
from coterie.words import tell

INSTANTS = ("2026-03-29T00:59:59", "2026-10-25T00:30:00", "2028-02-29T12:00:00")
"""At changes of clocks, and on a day that comes every fourth year."""


class Crowd:
    """So many people before a step: every second meets any condition, and they stand evenly in every draw."""

    def __init__(self, count: int, now: datetime, zone: str) -> None:
        self.count, self.now, self.zone = count, now, zone

    def zones(self, attribute: str | None) -> Texts:
        """Two by turns, where they are asked for."""
        named = everybody(self.count, self.zone)
        if attribute is not None:
            named[::2] = "Pacific/Auckland"
        return named

    def meets(self, condition: JourneyCondition) -> Flags:  # noqa: ARG002 - every second meets any
        """Every second."""
        return np.asarray(np.arange(self.count) % 2 == 0, dtype=np.bool_)

    def positions(self, salt: str) -> npt.NDArray[np.float64]:  # noqa: ARG002 - evenly for any
        """Evenly."""
        return np.asarray((np.arange(self.count) + 0.5) / max(self.count, 1), dtype=np.float64)

    def write(self, step: str, template: str, channel: str) -> Texts:  # noqa: ARG002 - nothing leaves
        """All have an address."""
        return everybody(self.count, "queued")


def check_step(given: Mapping[str, object]) -> None:
    """Assert that a step survives JSON, has words, and gives each person one turn that there is, or an end of their stay to come.

    Raises ``AssertionError`` naming the promise that is broken.

    >>> check_step({"id": "settle", "wait": "1h"})
    """
    part, read = str(given), Step.model_validate(given)
    claim(Step.model_validate(read.model_dump(mode="json", by_alias=True)) == read, part, "reads back what it wrote")
    claim(read.words() and read.words() != tell(read.words(), "zh"), part, "has words in both languages")
    for zone in ("UTC", "Asia/Shanghai", "America/St_Johns"):
        for now in map(datetime.fromisoformat, INSTANTS):
            for count in (0, 1, 7):
                _check_taken(part, read, read.take(Crowd(count, now, zone)), count, now)
                again = read.take(Crowd(count, now, zone))
                claim(
                    again.turns.tolist() == read.take(Crowd(count, now, zone)).turns.tolist(),
                    part,
                    "the same people take the same turns",
                )


def _check_taken(part: str, step: Step, taken: Taken, count: int, now: datetime) -> None:
    claim(len(taken.turns) == count, part, "one turn a person")
    claim(taken.told is None or len(taken.told) == count, part, "what is told is told of each")
    known = {ON, OUT, REST, *step.paths()}
    claim(set(taken.turns.tolist()) <= known, part, "turns that there are")
    rests = taken.turns == REST
    claim(step.rests or not rests.any(), part, "says of itself that people rest here")
    if not rests.any():
        return
    claim(taken.due_at is not None, part, "says until when they stay")
    assert taken.due_at is not None  # noqa: S101 - claimed
    due = taken.due_at[rests]
    claim(not np.isnat(due).any() and (due > np.datetime64(now, "us")).all(), part, "a stay ends later than now")
    length = step.length()
    if length is not None:
        claim((due == np.datetime64(now + length, "us")).all(), part, "a stay is as long as it says")
    claim((due <= np.datetime64(now + timedelta(days=3660), "us")).all(), part, "a stay ends")
