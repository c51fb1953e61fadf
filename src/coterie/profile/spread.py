"""Standard deviations that do not depend on how rows lie: exact sums of squared deviations."""

from __future__ import annotations

from sqlglot import exp
from sqlglot.expressions import Expr

from coterie.profile.facts import Facts
from coterie.profile.rows import column
from coterie.profile.values import as_double, finite

_ONE = exp.cast(exp.Literal.number(1), "DOUBLE")
_ZERO = exp.cast(exp.Literal.number(0), "DOUBLE")
_MICROSECONDS_OF_A_DAY = exp.cast(exp.Literal.number("86400000000"), "DOUBLE")


def _of_profile(function: Expr) -> exp.Window:
    return exp.Window(this=function, partition_by=[column("profile_id")])


def _decimal(number: Expr, places: int) -> Expr:
    return exp.TryCast(this=number, to=exp.DataType.build(f"DECIMAL({38 if places == 0 else 28}, {places})"))


def _root(squares: Expr, many: Expr, unit: Expr) -> Expr:
    """``unit`` × √(squares / (many - 1)); NULL below two."""
    others = exp.Nullif(this=exp.paren(exp.Sub(this=as_double(many), expression=_ONE.copy())), expression=_ZERO.copy())
    mean = exp.Div(this=exp.paren(squares), expression=others)
    # NULL of no rows must stay NULL, and no rounding may go below 0.
    least = exp.Case(
        ifs=[exp.If(this=exp.LT(this=mean.copy(), expression=_ZERO.copy()), true=_ZERO.copy())], default=mean
    )
    return exp.Mul(this=unit, expression=exp.Sqrt(this=least))


def spread(facts: Facts, number: Expr) -> Expr:
    """The standard deviation (of a sample) of a number over the facts of each profile; NULL below two.

    Each number is placed in [-1, 1] between the smallest and the largest of its profile and the
    places are summed as decimals, so equal numbers in any order give the same digits.
    """
    ends = (_of_profile(exp.Min(this=number.copy())), _of_profile(exp.Max(this=number.copy())))
    low, high = (exp.Div(this=end, expression=exp.Literal.number(2)) for end in ends)
    reach = exp.paren(exp.Sub(this=high, expression=low))
    middle = exp.paren(exp.Add(this=high.copy(), expression=low.copy()))
    away = exp.paren(exp.Sub(this=number.copy(), expression=middle))
    place = exp.Coalesce(
        this=exp.Div(this=away, expression=exp.Nullif(this=reach.copy(), expression=_ZERO.copy())),
        expressions=[_ZERO.copy()],
    )
    squared = exp.Mul(this=place.copy(), expression=place.copy())
    columns = {"place": _decimal(place, 18), "squared": _decimal(squared, 18), "reach": reach}
    rows = facts.derive("spread", columns, known=number)
    plan = facts.plan
    total, squares = (as_double(plan.aggregate(rows, exp.Sum(this=column(name)))) for name in ("place", "squared"))
    many = plan.aggregate(rows, exp.Count(this=exp.Star()))
    centered = exp.Div(this=exp.Mul(this=total, expression=total.copy()), expression=as_double(many.copy()))
    unit = plan.aggregate(rows, exp.Max(this=column("reach")))
    return finite(_root(exp.Sub(this=squares, expression=centered), many, unit))


def spread_of_gaps(facts: Facts) -> Expr:
    """The standard deviation (of a sample) of the days between successive facts; NULL below two gaps."""
    instant = facts.instant
    first, last = (_of_profile(end(this=instant.copy())) for end in (exp.Min, exp.Max))
    gaps = exp.Sub(this=_of_profile(exp.Count(this=exp.Star())), expression=exp.Literal.number(1))
    parts = exp.Nullif(this=as_double(exp.paren(gaps)), expression=_ZERO.copy())
    mean = exp.Div(this=_microseconds(first, last), expression=parts)
    before = _of_profile(exp.Lag(this=instant.copy()))
    before.set("order", exp.Order(expressions=[exp.Ordered(this=instant.copy())]))
    away = exp.paren(exp.Sub(this=_microseconds(before, instant.copy()), expression=mean))
    rows = facts.derive("gaps", {"squared": _decimal(exp.Mul(this=away, expression=away.copy()), 0)})
    squares = facts.plan.aggregate(rows, exp.Sum(this=column("squared")))
    many = facts.plan.aggregate(rows, exp.Count(this=column("squared")))
    unit = exp.Div(this=_ONE.copy(), expression=_MICROSECONDS_OF_A_DAY.copy())
    return _root(as_double(squares), many, unit)


def _microseconds(start: Expr, end: Expr) -> Expr:
    return exp.cast(exp.TimestampDiff(this=end, expression=start, unit=exp.var("MICROSECOND")), "DOUBLE")
