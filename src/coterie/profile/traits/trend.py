"""Whether events, or a property's sum, rise or fall from period to period."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field, model_validator
from sqlglot import exp
from sqlglot.expressions import Expr

from coterie.profile.facts import facts_of
from coterie.profile.measures import EventMeasure
from coterie.profile.naming import PropertyName
from coterie.profile.plan import Plan
from coterie.profile.values import Value
from coterie.profile.windows import Duration, duration_words, moved
from coterie.words import Sentence, sentence


class Trend(EventMeasure):
    """The least-squares slope over the last ``periods`` spans of ``every``, as change per span.

    The spans end at as_of and follow each other; their first instant counts. A span without events counts as 0, so a profile
    without events has slope 0, and one who came lately a rising one. 2 is two more with every span, on average.
    ``since`` and ``before`` may leave events out; ``within``, ``until`` and ``during`` are an error.
    """

    main: ClassVar[str] = "event"
    op: Literal["trend"] = "trend"
    property: PropertyName | None = Field(
        None, description="The number that is added up in each span; events are counted when absent."
    )
    every: Duration = Field("30d", description="How long a span is, such as 30d or 1mo.")
    periods: int = Field(6, ge=2, le=36, description="How many spans, ending at as_of.")

    @model_validator(mode="after")
    def _has_its_own_span(self) -> Trend:
        if self.within or self.until or self.during:
            raise ValueError("a trend looks at its own span, `periods` times `every`; leave out within, until, during")
        return self

    def compiled(self, plan: Plan) -> Value:
        """One weighted sum: with spans evenly apart the slope is Σ (i - mean i)·y / Σ (i - mean i)²."""
        facts = facts_of(self, plan)
        middle = (self.periods - 1) / 2
        scale = sum((i - middle) ** 2 for i in range(self.periods))
        starts = [moved(plan.as_of, self.every, plan.zone, -(self.periods - i)) for i in range(self.periods)]
        weight: Expr = exp.Case(
            ifs=[
                exp.If(
                    this=exp.GTE(this=facts.instant, expression=plan.bind(starts[i])),
                    true=exp.cast(exp.Literal.number(str(round((i - middle) * 2))), "SMALLINT"),
                )
                for i in reversed(range(self.periods))
            ],
            default=exp.Literal.number(0),
        )
        weighed = Value(weight, "number", is_exact=True)
        if self.property is not None:
            value = facts.number(self.property)
            weighed = Value(exp.Mul(this=value.sql, expression=weight), "number", value.is_exact)
        total = facts.total(weighed)
        return Value(exp.Div(this=total, expression=exp.cast(exp.Literal.number(str(2 * scale)), "DOUBLE")), "number")

    def words(self) -> Sentence:
        """Such as ``change per 30 days of number of orders``."""
        return sentence(
            "change per {duration} of {measure}",
            duration=duration_words(self.every),
            measure=self.summed_words(self.property),
        )
