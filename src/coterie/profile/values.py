"""What a trait or property can hold, and how people write such values in a definition."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field
from sqlglot import exp
from sqlglot.expressions import Expr

from coterie.domain.clock import to_local, to_utc
from coterie.errors import BadDefinition
from coterie.words import sentence, word

ValueType = Literal["number", "text", "boolean", "instant", "date", "list"]
"""``number`` covers integers, decimals and doubles; ``instant`` is naive UTC; ``list`` holds text."""

Scalar = bool | int | Annotated[float, Field(allow_inf_nan=False)] | str | datetime | date
Bind = Callable[[Scalar], Expr]
"""Turns a value into a bound parameter of the statement."""


@dataclass(frozen=True)
class Value:
    """A SQL expression and the type of what it yields; ``is_exact`` of numbers that add up without rounding."""

    sql: Expr
    type: ValueType
    is_exact: bool = False


_STARTS: tuple[tuple[str, ValueType], ...] = (
    ("TIMESTAMP", "instant"),
    ("DATE", "date"),
    ("BOOL", "boolean"),
    ("DECIMAL", "number"),
    ("DOUBLE", "number"),
    ("FLOAT", "number"),
    ("REAL", "number"),
    ("UINT", "number"),
    ("INT", "number"),
    ("BIGINT", "number"),
    ("UBIGINT", "number"),
    ("HUGEINT", "number"),
    ("SMALLINT", "number"),
    ("TINYINT", "number"),
    ("LONG", "number"),
    ("ARRAY", "list"),
)


def type_of_column(sql_type: str) -> ValueType:
    """The type that a column of an engine holds.

    >>> type_of_column("DECIMAL(18,4)"), type_of_column("VARCHAR[]"), type_of_column("VARCHAR")
    ('number', 'list', 'text')
    """
    name = sql_type.upper()
    if name.endswith("[]"):
        return "list"
    return next((kind for start, kind in _STARTS if name.startswith(start)), "text")


_MOST = sys.float_info.max
_ADDED_DIGITS = 28
"""A decimal of so many digits can be added ten thousand million times."""


def coerce(operand: Scalar, wanted: ValueType, *, where: str = "", zone: str = "UTC") -> Scalar:
    """``operand`` as a value of the type ``wanted``; ISO text becomes a date or an instant, read in ``zone``.

    Raises ``BadDefinition`` naming both when they do not fit.

    >>> coerce("2024-05-01", "instant")
    datetime.datetime(2024, 5, 1, 0, 0)
    """
    if wanted == "boolean" and isinstance(operand, bool):
        return operand
    if wanted == "number" and isinstance(operand, int | float) and not isinstance(operand, bool):
        if abs(operand) > _MOST:
            raise BadDefinition(
                sentence("{number} is beyond every number that can be compared", number=operand), where=where
            )
        return operand if abs(operand) < 2**63 else float(operand)
    if wanted in {"text", "list"} and isinstance(operand, str):
        return operand
    if wanted in {"instant", "date"}:
        return _moment(operand, wanted, where, zone)
    raise BadDefinition(
        sentence("{value!r} cannot be compared with a value of type {type}", value=operand, type=word(wanted, "type")),
        where=where,
    )


def _moment(operand: Scalar, wanted: ValueType, where: str, zone: str) -> datetime | date:
    at: Scalar = operand
    if isinstance(operand, str):
        try:
            at = datetime.fromisoformat(operand)
        except ValueError:
            at = operand
    if isinstance(at, datetime):
        if wanted == "date":
            return at.date() if at.tzinfo is None else to_local(at, zone).date()
        return to_utc(at, zone)
    if isinstance(at, date):
        return at if wanted == "date" else to_utc(datetime(at.year, at.month, at.day), zone)  # noqa: DTZ001
    raise BadDefinition(
        sentence(
            "{value!r} is no {type}; write it as 2024-05-01 or 2024-05-01 13:00:00",
            value=operand,
            type=word(wanted, "type"),
        ),
        where=where,
    )


def as_double(sql: Expr) -> Expr:
    """``sql`` as a double, whatever kind of number it is."""
    return exp.cast(sql, "DOUBLE")


def is_exact(sql_type: str) -> bool:
    """Whether a column of this type adds up without rounding, and within what a sum can hold.

    >>> is_exact("DECIMAL(18,4)"), is_exact("DOUBLE"), is_exact("DECIMAL(38,2)")
    (True, False, False)
    """
    name = sql_type.upper()
    if name.startswith("DECIMAL"):
        digits = re.match(r"DECIMAL\((\d+)", name)
        return digits is not None and int(digits[1]) <= _ADDED_DIGITS
    return type_of_column(name) == "number" and not name.startswith(("DOUBLE", "FLOAT", "REAL", "HUGEINT", "UHUGEINT"))


def exact(sql: Expr) -> Expr:
    """A number to nine decimals; NULL from 10^19 up, where ``Total`` counts it apart.

    A decimal sum does not depend on the order of rows or the number of threads; a sum of doubles does.
    """
    return exp.TryCast(this=sql, to=exp.DataType.build(f"DECIMAL({_ADDED_DIGITS}, 9)"))


@dataclass(frozen=True)
class Total:
    """The sum of a number in parts: ``exactly`` what adds up without rounding, and what is ``beyond`` that.

    Whoever aggregates takes the sum of ``exactly`` and, where there is one, that of ``beyond`` over
    the rows that meet ``is_beyond``, and makes one of them by ``of``.
    """

    value: Value

    @property
    def exactly(self) -> Expr:
        """The sum of the numbers that a decimal holds."""
        return exp.Sum(this=self.value.sql.copy() if self.value.is_exact else exact(self.value.sql.copy()))

    @property
    def beyond(self) -> Expr | None:
        """The sum of those that it does not, from the least, so that the order of rows is nothing to it."""
        if self.value.is_exact:
            return None
        number = as_double(self.value.sql.copy())
        return exp.Sum(this=exp.Order(this=number, expressions=[exp.Ordered(this=number.copy(), nulls_first=False)]))

    @property
    def is_beyond(self) -> Expr:
        """Whether a number is too large for a decimal."""
        sql = self.value.sql
        known = exp.Not(this=exp.Is(this=sql.copy(), expression=exp.null()))
        return exp.and_(known, exp.Is(this=exact(sql.copy()), expression=exp.null()))

    def of(self, exactly: Expr, beyond: Expr | None) -> Expr:
        """Both as one double, 0 without any; NULL where the sum is beyond all numbers."""
        small = as_double(exp.Coalesce(this=exactly, expressions=[exp.Literal.number(0)]))
        if beyond is None:
            return small
        large = exp.Coalesce(this=beyond, expressions=[exp.cast(exp.Literal.number(0), "DOUBLE")])
        return finite(exp.Add(this=small, expression=large))


_LARGEST = exp.cast(exp.Literal.number(repr(_MOST)), "DOUBLE")


def finite(number: Expr) -> Expr:
    """A number, or NULL where it is beyond all numbers or none; both sort above the largest."""
    is_number = exp.LTE(this=exp.Abs(this=number.copy()), expression=_LARGEST.copy())
    return exp.Case(ifs=[exp.If(this=is_number, true=number)])


def false_when_missing(sql: Expr) -> Expr:
    """A condition that a missing value does not meet, rather than leaving open."""
    return exp.Coalesce(this=sql, expressions=[exp.false()])
