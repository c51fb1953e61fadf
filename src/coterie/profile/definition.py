"""A trait as people define it."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, SerializeAsAny, field_validator

from coterie.profile.formulas import is_a_name
from coterie.profile.measures import Measure
from coterie.words import Sentence, sentence

_RESERVED = {"profile_id", "first_seen_at", "key"}
"""Columns that every profile has of itself."""


class TraitDefinition(BaseModel):
    """A named measure of every profile.

    >>> spent = TraitDefinition.model_validate(
    ...     {"name": "spent_90d", "value": {"sum": "revenue", "event": "Order Completed", "within": "90 days"}}
    ... )
    >>> spent.value.words()
    'sum of revenue of orders in the last 90 days'
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(
        pattern=r"^[a-z][a-z0-9_]*$", max_length=100, description="Column name: lower case, digits, underscores."
    )
    label: str = Field("", description="What a screen or report calls it.")
    description: str = Field("", description="What it says of a person; how it is measured when absent.")
    unit: str = Field("", description="What a reader writes behind the number: days, orders, share, money …")
    family: str = Field("", description="Groups traits on screens: behavior, value, preference …")
    value: SerializeAsAny[Measure] = Field(description="How it is measured: see [traits](traits.md).")

    @field_validator("name")
    @classmethod
    def _is_free(cls, name: str) -> str:
        if name in _RESERVED or not is_a_name(name):
            raise ValueError(
                sentence(
                    "{name!r} is a reserved word; choose another name, such as {other}_trait", name=name, other=name
                )
            )
        return name

    @property
    def called(self) -> Sentence:
        """The label, or the name in words when it has none."""
        return sentence(self.label or self.name.replace("_", " "))

    @property
    def described(self) -> Sentence:
        """The description, or how it is measured when it has none."""
        return sentence(self.description) if self.description else self.value.words()
