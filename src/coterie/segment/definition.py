"""A segment as people define it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SerializeAsAny, field_validator

from coterie.profile import TraitDefinition
from coterie.segment.rule import Rule
from coterie.segment.trait_words import TraitWords
from coterie.words import Sentence, sentence

Cadence = Literal["live", "refreshed", "frozen"]
"""When the members of a segment change."""


class SegmentDefinition(BaseModel):
    """A named rule; its members change as facts and time do.

    >>> vip = SegmentDefinition.model_validate({"name": "vip", "rule": {"trait": "revenue", ">=": 1000}})
    >>> vip.rule.words()
    'revenue ≥ 1000'
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(
        pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=100, description="What commands and other rules call it."
    )
    label: str = Field("", description="What people call it; the name when absent.")
    description: str = Field("", description="What it is for, in words for colleagues.")
    family: str = Field("", description="Criteria family: demographic, behavioral, value, lifecycle …")
    rule: SerializeAsAny[Rule] = Field(description="Who is in it: see [operators](operators.md).")
    cadence: Cadence | None = Field(
        None,
        description="When its members change. `live`: within seconds of an event, while a server runs; what ranks people among all others is "
        "`refreshed` instead. `refreshed`: with refreshes alone. `frozen`: they stay who they were at the first refresh after this was said, "
        "until the rule is changed or it is frozen anew. When absent `live` where it can be, else `refreshed`.",
    )

    @field_validator("name")
    @classmethod
    def _not_a_key(cls, name: str) -> str:
        if name == "profile_id":
            raise ValueError("a segment cannot be named profile_id")
        return name

    def words(
        self,
        *,
        traits: Iterable[TraitDefinition] = (),
        segments: Iterable[SegmentDefinition] = (),
        currency: str = "",
    ) -> Sentence:
        """The rule as people read it: traits and segments by their labels, amounts in their units.

        >>> SegmentDefinition.model_validate(
        ...     {"name": "vip", "rule": {"trait": "average_order_value", ">=": 50}}
        ... ).words(currency="EUR")
        'average order value ≥ €50'
        """
        return self.rule.named_by(rule_names(traits, segments, currency)).words()

    @property
    def called(self) -> Sentence:
        """The label, or the name in words when it has none."""
        return sentence(self.label or self.name.replace("_", " "))


def rule_names(
    traits: Iterable[TraitDefinition] = (), segments: Iterable[SegmentDefinition] = (), currency: str = ""
) -> TraitWords:
    """What readers call the ready traits, ``traits`` and ``segments``."""
    labels = {each.name: each.called for each in segments}
    return TraitWords.of(tuple(traits), currency, labels)
