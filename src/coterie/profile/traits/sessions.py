"""How many sessions events make: runs of them without a long gap."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field
from sqlglot import exp

from coterie.profile.facts import days_between, facts_of, zero_if_none
from coterie.profile.measures import EventMeasure
from coterie.profile.plan import Plan
from coterie.profile.rows import column
from coterie.profile.values import Value
from coterie.words import Sentence, sentence

_A_DAY = 24 * 60


class Sessions(EventMeasure):
    """Number of sessions: an event more than ``gap_minutes`` after the one before begins another; 0 without events.

    A gap of exactly ``gap_minutes`` does not part two sessions. Events of days alone make one session a day.
    """

    main: ClassVar[str] = "event"
    op: Literal["sessions"] = "sessions"
    gap_minutes: float = Field(30, gt=0, description="Minutes of silence after which the next event begins a session.")

    def compiled(self, plan: Plan) -> Value:
        """The rows whose gap to the one before is long, or that have none before."""
        facts = facts_of(self, plan)
        before = exp.Window(
            this=exp.Lag(this=facts.instant),
            partition_by=[column("profile_id")],
            order=exp.Order(expressions=[exp.Ordered(this=facts.instant)]),
        )
        gaps = facts.derive("gaps", {"days": days_between(before, facts.instant)})
        is_first = exp.Is(this=column("days"), expression=exp.null())
        is_long = exp.GT(this=column("days"), expression=exp.Literal.number(f"{self.gap_minutes / _A_DAY:.17g}"))
        begins = exp.or_(is_first, is_long)
        return Value(zero_if_none(plan.aggregate(gaps, exp.Count(this=exp.Star()), conditions=(begins,))), "number")

    def words(self) -> Sentence:
        """Such as ``sessions of activities``."""
        return sentence("sessions of {events}", events=self.scope_words())
