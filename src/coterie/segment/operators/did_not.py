"""Did not do something."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field
from sqlglot import exp
from sqlglot.expressions import Expr

from coterie.profile import Measure, Value, language
from coterie.segment.plan import SegmentPlan
from coterie.segment.rule import Rule
from coterie.words import Sentence, sentence


class DidNot(Rule, language.Windowed):
    """Profiles without any event named ``event`` inside the window that meets ``where``; those who never did are in.

    To ask for those who once did and then stopped, put a ``did`` beside it under ``all``.
    """

    main: ClassVar[str] = "event"
    op: Literal["did_not"] = "did_not"
    event: language.EventName = Field(
        description="Name of the events, as [events](events.md) lists them, capital letters included."
    )
    where: language.Filters = Field((), description="Conditions on their properties, all of which hold.")

    def _count(self) -> Measure:
        span = self.model_dump(include=set(language.Windowed.model_fields))
        return Measure.model_validate({"op": "count", "event": self.event, "where": self.where, **span})

    def condition(self, plan: SegmentPlan) -> Expr:
        """A count of 0."""
        return exp.EQ(this=self._count().compiled(plan).sql, expression=exp.Literal.number(0))

    def measured(self, plan: SegmentPlan) -> Value:
        """The count."""
        return self._count().compiled(plan)

    def words(self) -> Sentence:
        """Such as ``no orders in the last 90 days``."""
        filters = (each.words() for each in self.where)
        what = language.events_words(self.event, filters, self.window_words())
        return sentence("no {what}", what=what)
