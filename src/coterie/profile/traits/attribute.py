"""A given attribute or another trait, by name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

from coterie.profile.measures import Measure
from coterie.profile.plan import Plan
from coterie.profile.values import Value
from coterie.words import say


class Attribute(Measure):
    """The value of a given attribute, another trait, ``score.<name>`` or ``segmentation.<name>``."""

    main: ClassVar[str] = "trait"
    op: Literal["trait"] = "trait"
    trait: str

    def compiled(self, plan: Plan) -> Value:
        """A column."""
        return plan.attribute(self.trait)

    def named_traits(self) -> Iterator[str]:
        """The one."""
        yield self.trait

    def words(self, locale: str = "en") -> str:
        """Its name."""
        return say(self.trait.replace("_", " "), locale)
