"""What steps that change an attribute of the person have in common."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field

from coterie.decide.journeys.standing import Arrived, Taken, all_go_on
from coterie.decide.journeys.step import Alteration, Step
from coterie.profile.changed import TRAIT_CHANGED


class TraitStep(Step):
    """A step that changes an attribute: an event of the person, ``Trait Changed``, from which the attribute is read."""

    main: ClassVar[str] = "trait"
    trait: str = Field(
        pattern=r"^[^\W\d]\w*$",
        max_length=60,
        description="The attribute of the person, such as plan; one that nobody has yet comes to be.",
    )

    @abstractmethod
    def alters(self) -> Alteration:
        """The change."""

    def emits(self) -> Mapping[str, Mapping[str, object]]:
        """The change as an event."""
        change = self.alters()
        return {TRAIT_CHANGED: {"trait": change.trait, "act": change.act, "value": change.value}}

    def take(self, at: Arrived) -> Taken:
        """All go on; the change is recorded from the path."""
        return all_go_on(at, recording=TRAIT_CHANGED)
