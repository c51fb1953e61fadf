"""A property of the first or the last event."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field
from sqlglot import exp

from coterie.profile.facts import facts_of
from coterie.profile.measures import EventMeasure
from coterie.profile.naming import PropertyName
from coterie.profile.plan import Plan
from coterie.profile.values import Value
from coterie.words import Sentence, sentence


class Ends(EventMeasure):
    """The property on the first or last event that carries it.

    Events without it are passed over. Of several at the same instant ``last`` takes the greatest value and ``first`` the
    smallest, so that the answer does not depend on how rows lie. NULL without such an event. ``occurred_at`` is a
    property as well: ``{last: occurred_at, event: Order Completed}`` is when the last order was.
    """

    main: ClassVar[str] = "property"
    op: Literal["first", "last"]
    property: PropertyName = Field(description="The property that is read.")

    def compiled(self, plan: Plan) -> Value:
        """The extreme of (instant, value) pairs, of which the value is kept."""
        facts = facts_of(self, plan)
        with plan.at("property"):
            value = facts.value(self.property)
        pair = exp.Struct(
            expressions=[
                exp.PropertyEQ(this=exp.to_identifier("at"), expression=facts.instant),
                exp.PropertyEQ(this=exp.to_identifier("value"), expression=value.sql),
            ]
        )
        end = exp.Max(this=pair) if self.op == "last" else exp.Min(this=pair)
        return Value(
            exp.Dot(this=facts.aggregate(end, known=value.sql), expression=exp.to_identifier("value")), value.type
        )

    def words(self) -> Sentence:
        """Such as ``store of the last order``."""
        told = "{property} of the last {events}" if self.op == "last" else "{property} of the first {events}"
        return sentence(told, property=sentence(self.property), events=self.scope_words(one=True))
