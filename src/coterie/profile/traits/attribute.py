"""A given attribute or another trait, by name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field

from coterie.profile.measures import Measure
from coterie.profile.plan import Plan
from coterie.profile.values import Scalar, Value
from coterie.words import Sentence, sentence


class Attribute(Measure):
    """The value of a given attribute, another trait, ``score.<name>`` or ``segmentation.<name>``.

    Of one name a trait comes first, then what files say of the person. A score is the
    latest (where an earlier instant is asked for, the latest until then), a segmentation's value the name of the part that the profile
    is in now. Attributes of files, parts of segmentations and lists are kept only as they stand now. NULL for who has none.
    """

    main: ClassVar[str] = "trait"
    op: Literal["trait"] = "trait"
    trait: str = Field(description="Its name, such as orders, birth_date, score.churn or segmentation.rfm.")

    def compiled(self, plan: Plan) -> Value:
        """A column."""
        return plan.attribute(self.trait)

    def named_traits(self) -> Iterator[str]:
        """The one."""
        yield self.trait

    def words(self) -> Sentence:
        """Its name in words, or what the reader calls it."""
        if self._names:
            return self._names.trait(self.trait)
        return sentence(self.trait.replace("_", " "))

    def limit(self, value: Scalar) -> Sentence:
        """A value that it is compared with, in its unit where the reader knows one."""
        if self._names and isinstance(value, int | float | str) and not isinstance(value, bool):
            return self._names.limit(self.trait, value)
        return super().limit(value)
