"""A sum in which older events weigh less."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field
from sqlglot import exp
from sqlglot.expressions import Expr

from coterie.profile.facts import days_between, facts_of
from coterie.profile.measures import EventMeasure
from coterie.profile.naming import PropertyName
from coterie.profile.plan import Plan
from coterie.profile.values import Value, as_double, exact
from coterie.profile.windows import Duration, duration_words, moved
from coterie.words import Sentence, sentence


class Decayed(EventMeasure):
    """Events, or the sum of a property, each halved in weight for every ``half_life`` of its age; 0 without any.

    An event weighs 0.5 ^ (age / half_life), the age running from the event to as_of: 1 at as_of, 0.25 after two half-lives.
    Weights are rounded to nine decimals, so that the sum does not depend on the order of rows.
    """

    main: ClassVar[str] = "event"
    op: Literal["decayed"] = "decayed"
    property: PropertyName | None = Field(
        None, description="The number that is added up; events are counted when absent."
    )
    half_life: Duration = Field("30d", description="The age at which an event weighs half, such as 30d.")

    def compiled(self, plan: Plan) -> Value:
        """Sum of value × 0.5 ^ (age / half-life)."""
        facts = facts_of(self, plan)
        days = (plan.as_of - moved(plan.as_of, self.half_life, plan.zone)).total_seconds() / 86400
        lives = exp.Div(this=exp.paren(days_between(facts.instant, plan.bind(plan.as_of))), expression=plan.bind(days))
        weight: Expr = exp.Pow(this=exp.cast(exp.Literal.number("0.5"), "DOUBLE"), expression=lives)
        if self.property is not None:
            value = facts.number(self.property)
            weight = exp.Mul(this=as_double(value.sql), expression=weight)
            return Value(facts.total(Value(weight, "number")), "number")
        return Value(facts.total(Value(exact(weight), "number", is_exact=True)), "number")

    def words(self) -> Sentence:
        """Such as ``number of orders, halved every 30 days``."""
        return sentence(
            "{measure}, halved every {duration}",
            measure=self.summed_words(self.property),
            duration=duration_words(self.half_life),
        )
