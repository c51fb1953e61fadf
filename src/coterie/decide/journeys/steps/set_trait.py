"""Set an attribute of somebody."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from coterie.decide.journeys.step import Alteration
from coterie.decide.journeys.trait_step import TraitStep
from coterie.profile.changed import SET
from coterie.words import Sentence, sentence


class SetTrait(TraitStep):
    """Give an attribute of the person a value. What a file or a program says of it later counts from then on."""

    op: Literal["set_trait"] = "set_trait"
    to: bool | int | Annotated[float, Field(allow_inf_nan=False)] | Annotated[str, Field(max_length=500)] = Field(
        description="The value: text, a number, or true or false; a date as 2026-03-01."
    )

    def alters(self) -> Alteration:
        """The value."""
        return Alteration(self.trait, SET, self.to)

    def words(self) -> Sentence:
        """Such as ``set plan to gold``."""
        return sentence("set {trait} to {value}", trait=self.trait, value=str(self.to))
