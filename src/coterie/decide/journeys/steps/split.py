"""Go different ways at random."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal, Self

import numpy as np
import pyarrow as pa
from pydantic import Field, SerializeAsAny, model_validator

from coterie.decide.assignment import arms_at
from coterie.decide.journeys.standing import Arrived, Taken
from coterie.decide.journeys.step import Paths, Step
from coterie.words import Sentence, joined, sentence


class Split(Step):
    """Send people different ways at random, by weights; somebody takes the same way whenever they come here.

    Each way is drawn by the journey, the step and the person (and the key of their enrolment), so that an edit draws nobody again as
    long as the weights stay.
    """

    main: ClassVar[str] = "weights"
    op: Literal["split"] = "split"
    weights: Mapping[str, float] = Field(
        min_length=2, description="Way → weight: {plain: 50, coupon: 50}; 2 gets twice as many as 1."
    )
    into: Mapping[str, tuple[SerializeAsAny[Step], ...]] = Field(
        default_factory=dict, description="Way → its steps; a way without any goes on behind the split."
    )

    @model_validator(mode="after")
    def _ways_of_weights(self) -> Self:
        if any(weight <= 0 for weight in self.weights.values()):
            raise ValueError("a weight has to be above 0; leave a way out that nobody is to take")
        if strangers := sorted({*self.into} - {*self.weights}):
            raise ValueError(sentence("no weight is given for {names}", names=", ".join(strangers)))
        return self

    def shares(self) -> dict[str, float]:
        """Way → its share."""
        whole = sum(self.weights.values())
        return {way: weight / whole for way, weight in self.weights.items()}

    def words(self) -> Sentence:
        """Such as ``split: plain 50 %, coupon 50 %``."""
        shares = joined([f"{way} {share:.0%}" for way, share in self.shares().items()], ", ")
        return sentence("split: {shares}", shares=shares)

    def paths(self) -> Paths:
        """The ways by name."""
        return {way: tuple(self.into.get(way, ())) for way in self.weights}

    def take(self, at: Arrived) -> Taken:
        """Drawn by a hash."""
        ways = arms_at(pa.array(at.positions(self.id)), self.shares())
        return Taken(np.array(ways.to_pylist(), dtype=object))
