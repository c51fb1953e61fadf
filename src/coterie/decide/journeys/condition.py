"""What a journey asks about somebody who is in it: a rule as of now, or an event since they came."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, SerializeAsAny, model_validator

from coterie.profile import language
from coterie.segment import Rule
from coterie.words import Sentence


class JourneyCondition(BaseModel):
    """A rule of the segment language that somebody meets now, or an event of theirs; one of the two.

    An event counts where it occurred since they entered the journey; where it is waited for, since they came to the step.

    >>> JourneyCondition(event="Order Completed", where={"revenue": {">=": 50}}).words()
    'orders with revenue ≥ 50'
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    rule: SerializeAsAny[Rule] | None = Field(None, description="A rule that they meet at the moment of asking.")
    event: language.EventName | None = Field(
        None, description="Name of an event of theirs since they entered, capital letters included."
    )
    where: language.Filters = Field((), description="Conditions on the properties of the event, all of which hold.")

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.rule is None) == (self.event is None):
            raise ValueError("a condition says rule, or event (and where); one of the two")
        if self.where and self.event is None:
            raise ValueError("where is said of an event")
        return self

    def words(self) -> Sentence:
        """The condition as people read it."""
        if self.rule is not None:
            return self.rule.words()
        return language.events_words(self.event or "", (each.words() for each in self.where), "")
