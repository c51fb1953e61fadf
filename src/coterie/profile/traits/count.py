"""How many events."""

from __future__ import annotations

from typing import ClassVar, Literal

from sqlglot import exp

from coterie.profile.facts import facts_of, zero_if_none
from coterie.profile.measures import EventMeasure
from coterie.profile.plan import Plan
from coterie.profile.values import Value
from coterie.words import Sentence, sentence


class Count(EventMeasure):
    """How many such events a profile has; 0 without any.

    For the number of days with events, or of different values, use ``distinct`` (of ``day``, for days).
    """

    main: ClassVar[str] = "event"
    op: Literal["count"] = "count"

    def compiled(self, plan: Plan) -> Value:
        """COUNT(*) over the facts."""
        return Value(zero_if_none(facts_of(self, plan).aggregate(exp.Count(this=exp.Star()))), "number")

    def words(self) -> Sentence:
        """Such as ``number of orders in the last 90 days``."""
        return sentence("number of {events}", events=self.scope_words())
