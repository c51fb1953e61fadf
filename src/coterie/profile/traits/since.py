"""Days since the first or last event."""

from __future__ import annotations

from typing import ClassVar, Literal

from sqlglot import exp

from coterie.profile.facts import days_between, facts_of
from coterie.profile.measures import EventMeasure
from coterie.profile.plan import Plan
from coterie.profile.values import Value
from coterie.words import say


class Since(EventMeasure):
    """Days from the last (recency) or first (tenure) event to ``as_of``, with their fraction; NULL without any."""

    main: ClassVar[str] = "event"
    op: Literal["since_last", "since_first"]

    def compiled(self, plan: Plan) -> Value:
        """``as_of`` minus the extreme instant."""
        facts = facts_of(self, plan)
        end = exp.Max(this=facts.instant) if self.op == "since_last" else exp.Min(this=facts.instant)
        return Value(days_between(facts.aggregate(end), plan.bind(plan.as_of)), "number")

    def words(self, locale: str = "en") -> str:
        """Such as ``days since the last order``."""
        sentence = "days since the last {events}" if self.op == "since_last" else "days since the first {events}"
        return say(sentence, locale, events=self.scope_words(locale, one=True))
