"""Where a profile stands among all others by a number."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field, SerializeAsAny
from sqlglot import exp
from sqlglot.expressions import Expr

from coterie.errors import BadDefinition
from coterie.profile.measures import Measure
from coterie.profile.plan import Plan
from coterie.profile.values import Value, as_double
from coterie.words import Sentence, sentence, word

_WORDS = {
    "percentile": "percentile rank of {measure}",
    "tile": "{tiles}-tile of {measure}",
    "rank": "rank by {measure}",
}


class Ranked(Measure):
    """Rank among all profiles that have a value; NULL for those without.

    ``percentile`` is 0–1, the share of the others below: profiles with a smaller value over all the others with one; the smallest is 0,
    the greatest 1 unless several share it, one who is alone 0. ``tile`` is 1 (lowest) to ``tiles``: one more than the whole part of
    ``tiles`` × profiles with a smaller value / all with one. ``rank`` is 1 for the greatest; after two at rank 1 comes rank 3.
    Equal values stand equal, at the lowest of their places, so tiles may differ in size or be empty. ``descending`` turns
    the order round: percentile 0 and tile 1 are the greatest, rank 1 is the smallest.
    Of dates the later is the greater. Profiles without the value do not count, but ``count``,
    ``sum`` and ``distinct`` are 0, never missing, for who did nothing: to rank buyers only, rank a ``mean``, or
    the formula ``CASE WHEN orders > 0 THEN revenue END``.
    """

    main: ClassVar[str] = "of"
    op: Literal["percentile", "tile", "rank"]
    of: SerializeAsAny[Measure] = Field(
        description="The number, date or instant that is ranked by: a trait by name or a measure."
    )
    tiles: int = Field(5, ge=2, le=1000, description="For tile: how many parts of about equal size.")
    descending: bool = Field(
        False, description="Turn the order round: tile 1 and percentile 0 are then the greatest, rank 1 the smallest."
    )

    def compiled(self, plan: Plan) -> Value:
        """A window over the profiles with a value."""
        with plan.at(self.op):
            value = self.of.compiled(plan)
            if value.type not in {"number", "instant", "date"}:
                raise BadDefinition(
                    sentence("a rank needs a number or a date, this is {type}", type=word(value.type, "type")),
                    where=plan.where,
                )
        return Value(plan.ranked(value, self._rank), "number")

    def _rank(self, value: Expr, over: Expr) -> Expr:
        """The rank of ``value`` among rows of the window ``over``."""
        descending = self.descending != (self.op == "rank")
        order = exp.Order(expressions=[exp.Ordered(this=value.copy(), desc=descending, nulls_first=False)])

        def window(function: Expr, ordered: bool = True) -> Expr:
            return exp.Window(this=function, partition_by=[over.copy()], order=order.copy() if ordered else None)

        rank = window(exp.Rank())
        one = exp.Literal.number(1)
        if self.op == "rank":
            return rank
        before = exp.paren(exp.Sub(this=rank, expression=one))
        many = window(exp.Count(this=exp.Star()), ordered=False)
        if self.op == "percentile":
            others = exp.Nullif(
                this=exp.paren(exp.Sub(this=many, expression=one.copy())), expression=exp.Literal.number(0)
            )
            share = exp.Div(this=as_double(before), expression=as_double(others))
            return exp.Coalesce(this=share, expressions=[exp.cast(exp.Literal.number(0), "DOUBLE")])
        share = exp.Div(
            this=as_double(exp.Mul(this=before, expression=exp.Literal.number(self.tiles))), expression=as_double(many)
        )
        return exp.Add(this=one, expression=exp.cast(exp.Floor(this=share), "BIGINT"))

    def children(self) -> Iterator[Measure]:
        """What ranks."""
        yield self.of

    def words(self) -> Sentence:
        """Such as ``5-tile of revenue``."""
        return sentence(_WORDS[self.op], measure=self.of.words(), tiles=self.tiles)
