"""The value of a property that a profile's events carry most often, and how large its share is."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field
from sqlglot import exp
from sqlglot.expressions import Expr

from coterie.errors import BadDefinition
from coterie.profile.facts import facts_of, is_known, total_by, zero_if_none
from coterie.profile.measures import EventMeasure
from coterie.profile.naming import PropertyName
from coterie.profile.plan import Plan
from coterie.profile.rows import column
from coterie.profile.values import Scalar, Value, as_double
from coterie.words import Sentence, sentence, word


def _filtered(function: Expr, *when: Expr) -> Expr:
    return exp.Filter(this=function, expression=exp.Where(this=exp.and_(*when))) if when else function


class Favorite(EventMeasure):
    """The most frequent value of a property, or its share (0–1) of the events that carry one.

    ``weight`` sums a number (such as revenue) instead of counting events; events without the
    number are left out, and values whose sum is not above 0 have no share. A tie goes to the
    value seen last, then to the greater value. ``value`` asks for the share of one
    given value instead of the favorite's, 0 where others were chosen. NULL without such events. Values are told apart letter by
    letter, capital letters too.
    """

    main: ClassVar[str] = "property"
    op: Literal["favorite", "favorite_share"]
    property: PropertyName = Field(description="The property whose values compete.")
    weight: PropertyName | None = Field(
        None, description="A number that is summed for each value, such as revenue; events are counted when absent."
    )
    value: Scalar | None = Field(
        None, description="For favorite_share: the share of this value instead of the favorite."
    )

    def compiled(self, plan: Plan) -> Value:
        """A tally per profile and value, then the extreme of (weight, last instant, value)."""
        facts = facts_of(self, plan)
        known: Expr | None = None
        with plan.at("property"):
            value = facts.value(self.property)
            known = value.sql
        weighed: Expr = exp.Count(this=exp.Star())
        is_exact = True
        if self.weight is not None:
            with plan.at("weight"):
                amount = facts.value(self.weight)
                if amount.type != "number":
                    raise BadDefinition(
                        sentence(
                            "the weight {text!r} is {type}, not a number",
                            text=self.weight,
                            type=word(amount.type, "type"),
                        ),
                        where=plan.where,
                    )
            is_exact = amount.is_exact
            weighed = exp.Sum(this=amount.sql) if is_exact else total_by(_filtered, amount)
            known = exp.Case(ifs=[exp.If(this=is_known(amount.sql), true=value.sql)])
        columns = {"value": value.sql, "weight": weighed, "last_at": exp.Max(this=facts.instant)}
        tally = facts.derive("tally", columns, by=["value"], known=known)
        if self.op == "favorite":
            members = [
                exp.PropertyEQ(this=exp.to_identifier(name), expression=column(name))
                for name in ("weight", "last_at", "value")
            ]
            weighable = [] if is_exact else [is_known(column("weight"))]
            best = plan.aggregate(tally, exp.Max(this=exp.Struct(expressions=members)), conditions=weighable)
            return Value(exp.Dot(this=best, expression=exp.to_identifier("value")), value.type)
        some = exp.GT(this=column("weight"), expression=exp.Literal.number(0))
        chosen: list[Expr] = [some]
        if self.value is not None:
            with plan.at("value"):
                tallied = Value(column("value"), value.type)
                chosen.append(plan.compare(tallied, "=", self.value, ignore_case=False))
        largest = plan.aggregate(tally, exp.Max(this=column("weight")), conditions=chosen)
        total = total_by(
            lambda function, *when: plan.aggregate(tally, function, conditions=[some, *when]),
            Value(column("weight"), "number", is_exact),
        )
        if self.value is not None:
            largest = zero_if_none(largest)
        some_weight = exp.Nullif(this=total, expression=exp.Literal.number(0))
        return Value(exp.Div(this=as_double(largest), expression=some_weight), "number")

    def words(self) -> Sentence:
        """Such as ``favorite category of purchased lines``."""
        names = {"property": sentence(self.property), "events": self.scope_words()}
        if self.op == "favorite":
            return sentence("favorite {property} of {events}", **names)
        if self.value is None:
            return sentence("share of the favorite {property} of {events}", **names)
        return sentence("share of {value} in {property} of {events}", value=self.value, **names)
