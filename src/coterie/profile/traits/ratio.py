"""One measure divided by another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field, SerializeAsAny
from sqlglot import exp

from coterie.errors import BadDefinition
from coterie.profile.measures import Measure
from coterie.profile.plan import Plan
from coterie.profile.values import Value, as_double
from coterie.words import Sentence, sentence, word


class Ratio(Measure):
    """The first measure divided by the second; NULL where either is missing or the second is 0.

    Written ``ratio: [orders, tenure_days]``; both are numbers, traits by name or measures. The fraction is kept.
    """

    main: ClassVar[str] = "of"
    op: Literal["ratio"] = "ratio"
    of: tuple[SerializeAsAny[Measure], SerializeAsAny[Measure]] = Field(
        description="The number above and the number below, each a trait by name or a measure."
    )

    def compiled(self, plan: Plan) -> Value:
        """A division that does not divide by 0."""
        parts = []
        for place, measure in enumerate(self.of):
            with plan.at("ratio", place):
                value = measure.compiled(plan)
                if value.type != "number":
                    raise BadDefinition(
                        sentence("a ratio needs numbers, this is {type}", type=word(value.type, "type")),
                        where=plan.where,
                    )
                parts.append(as_double(value.sql))
        divisor = exp.Nullif(this=parts[1], expression=exp.Literal.number(0))
        return Value(exp.Div(this=parts[0], expression=divisor), "number")

    def children(self) -> Iterator[Measure]:
        """Both."""
        yield from self.of

    def words(self) -> Sentence:
        """Such as ``number of X per number of Y``."""
        return sentence("{measure} per {other}", measure=self.of[0].words(), other=self.of[1].words())
