"""Sum, mean, extremes, median, spread, distinct values of a property."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Literal

from pydantic import Field
from sqlglot import exp
from sqlglot.expressions import Expr

from coterie.errors import BadDefinition
from coterie.profile.facts import facts_of, zero_if_none
from coterie.profile.measures import EventMeasure
from coterie.profile.naming import PropertyName
from coterie.profile.plan import Plan
from coterie.profile.spread import spread
from coterie.profile.values import Value, ValueType, as_double
from coterie.words import Sentence, sentence, word

_WORDS = {
    "sum": "sum of {property} of {events}",
    "mean": "mean {property} of {events}",
    "min": "smallest {property} of {events}",
    "max": "largest {property} of {events}",
    "median": "median {property} of {events}",
    "stddev": "standard deviation of {property} of {events}",
    "distinct": "number of different {property} of {events}",
    "list": "all {property} of {events}",
}
_NUMERIC = {"sum", "mean", "median", "stddev"}
_ORDERED = _NUMERIC | {"min", "max"}


_FUNCTIONS: dict[str, Callable[[Expr], Expr]] = {
    "min": lambda v: exp.Min(this=v),
    "max": lambda v: exp.Max(this=v),
    "median": lambda v: exp.Median(this=as_double(v)),
    "distinct": lambda v: exp.Count(this=exp.Distinct(expressions=[v])),
}


class Aggregated(EventMeasure):
    """A property of a profile's events as one value.

    Events without the property are left out, of the number that ``mean`` divides by, too. Without any event ``sum`` and ``distinct``
    are 0, the others NULL; ``stddev`` (of a sample: divided by one less than there are) is NULL below two events. ``median`` of
    an even number of values is the mean of the two in the middle. ``min`` and ``max`` also take dates, instants (the
    earliest and the latest) and text, ``distinct`` and ``list`` anything; the others a number. Sums are exact to
    nine decimals below 10^19, and to the 15 digits of a double beyond. ``distinct`` counts different values, capital
    letters told apart; ``list`` holds them as sorted text.
    Money is in the workspace's currency, ``revenue`` net of discounts and of what was taken back before as_of.
    """

    main: ClassVar[str] = "property"
    op: Literal["sum", "mean", "min", "max", "median", "stddev", "distinct", "list"]
    property: PropertyName = Field(
        description="The property that is added up, averaged …; a number where arithmetic is asked."
    )

    def compiled(self, plan: Plan) -> Value:
        """The aggregate over the facts."""
        facts = facts_of(self, plan)
        with plan.at("property"):
            value = facts.value(self.property)
            allowed = {"number"} if self.op in _NUMERIC else {"number", "instant", "date", "text"}
            if self.op in _ORDERED and value.type not in allowed:
                raise BadDefinition(
                    sentence(
                        "`{op}` of {name!r}, which is {type}",
                        op=self.op,
                        name=self.property,
                        type=word(value.type, "type"),
                    ),
                    where=plan.where,
                )
        if self.op == "list":
            gathered = facts.aggregate(
                exp.ArrayAgg(this=exp.Distinct(expressions=[exp.cast(value.sql, "VARCHAR")])), known=value.sql
            )
            # Engines differ on the list of no values: some yield an empty one, some NULL.
            some = exp.GT(this=facts.aggregate(exp.Count(this=value.sql)), expression=exp.Literal.number(0))
            return Value(exp.Case(ifs=[exp.If(this=some, true=exp.ArraySort(this=gathered))]), "list")
        if self.op in {"sum", "mean"}:
            total = facts.total(value)
            if self.op == "sum":
                return Value(total, "number")
            counted = exp.Nullif(this=facts.aggregate(exp.Count(this=value.sql)), expression=exp.Literal.number(0))
            return Value(exp.Div(this=total, expression=as_double(counted)), "number")
        if self.op == "stddev":
            return Value(spread(facts, as_double(value.sql)), "number")
        found = facts.aggregate(_FUNCTIONS[self.op](value.sql))
        if self.op == "distinct":
            return Value(zero_if_none(found), "number")
        kind: ValueType = value.type if self.op in {"min", "max"} else "number"
        return Value(as_double(found) if kind == "number" else found, kind)

    def words(self) -> Sentence:
        """Such as ``sum of revenue of orders in the last 90 days``."""
        return sentence(_WORDS[self.op], property=sentence(self.property), events=self.scope_words())
