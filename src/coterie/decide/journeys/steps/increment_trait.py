"""Add to a number of somebody."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator

from coterie.decide.journeys.step import Alteration
from coterie.decide.journeys.trait_step import TraitStep
from coterie.profile.changed import ADD
from coterie.words import Sentence, sentence


class IncrementTrait(TraitStep):
    """Add to an attribute of the person that is a number; who has none begins at 0. Negative takes off."""

    op: Literal["increment_trait"] = "increment_trait"
    by: float = Field(1, allow_inf_nan=False, ge=-1e12, le=1e12, description="What is added; -1 takes one off.")

    @field_validator("by")
    @classmethod
    def _changes_something(cls, value: float) -> float:
        if value == 0:
            raise ValueError("adding 0 changes nothing")
        return value

    def alters(self) -> Alteration:
        """The sum."""
        return Alteration(self.trait, ADD, self.by)

    def words(self) -> Sentence:
        """Such as ``add 1 to visits``."""
        return sentence("add {number} to {trait}", number=f"{self.by:g}", trait=self.trait)
