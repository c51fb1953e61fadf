"""The rows that an event measure looks at, ready to aggregate."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp
from sqlglot.expressions import Expr

from coterie.errors import BadDefinition
from coterie.profile.measures import EventMeasure
from coterie.profile.plan import Plan
from coterie.profile.rows import RowSet
from coterie.profile.stages import Derivation, Stages
from coterie.profile.values import Total, Value
from coterie.profile.windows import Bounds
from coterie.words import sentence, word


@dataclass(frozen=True)
class Facts:
    """Rows, window and filters of one event measure in a plan."""

    plan: Plan
    rows: RowSet
    bounds: Bounds
    conditions: tuple[Expr, ...]

    @property
    def instant(self) -> Expr:
        """When each fact occurred."""
        return self.rows.instant

    def value(self, name: str) -> Value:
        """A property of the facts."""
        return self.rows.value(name)

    def number(self, name: str) -> Value:
        """A property of the facts that has to be a number; raises ``BadDefinition`` where it is none."""
        with self.plan.at("property"):
            value = self.value(name)
            if value.type != "number":
                raise BadDefinition(
                    sentence("{text!r} is {type}, not a number", text=name, type=word(value.type, "type")),
                    where=self.plan.where,
                )
        return value

    def aggregate(self, function: Expr, *, known: Expr | None = None) -> Expr:
        """``function`` over these facts per profile; ``known`` leaves out facts where it is NULL."""
        return self.plan.aggregate(
            self.rows, function, bounds=self.bounds, conditions=(*self.conditions, *_known(known))
        )

    def total(self, value: Value) -> Expr:
        """The sum of a number over these facts per profile, of whatever magnitude; 0 without any."""
        return total_by(lambda function, *when: self._where(function, when), value)

    def rows_sql(self, columns: Mapping[str, Expr]) -> exp.Select:
        """A statement by itself: ``profile_id`` and ``columns`` of each of these facts."""
        stages = Stages({}, {}, self.plan.bind, self.plan.only)
        wanted = (*self.rows.conditions, *self.conditions)
        return stages.derived(Derivation(self.rows, columns, (), self.bounds, wanted))

    def _where(self, function: Expr, when: tuple[Expr, ...]) -> Expr:
        return self.plan.aggregate(self.rows, function, bounds=self.bounds, conditions=(*self.conditions, *when))

    def derive(
        self, name: str, columns: Mapping[str, Expr], *, by: Sequence[str] = (), known: Expr | None = None
    ) -> RowSet:
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
            value = rows.value(each.property)
            conditions.append(plan.compare(value, each.op, each.value, ignore_case=each.ignore_case))
    return Facts(plan, rows, measure.bounds(plan.as_of, plan.zone), tuple(conditions))


def total_by(aggregate: Callable[..., Expr], value: Value) -> Expr:
    """The sum of ``value`` by ``aggregate``, which is called with a function and conditions on the rows."""
    total = Total(value)
    large = total.beyond
    return total.of(aggregate(total.exactly), None if large is None else aggregate(large, total.is_beyond))


def zero_if_none(sql: Expr) -> Expr:
    """0 for a profile without such facts."""
    return exp.Coalesce(this=sql, expressions=[exp.Literal.number(0)])


def days_between(start: Expr, end: Expr) -> Expr:
    """Days from one instant to another, with their fraction."""
    return days_of(exp.TimestampDiff(this=end, expression=start, unit=exp.var("MICROSECOND")))


def days_of(micros: Expr) -> Expr:
    """Days, with their fraction, of a number of microseconds."""
    return exp.Div(this=exp.cast(micros, "DOUBLE"), expression=exp.cast(exp.Literal.number("86400000000"), "DOUBLE"))
