"""Days since the first or last event."""

from __future__ import annotations

from typing import ClassVar, Literal

from sqlglot import exp

from coterie.profile.facts import days_between, days_of, facts_of
from coterie.profile.measures import EventMeasure
from coterie.profile.plan import Plan
from coterie.profile.values import Value
from coterie.words import Sentence, sentence


class Since(EventMeasure):
    """Days from the last (recency) or first (tenure) event, with their fraction; NULL without any.

    Days are counted from one instant to the other, 24 hours each, not by the calendar.
    Days since orders end where orders of their source are known to end (the least such silence counts for one who buys
    from several sources), and ``since_first`` is that silence and the days from the first to the last; days since other
    events end at ``as_of``.
    """

    main: ClassVar[str] = "event"
    op: Literal["since_last", "since_first"]

    def compiled(self, plan: Plan) -> Value:
        """The end of what is known minus the extreme instant."""
        facts = facts_of(self, plan)
        first, last, until = exp.Min(this=facts.instant), exp.Max(this=facts.instant), plan.known_until(facts.rows)
        if not until.find(exp.Column):
            end = last if self.op == "since_last" else first
            return Value(days_between(facts.aggregate(end), until), "number")
        silence = exp.Min(this=exp.TimestampDiff(this=until, expression=facts.instant, unit=exp.var("MICROSECOND")))
        days: exp.Expr = days_of(facts.aggregate(silence))
        if self.op == "since_first":
            days = exp.Add(this=days, expression=days_between(facts.aggregate(first), facts.aggregate(last)))
        return Value(exp.paren(days), "number")

    def words(self) -> Sentence:
        """Such as ``days since the last order``."""
        told = "days since the last {events}" if self.op == "since_last" else "days since the first {events}"
        return sentence(told, events=self.scope_words(one=True))
