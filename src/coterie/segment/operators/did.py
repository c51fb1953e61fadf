"""Did something, so many times."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field, model_validator
from sqlglot import exp
from sqlglot.expressions import Expr

from coterie.profile import Measure, Value, language
from coterie.segment.plan import SegmentPlan
from coterie.segment.rule import Rule
from coterie.words import Sentence, sentence


class Did(Rule, language.Windowed):
    """Profiles with so many events named ``event`` inside the window that meet ``where``.

    At least one when no number is given; ``at_least`` and ``at_most`` together are a range, both ends counted.
    The window is half-open: an event exactly
    ``within`` old counts, one at the very moment of asking does not. A profile without
    such events is never unknown: it is out, unless only ``at_most``, ``at_least: 0`` or ``exactly: 0`` is asked.
    Rows are counted: orders, not the days with orders; the lines of an order are ``Product Purchased``.

    >>> Did(event="Order Completed", at_least=2, within="30d").words()
    'orders in the last 30 days: ≥ 2'
    """

    main: ClassVar[str] = "event"
    op: Literal["did"] = "did"
    event: language.EventName = Field(
        description="Name of the events, as [events](events.md) lists them, capital letters included."
    )
    where: language.Filters = Field((), description="Conditions on their properties, all of which hold.")
    at_least: int | None = Field(None, ge=0, description="This many or more.")
    at_most: int | None = Field(
        None, ge=0, description="This many or fewer; none at all counts, too, unless at_least is given."
    )
    exactly: int | None = Field(None, ge=0, description="So many, no more and no fewer.")

    @model_validator(mode="after")
    def _one_way_to_count(self) -> Did:
        if self.exactly is not None and (self.at_least is not None or self.at_most is not None):
            raise ValueError("give `exactly`, or `at_least` and `at_most`, not both")
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise ValueError(
                sentence(
                    "at_least {low} is more than at_most {high}: nobody can meet it",
                    low=self.at_least,
                    high=self.at_most,
                )
            )
        return self

    def _limits(self) -> tuple[int, int | None]:
        if self.exactly is not None:
            return self.exactly, self.exactly
        return (1 if self.at_most is None else 0) if self.at_least is None else self.at_least, self.at_most

    def _count(self) -> Measure:
        span = self.model_dump(include=set(language.Windowed.model_fields))
        return Measure.model_validate({"op": "count", "event": self.event, "where": self.where, **span})

    def condition(self, plan: SegmentPlan) -> Expr:
        """The count between its limits."""
        low, high = self._limits()
        count = self._count().compiled(plan).sql
        above = exp.GTE(this=count, expression=plan.bind(low))
        return (
            above
            if high is None
            else exp.paren(exp.and_(above, exp.LTE(this=count.copy(), expression=plan.bind(high))))
        )

    def measured(self, plan: SegmentPlan) -> Value:
        """The count."""
        return self._count().compiled(plan)

    def words(self) -> Sentence:
        """Such as ``orders in the last 90 days: ≥ 2``."""
        low, high = self._limits()
        needed = f"≥ {low}" if high is None else f"= {low}" if low == high else f"{low}–{high}"
        filters = (each.words() for each in self.where)
        what = language.events_words(self.event, filters, self.window_words())
        return sentence("{what}: {needed}", what=what, needed=needed)
