"""The rows that an event measure looks at, ready to aggregate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp
from sqlglot.expressions import Expr

from coterie.profile.filters import compare
from coterie.profile.measures import EventMeasure
from coterie.profile.plan import Plan
from coterie.profile.rows import Rows
from coterie.profile.values import Value
from coterie.profile.windows import Bounds


@dataclass(frozen=True)
class Facts:
    """Rows, window and filters of one event measure in a plan."""

    plan: Plan
    rows: Rows
    bounds: Bounds
    conditions: tuple[Expr, ...]

    @property
    def instant(self) -> Expr:
        """When each fact occurred."""
        return self.rows.instant

    def value(self, name: str) -> Value:
        """A property of the facts."""
        return self.rows.value(name)

    def aggregate(self, function: Expr, *, known: Expr | None = None) -> Expr:
        """``function`` over these facts per profile; ``known`` leaves out facts where it is NULL."""
        return self.plan.aggregate(
            self.rows, function, bounds=self.bounds, conditions=(*self.conditions, *_known(known))
        )

    def derive(
        self, name: str, columns: Mapping[str, Expr], *, by: Sequence[str] = (), known: Expr | None = None
    ) -> Rows:
        """Rows made from these facts."""
        conditions = (*self.conditions, *_known(known))
        return self.plan.derive(self.rows, name, columns, by=by, bounds=self.bounds, conditions=conditions)


def _known(value: Expr | None) -> tuple[Expr, ...]:
    return () if value is None else (is_known(value),)


def is_known(value: Expr) -> Expr:
    """Whether a value is not missing."""
    return exp.Not(this=exp.Is(this=value.copy(), expression=exp.null()))


def facts_of(measure: EventMeasure, plan: Plan) -> Facts:
    """The facts that a measure of events looks at; raises ``UnknownName`` for unknown events and properties."""
    with plan.at("event"):
        rows = plan.rows(measure.event)
    conditions = []
    for each in measure.where:
        with plan.at("where", each.property):
            conditions.append(
                compare(
                    rows.value(each.property), each.op, each.value, plan.bind, ignore_case=each.ignore_case,
                    where=plan.where, zone=plan.zone,
                )
            )  # fmt: skip
    return Facts(plan, rows, measure.bounds(plan.as_of, plan.zone), tuple(conditions))


def zero_if_none(sql: Expr) -> Expr:
    """0 for a profile without such facts."""
    return exp.Coalesce(this=sql, expressions=[exp.Literal.number(0)])


def days_between(start: Expr, end: Expr) -> Expr:
    """Days from one instant to another, with their fraction."""
    micros = exp.TimestampDiff(this=end, expression=start, unit=exp.var("MICROSECOND"))
    return exp.Div(this=exp.cast(micros, "DOUBLE"), expression=exp.cast(exp.Literal.number("86400000000"), "DOUBLE"))
