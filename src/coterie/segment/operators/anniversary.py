"""A yearly day, such as a birthday, that comes up soon."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Literal

from pydantic import Field, SerializeAsAny
from sqlglot import exp
from sqlglot.expressions import Expr

from coterie.errors import BadDefinition
from coterie.profile import Measure, Value, language
from coterie.segment.plan import SegmentPlan
from coterie.segment.rule import Rule
from coterie.words import Sentence, sentence, word


class Anniversary(Rule):
    """The day of a date trait recurs today or in the days after, ``value`` days in all (1 is today only).

    29 February is kept on 28 February in years without it. Days are those of the workspace's zone; the year
    does not count. A missing date is out.
    """

    op: Literal["anniversary_within"] = "anniversary_within"
    trait: SerializeAsAny[Measure] = Field(description="A date or instant, such as a birthday.")
    value: int = Field(7, ge=1, le=366, description="Days, today being the first: 7 is today and the six days after.")

    def condition(self, plan: SegmentPlan) -> Expr:
        """Month and day of the date among those of the coming days."""
        with plan.at("trait"):
            value = self.trait.compiled(plan)
            if value.type not in {"instant", "date"}:
                raise BadDefinition(
                    sentence("an anniversary needs a date, this is {type}", type=word(value.type, "type")),
                    where=plan.where,
                )
        days = [plan.local_as_of + timedelta(days=ahead) for ahead in range(self.value)]
        keys = {day.month * 100 + day.day for day in days}
        if any((d.month, d.day) == (2, 28) and (d + timedelta(days=1)).month == 3 for d in days):
            keys.add(229)
        at = value.sql if value.type == "date" else language.local_sql(value.sql, plan.zone)
        month, day = (exp.Extract(this=exp.var(part), expression=at.copy()) for part in ("MONTH", "DAY"))
        key = exp.Add(this=exp.Mul(this=month, expression=exp.Literal.number(100)), expression=day)
        return language.false_when_missing(
            exp.In(this=exp.paren(key), expressions=[exp.Literal.number(k) for k in sorted(keys)])
        )

    def measured(self, plan: SegmentPlan) -> Value:
        """The date."""
        return self.trait.compiled(plan)

    def named_traits(self) -> Iterator[str]:
        """Those of the measure."""
        yield from self.trait.named_traits()

    def words(self) -> Sentence:
        """Such as ``anniversary of birth date within 7 days``."""
        return sentence(
            "anniversary of {measure} within {days} {days|day|days}", measure=self.trait.words(), days=self.value
        )
