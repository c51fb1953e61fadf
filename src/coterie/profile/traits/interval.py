"""Days between successive events."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Literal

from pydantic import Field
from sqlglot import exp
from sqlglot.expressions import Expr

from coterie.profile.facts import days_between, facts_of
from coterie.profile.measures import EventMeasure
from coterie.profile.plan import Plan
from coterie.profile.rows import column
from coterie.profile.spread import spread_of_gaps
from coterie.profile.values import Value
from coterie.words import Sentence, sentence

_FUNCTIONS: dict[str, Callable[[Expr], Expr]] = {
    "median": lambda v: exp.Median(this=v),
    "min": lambda v: exp.Min(this=v),
    "max": lambda v: exp.Max(this=v),
}
_WORDS = {
    "mean": "mean days between {events}",
    "median": "median days between {events}",
    "min": "fewest days between {events}",
    "max": "most days between {events}",
    "stddev": "standard deviation of days between {events}",
}


class Interval(EventMeasure):
    """Days from each event to the next, as one value; NULL below two events.

    Days have their fraction; two events at the same instant are 0 days apart. The time since the last event is no gap.
    ``stddev`` is that of a sample, and NULL below two gaps.
    """

    main: ClassVar[str] = "event"
    op: Literal["interval"] = "interval"
    statistic: Literal["mean", "median", "min", "max", "stddev"] = Field(
        "mean", description="How the gaps become one number: mean, median, min, max or stddev."
    )

    def compiled(self, plan: Plan) -> Value:
        """The mean needs only the ends and the count; the others a row per gap."""
        facts = facts_of(self, plan)
        if self.statistic == "mean":
            first, last = (facts.aggregate(end(this=facts.instant)) for end in (exp.Min, exp.Max))
            gaps = exp.Sub(this=facts.aggregate(exp.Count(this=exp.Star())), expression=exp.Literal.number(1))
            parts = exp.Nullif(this=exp.paren(gaps), expression=exp.Literal.number(0))
            return Value(
                exp.Div(this=exp.paren(days_between(first, last)), expression=exp.cast(parts, "DOUBLE")), "number"
            )
        if self.statistic == "stddev":
            return Value(spread_of_gaps(facts), "number")
        before = exp.Window(
            this=exp.Lag(this=facts.instant),
            partition_by=[column("profile_id")],
            order=exp.Order(expressions=[exp.Ordered(this=facts.instant)]),
        )
        gaps_of = facts.derive("gaps", {"days": days_between(before, facts.instant)})
        return Value(plan.aggregate(gaps_of, _FUNCTIONS[self.statistic](column("days"))), "number")

    def words(self) -> Sentence:
        """Such as ``median days between orders``."""
        return sentence(_WORDS[self.statistic], events=self.scope_words())
