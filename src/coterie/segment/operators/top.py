"""The highest or lowest by a trait."""

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


class Top(Rule):
    """The ``value`` highest (``top``) or lowest (``bottom``) profiles by a trait, or so many percent of those with a value.

    Equal values stand together, so a tie at the edge is in as a whole and the segment may be larger.
    Profiles without a value are out, and are no part of what percent is taken of; but ``count``, ``sum`` and
    ``distinct`` are 0 for who did nothing: 10 percent by a ``sum`` of revenue are of everybody, not of the buyers.
    Of a broken number of profiles the next whole one is taken: 10 percent of 25 are 3. Of dates the latest are the
    highest. All profiles compete, whatever other rules stand beside it under ``all``.
    """

    op: Literal["top", "bottom"]
    trait: SerializeAsAny[Measure] = Field(description="A number, date or instant.")
    value: float = Field(gt=0, description="How many, or how many percent.")
    percent: bool = Field(False, description="Read value as percent of those who have the trait.")

    def condition(self, plan: SegmentPlan) -> Expr:
        """RANK within the profiles that have a value."""
        with plan.at("trait"):
            value = self.trait.compiled(plan)
            if value.type not in {"number", "instant", "date"}:
                raise BadDefinition(
                    sentence(
                        "`{op}` needs a number or a date, this is {type}", op=self.op, type=word(value.type, "type")
                    ),
                    where=plan.where,
                )
        rank = plan.ranked(value, self._edge)
        return language.false_when_missing(exp.LTE(this=rank, expression=plan.bind(self.value)))

    def _edge(self, value: Expr, over: Expr) -> Expr:
        order = exp.Order(expressions=[exp.Ordered(this=value.copy(), desc=self.op == "top", nulls_first=False)])
        rank = exp.Window(this=exp.Rank(), partition_by=[over.copy()], order=order)
        if not self.percent:
            return rank
        before = exp.Mul(
            this=exp.paren(exp.Sub(this=rank, expression=exp.Literal.number(1))), expression=exp.Literal.number(100)
        )
        many = exp.Window(this=exp.Count(this=exp.Star()), partition_by=[over.copy()])
        # Strictly below: 10 % of 1,000 are ranks 1 to 100, whose shares before them are 0 to 9.9.
        share = exp.Div(this=language.as_double(before), expression=language.as_double(many))
        return exp.Add(this=share, expression=exp.Literal.number("0.000000001"))

    def measured(self, plan: SegmentPlan) -> Value:
        """The trait."""
        return self.trait.compiled(plan)

    def named_traits(self) -> Iterator[str]:
        """Those of the measure."""
        yield from self.trait.named_traits()

    def words(self) -> Sentence:
        """Such as ``top 10% by revenue``."""
        shown = f"{self.value:g}%" if self.percent else f"{self.value:g}"
        told = "top {value} by {measure}" if self.op == "top" else "bottom {value} by {measure}"
        return sentence(told, value=shown, measure=self.trait.words())
