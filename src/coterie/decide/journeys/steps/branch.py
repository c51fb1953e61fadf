"""Go different ways by what is true of somebody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, SerializeAsAny

from coterie.decide.journeys.condition import JourneyCondition
from coterie.decide.journeys.standing import Arrived, Taken, first_met
from coterie.decide.journeys.step import Paths, Step
from coterie.words import Sentence, sentence

OTHERWISE = "otherwise"


class BranchWay(BaseModel):
    """One way, and who takes it."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    condition: JourneyCondition = Field(alias="if", description="Who takes this way: {rule: {…}} or {event: …}.")
    steps: tuple[SerializeAsAny[Step], ...] = Field((), description="The steps of this way.")


class Branch(Step):
    """Take the first way whose condition is met, else ``otherwise``."""

    main: ClassVar[str] = "ways"
    op: Literal["branch"] = "branch"
    ways: tuple[BranchWay, ...] = Field(min_length=1, description="The ways, in the order in which they are tried.")
    otherwise: tuple[SerializeAsAny[Step], ...] = Field((), description="Steps of those who meet none.")

    def words(self) -> Sentence:
        """Such as ``branch: 2 ways``."""
        return sentence("branch: {n} {n|way|ways}", n=len(self.ways) + 1)

    def paths(self) -> Paths:
        """The ways by their number, from 1."""
        return {str(place): way.steps for place, way in enumerate(self.ways, 1)} | {OTHERWISE: self.otherwise}

    def conditions(self) -> Iterator[JourneyCondition]:
        """Those of the ways."""
        yield from (way.condition for way in self.ways)

    def take(self, at: Arrived) -> Taken:
        """The first way that fits."""
        met = [(str(place), at.meets(way.condition)) for place, way in enumerate(self.ways, 1)]
        return Taken(first_met(met, at.count, OTHERWISE))
