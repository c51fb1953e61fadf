"""How long ago a date or instant of a profile was."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field, SerializeAsAny
from sqlglot import exp

from coterie.errors import BadDefinition
from coterie.profile.facts import days_between
from coterie.profile.measures import Measure
from coterie.profile.plan import Plan
from coterie.profile.values import Value
from coterie.words import Sentence, sentence, word


class Age(Measure):
    """Days (or average years of 365.2425 days) from a date or instant to ``as_of``; negative when it lies ahead.

    A date is reckoned from its midnight to what the clock in the workspace's zone shows. The answer has a fraction;
    as years are average ones, it may pass a whole number up to a day before or after the birthday itself. NULL without the date.
    """

    main: ClassVar[str] = "of"
    op: Literal["age"] = "age"
    of: SerializeAsAny[Measure] = Field(
        description="The date or instant: a trait by name, such as birth_date, or a measure."
    )
    unit: Literal["days", "years"] = Field(
        "days", description="What it is counted in: days, or years of 365.2425 days."
    )

    def compiled(self, plan: Plan) -> Value:
        """``as_of`` minus the instant."""
        with plan.at("age"):
            value = self.of.compiled(plan)
            if value.type not in {"instant", "date"}:
                raise BadDefinition(
                    sentence("an age needs a date or an instant, this is {type}", type=word(value.type, "type")),
                    where=plan.where,
                )
        now = plan.local_as_of if value.type == "date" else plan.as_of
        days = days_between(exp.cast(value.sql, "TIMESTAMP"), plan.bind(now))
        if self.unit == "years":
            days = exp.Div(this=exp.paren(days), expression=exp.cast(exp.Literal.number("365.2425"), "DOUBLE"))
        return Value(days, "number")

    def children(self) -> Iterator[Measure]:
        """The date."""
        yield self.of

    def words(self) -> Sentence:
        """Such as ``days since birth date``."""
        told = "years since {measure}" if self.unit == "years" else "days since {measure}"
        return sentence(told, measure=self.of.words())
