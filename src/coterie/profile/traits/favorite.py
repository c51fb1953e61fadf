"""The value of a property that a profile's events carry most often, and how large its share is."""

from __future__ import annotations

from typing import ClassVar, Literal

from sqlglot import exp
from sqlglot.expressions import Expr

from coterie.errors import BadDefinition
from coterie.profile.facts import facts_of
from coterie.profile.measures import EventMeasure
from coterie.profile.plan import Plan
from coterie.profile.rows import column
from coterie.profile.values import Value, as_double, summable
from coterie.words import say


class Favorite(EventMeasure):
    """The most frequent value of a property, or its share (0–1) of the events that carry one.

    ``weight`` sums a number (such as revenue) instead of counting events. A tie goes to the
    value seen last, then to the greater value. ``value`` asks for the share of one
    given value instead of the favorite's. NULL without such events.
    """

    main: ClassVar[str] = "property"
    op: Literal["favorite", "favorite_share"]
    property: str
    weight: str | None = None
    value: str | None = None

    def compiled(self, plan: Plan) -> Value:
        """A tally per profile and value, then the extreme of (weight, last instant, value)."""
        facts = facts_of(self, plan)
        with plan.at("property"):
            value = facts.value(self.property)
        weighed: Expr = exp.Count(this=exp.Star())
        if self.weight is not None:
            with plan.at("weight"):
                amount = facts.value(self.weight)
                if amount.type != "number":
                    raise BadDefinition(f"the weight {self.weight!r} is {amount.type}, not a number", where=plan.where)
            weighed = exp.Sum(this=summable(amount))
        columns = {"value": value.sql, "weight": weighed, "last_at": exp.Max(this=facts.instant)}
        tally = facts.derive("tally", columns, by=["value"], known=value.sql)
        if self.op == "favorite":
            members = [
                exp.PropertyEQ(this=exp.to_identifier(name), expression=column(name))
                for name in ("weight", "last_at", "value")
            ]
            best = plan.aggregate(tally, exp.Max(this=exp.Struct(expressions=members)))
            return Value(exp.Dot(this=best, expression=exp.to_identifier("value")), value.type)
        chosen: tuple[Expr, ...] = ()
        if self.value is not None:
            chosen = (exp.EQ(this=exp.cast(column("value"), "VARCHAR"), expression=plan.bind(self.value)),)
        largest = plan.aggregate(tally, exp.Max(this=column("weight")), conditions=chosen)
        total = plan.aggregate(tally, exp.Sum(this=column("weight")))
        if self.value is not None:
            known = exp.Not(this=exp.Is(this=total.copy(), expression=exp.null()))
            largest = exp.Case(
                ifs=[exp.If(this=known, true=exp.Coalesce(this=largest, expressions=[exp.Literal.number(0)]))]
            )
        share = exp.Div(
            this=as_double(largest), expression=exp.Nullif(this=as_double(total), expression=exp.Literal.number(0))
        )
        return Value(share, "number")

    def words(self, locale: str = "en") -> str:
        """Such as ``favorite category of purchased lines``."""
        names = {"property": say(self.property, locale), "events": self.scope_words(locale)}
        if self.op == "favorite":
            return say("favorite {property} of {events}", locale, **names)
        if self.value is None:
            return say("share of the favorite {property} of {events}", locale, **names)
        return say("share of {value} in {property} of {events}", locale, value=self.value, **names)
