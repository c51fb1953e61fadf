"""Formulas over traits: parsed by SQLGlot, rebuilt from a short list of nodes, never evaluated here."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError
from sqlglot.expressions import Expr

from coterie.errors import BadDefinition
from coterie.profile.plan import Plan
from coterie.profile.values import Value, ValueType, as_double, false_when_missing

_ARITHMETIC = (exp.Add, exp.Sub, exp.Mul)
_COMPARISONS = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE)
_ZERO = exp.cast(exp.Literal.number(0), "DOUBLE")


_LARGEST = exp.cast(exp.Literal.number(repr(sys.float_info.max)), "DOUBLE")


def _finite(number: Expr) -> Expr:
    """A number, or NULL where it is beyond all numbers or none; both sort above the largest."""
    is_number = exp.LTE(this=exp.Abs(this=number.copy()), expression=_LARGEST.copy())
    return exp.Case(ifs=[exp.If(this=is_number, true=number)])


def _guarded(function: type[exp.Func], allowed: Callable[[Expr], Expr]) -> Callable[[Expr], Expr]:
    return lambda x: exp.Case(ifs=[exp.If(this=allowed(x.copy()), true=function(this=x))])


_UNARY: dict[type[Expr], Callable[[Expr], Expr]] = {
    exp.Abs: lambda x: exp.Abs(this=x),
    exp.Floor: lambda x: exp.Floor(this=x),
    exp.Ceil: lambda x: exp.Ceil(this=x),
    exp.Exp: lambda x: exp.Exp(this=exp.Least(this=x, expressions=[exp.Literal.number(700)])),
    exp.Ln: _guarded(exp.Ln, lambda x: exp.GT(this=x, expression=_ZERO.copy())),
    exp.Sqrt: _guarded(exp.Sqrt, lambda x: exp.GTE(this=x, expression=_ZERO.copy())),
}


def parsed(text: str, where: str = "") -> Expr:
    """``text`` as a tree; raises ``BadDefinition`` when it is no expression."""
    try:
        return parse_one(text, dialect="duckdb")
    except SqlglotError as fault:
        first = str(fault).splitlines()[0]
        raise BadDefinition(f"{text!r} is no formula: {first}", where=where) from None


def names_in(text: str) -> Iterator[str]:
    """Traits that a formula names, each once; ``score.x`` as written."""
    seen = dict.fromkeys(_name(found) for found in parsed(text).find_all(exp.Column))
    yield from seen


def _name(found: exp.Column) -> str:
    return f"{found.table}.{found.name}" if found.table else found.name


def compile_formula(text: str, plan: Plan) -> Value:
    """The value of a formula over the traits and attributes that ``plan`` knows.

    Raises ``BadDefinition`` for anything but arithmetic, comparison, logic and the few
    functions listed at ``Formula``, and ``UnknownName`` for unknown traits.
    """
    tree = parsed(text, plan.where)
    value = _Reader(text, plan).read(tree)
    can_overflow = value.type == "number" and tree.find(exp.Mul, exp.Div, exp.Exp) is not None
    return Value(_finite(value.sql), "number") if can_overflow else value


class _Reader:
    """Rebuilds a parsed formula node by node; a node it does not know is refused."""

    def __init__(self, text: str, plan: Plan) -> None:
        self.text, self.plan = text, plan

    def read(self, node: Expr) -> Value:
        if isinstance(node, exp.Paren):
            inner = self.read(node.this)
            return Value(exp.paren(inner.sql), inner.type)
        if isinstance(node, exp.Column):
            return self.plan.attribute(_name(node))
        if isinstance(node, exp.Literal | exp.Boolean | exp.Neg):
            return self._constant(node)
        if isinstance(node, exp.And | exp.Or | exp.Not | exp.Is | exp.In | exp.Between, *()) or isinstance(
            node, _COMPARISONS
        ):
            return self._condition(node)
        return self._number(node)

    def _refuse(self, node: Expr) -> BadDefinition:
        return BadDefinition(
            f"{node.sql('duckdb')!r} is not allowed in a formula; use arithmetic, comparisons, AND/OR/NOT, CASE, COALESCE, "
            "LEAST, GREATEST, ABS, ROUND, FLOOR, CEIL, LN, EXP, SQRT, POWER",
            where=self.plan.where,
        )

    def _constant(self, node: Expr) -> Value:
        if isinstance(node, exp.Neg):
            inner = self._as(node.this, "number")
            return Value(exp.Neg(this=exp.paren(inner)), "number")
        if isinstance(node, exp.Boolean):
            return Value(self.plan.bind(bool(node.this)), "boolean")
        if node.is_string:
            return Value(self.plan.bind(str(node.this)), "text")
        return Value(as_double(self.plan.bind(float(node.this))), "number")

    def _as(self, node: Expr, wanted: ValueType) -> Expr:
        value = self.read(node)
        if value.type != wanted:
            raise BadDefinition(f"{node.sql('duckdb')!r} is {value.type}; {wanted} is needed", where=self.plan.where)
        return as_double(value.sql) if wanted == "number" else value.sql

    def _condition(self, node: Expr) -> Value:
        if isinstance(node, exp.And | exp.Or):
            sides = [self._as(side, "boolean") for side in (node.this, node.expression)]
            return Value(exp.paren(type(node)(this=sides[0], expression=sides[1])), "boolean")
        if isinstance(node, exp.Not):
            return Value(exp.Not(this=exp.paren(self._as(node.this, "boolean"))), "boolean")
        if isinstance(node, exp.Is):
            if not isinstance(node.expression, exp.Null):
                raise self._refuse(node)
            return Value(exp.Is(this=exp.paren(self.read(node.this).sql), expression=exp.null()), "boolean")
        left = self.read(node.this)
        if isinstance(node, exp.In):
            if not node.expressions:
                raise self._refuse(node)
            listed = [self._as(each, left.type) for each in node.expressions]
            return Value(false_when_missing(exp.In(this=left.sql, expressions=listed)), "boolean")
        if isinstance(node, exp.Between):
            low, high = (self._as(node.args[side], left.type) for side in ("low", "high"))
            return Value(false_when_missing(exp.Between(this=left.sql, low=low, high=high)), "boolean")
        right = self._as(node.expression, left.type)
        number = as_double(left.sql) if left.type == "number" else left.sql
        return Value(false_when_missing(type(node)(this=number, expression=right)), "boolean")

    def _number(self, node: Expr) -> Value:
        if isinstance(node, _ARITHMETIC):
            return Value(
                type(node)(this=self._as(node.this, "number"), expression=self._as(node.expression, "number")), "number"
            )
        if isinstance(node, exp.Div | exp.Mod):
            divisor = exp.Nullif(this=self._as(node.expression, "number"), expression=exp.Literal.number(0))
            return Value(type(node)(this=self._as(node.this, "number"), expression=divisor), "number")
        if type(node) in _UNARY:
            return Value(_UNARY[type(node)](self._as(node.this, "number")), "number")
        if isinstance(node, exp.Round):
            places = node.args.get("decimals")
            digits = None if places is None else exp.Literal.number(int(places.name))
            return Value(exp.Round(this=self._as(node.this, "number"), decimals=digits), "number")
        if isinstance(node, exp.Pow):
            power = exp.Pow(this=self._as(node.this, "number"), expression=self._as(node.expression, "number"))
            return Value(_finite(power), "number")
        return self._many(node)

    def _many(self, node: Expr) -> Value:
        if isinstance(node, exp.Coalesce | exp.Least | exp.Greatest):
            first = self.read(node.this)
            rest = [self._as(each, first.type) for each in node.expressions]
            this = as_double(first.sql) if first.type == "number" else first.sql
            options = {} if isinstance(node, exp.Coalesce) else {"ignore_nulls": True}
            return Value(type(node)(this=this, expressions=rest, **options), first.type)
        if isinstance(node, exp.Case) and node.this is None:
            answers = [self.read(each.args["true"]) for each in node.args["ifs"]]
            kind = answers[0].type
            ifs = [
                exp.If(this=self._as(each.this, "boolean"), true=self._as(each.args["true"], kind))
                for each in node.args["ifs"]
            ]
            default = node.args.get("default")
            return Value(exp.Case(ifs=ifs, default=None if default is None else self._as(default, kind)), kind)
        if isinstance(node, exp.Lower | exp.Upper):
            return Value(type(node)(this=self._as(node.this, "text")), "text")
        raise self._refuse(node)
