"""Take an attribute from somebody."""

from __future__ import annotations

from typing import Literal

from coterie.decide.journeys.step import Alteration
from coterie.decide.journeys.trait_step import TraitStep
from coterie.profile.changed import UNSET
from coterie.words import Sentence, sentence


class UnsetTrait(TraitStep):
    """Take an attribute from the person, so that they have none, until something gives them one again."""

    op: Literal["unset_trait"] = "unset_trait"

    def alters(self) -> Alteration:
        """That there is none."""
        return Alteration(self.trait, UNSET)

    def words(self) -> Sentence:
        """Such as ``take plan away``."""
        return sentence("take {trait} away", trait=self.trait)
