"""A date or instant near to as_of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field, SerializeAsAny
from sqlglot import exp
from sqlglot.expressions import Expr

from coterie.errors import BadDefinition
from coterie.profile import Measure, Value, language
from coterie.segment.plan import SegmentPlan
from coterie.segment.rule import Rule
from coterie.words import Sentence, sentence, word

_WORDS = {
    "in_last": "{measure} in the last {duration}",
    "in_next": "{measure} in the next {duration}",
    "older_than": "{measure} more than {duration} ago",
}


class Dated(Rule):
    """A date trait relative to ``as_of``.

    ``in_last`` is [as_of - d, as_of), ``in_next`` [as_of, as_of + d), ``older_than``
    before as_of - d; a missing date meets none. A date stands for its midnight by the clock of the workspace's
    zone, so today's is ``in_last``, not ``in_next``, unless as_of is that midnight. The year counts: for
    a day that comes back every year, such as a birthday, use ``anniversary_within``. A day is 24 hours; months and
    years are those of the calendar, and 1mo before the 31st is the last day of a shorter month.
    """

    op: Literal["in_last", "in_next", "older_than"]
    trait: SerializeAsAny[Measure] = Field(description="A date or instant.")
    value: language.Duration = Field(description="How far from as_of, such as 30d, 2w, 6mo or 1y.")

    def condition(self, plan: SegmentPlan) -> Expr:
        """A comparison with instants reckoned from ``as_of``."""
        with plan.at("trait"):
            value = self.trait.compiled(plan)
            if value.type not in {"instant", "date"}:
                raise BadDefinition(
                    sentence(
                        "`{op}` needs a date or an instant, this is {type}", op=self.op, type=word(value.type, "type")
                    ),
                    where=plan.where,
                )
        at = exp.cast(value.sql, "TIMESTAMP")
        today = plan.local_as_of if value.type == "date" else plan.as_of
        zone = "UTC" if value.type == "date" else plan.zone
        now, before = plan.bind(today), plan.bind(language.moved(today, self.value, zone))
        after = plan.bind(language.moved(today, self.value, zone, 1))
        if self.op == "older_than":
            return language.false_when_missing(exp.LT(this=at, expression=before))
        start, end = (before, now) if self.op == "in_last" else (now, after)
        return language.false_when_missing(
            exp.and_(exp.GTE(this=at, expression=start), exp.LT(this=at.copy(), expression=end))
        )

    def measured(self, plan: SegmentPlan) -> Value:
        """The date."""
        return self.trait.compiled(plan)

    def named_traits(self) -> Iterator[str]:
        """Those of the measure."""
        yield from self.trait.named_traits()

    def words(self) -> Sentence:
        """Such as ``first seen at in the last 30 days``."""
        return sentence(
            _WORDS[self.op],
            measure=self.trait.words(),
            duration=language.duration_words(self.value),
        )
