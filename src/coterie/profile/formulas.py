"""Formulas over traits: parsed by SQLGlot, rebuilt from a short list of nodes, never evaluated here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import accumulate
from math import isfinite

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError
from sqlglot.expressions import Expr

from coterie.errors import BadDefinition
from coterie.profile.plan import Plan
from coterie.profile.values import Value, ValueType, as_double, false_when_missing, finite
from coterie.words import sentence, sql_says, word

_ARITHMETIC = (exp.Add, exp.Sub, exp.Mul)
_COMPARISONS = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE)
_ZERO = exp.cast(exp.Literal.number(0), "DOUBLE")


def _guarded(function: type[exp.Func], allowed: Callable[[Expr], Expr]) -> Callable[[Expr], Expr]:
    return lambda x: exp.Case(ifs=[exp.If(this=allowed(x.copy()), true=function(this=x))])


_CARRYING = (exp.Paren, exp.Neg, exp.Abs, exp.Floor, exp.Ceil, exp.Round, exp.Mod)
"""What yields no number when it is given none, so that it need not be asked on the way."""
_OVERFLOWING = (*_ARITHMETIC, exp.Div, exp.Exp)
_LONGEST, _DEEPEST, _LARGEST_TREE = 4000, 50, 20_000

_PLAIN: dict[type[Expr], Callable[[Expr], Expr]] = {
    exp.Abs: lambda x: exp.Abs(this=x),
    exp.Floor: lambda x: exp.Floor(this=x),
    exp.Ceil: lambda x: exp.Ceil(this=x),
}
_GUARDED: dict[type[Expr], Callable[[Expr], Expr]] = {
    exp.Exp: lambda x: exp.Exp(this=x),
    exp.Ln: _guarded(exp.Ln, lambda x: exp.GT(this=x, expression=_ZERO.copy())),
    exp.Sqrt: _guarded(exp.Sqrt, lambda x: exp.GTE(this=x, expression=_ZERO.copy())),
}


def parsed(text: str, where: str = "") -> Expr:
    """``text`` as a tree; raises ``BadDefinition`` when it is no expression, or one that is too long."""
    if len(text) > _LONGEST or max(accumulate((sign == "(") - (sign == ")") for sign in text), default=0) > _DEEPEST:
        raise BadDefinition(_TOO_DEEP, where=where)
    try:
        tree = parse_one(text, dialect="duckdb")
    except RecursionError:
        raise BadDefinition(_TOO_DEEP, where=where) from None
    except SqlglotError as fault:
        raise BadDefinition(
            sentence("{text!r} is no formula: {why}", text=text, why=sql_says(fault)), where=where
        ) from None
    if _depth(tree) > _DEEPEST:
        raise BadDefinition(_TOO_DEEP, where=where)
    return tree


_TOO_DEEP = sentence(
    "a formula is no longer than {length} {length|sign|signs} and nests no deeper than {depth} {depth|step|steps}; make traits of its parts and name them in it",
    length=_LONGEST,
    depth=_DEEPEST,
)


def _depth(tree: Expr) -> int:
    deepest, waiting = 0, [(tree, 1)]
    while waiting:
        node, depth = waiting.pop()
        deepest = max(deepest, depth)
        waiting += [(child, depth + 1) for child in node.iter_expressions()]
    return deepest


def is_a_name(text: str) -> bool:
    """Whether a formula would read ``text`` as the name of a trait, unlike ``null``, ``case`` or ``current_date``."""
    try:
        return isinstance(parse_one(text, dialect="duckdb"), exp.Column)
    except SqlglotError:
        return False


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
    return _Reader(text, plan).sure(tree)


def _may_overflow(node: Expr) -> bool:
    if isinstance(node, _CARRYING):
        return _may_overflow(node.this)
    return isinstance(node, _OVERFLOWING)


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

    def sure(self, node: Expr) -> Value:
        """What a node yields, NULL where that is beyond all numbers.

        Such a number goes on as infinite or undefined through sums and products, and is asked for where it
        could come out as another: in comparisons, choices, divisors, powers, and at the end.
        """
        value = self.read(node)
        if value.type != "number" or not _may_overflow(node):
            return value
        asked = finite(value.sql)
        if sum(1 for _ in asked.walk()) > _LARGEST_TREE:
            raise BadDefinition(_TOO_DEEP, where=self.plan.where)
        return Value(asked, "number")

    def _refuse(self, node: Expr) -> BadDefinition:
        return BadDefinition(
            sentence(
                "{text!r} is not allowed in a formula; use arithmetic, comparisons, AND/OR/NOT, CASE, "
                "COALESCE, LEAST, GREATEST, ABS, ROUND, FLOOR, CEIL, LN, EXP, SQRT, POWER",
                text=node.sql("duckdb"),
            ),
            where=self.plan.where,
        )

    def _constant(self, node: Expr) -> Value:
        if isinstance(node, exp.Neg):
            inner = self._as(node.this, "number", sure=False)
            return Value(exp.Neg(this=exp.paren(inner)), "number")
        if isinstance(node, exp.Boolean):
            return Value(self.plan.bind(bool(node.this)), "boolean")
        if node.is_string:
            return Value(self.plan.bind(str(node.this)), "text")
        number = float(node.this)
        if not isfinite(number):
            raise BadDefinition(
                sentence("{number} is beyond every number that can be compared", number=node.this),
                where=self.plan.where,
            )
        return Value(as_double(self.plan.bind(number)), "number")

    def _as(self, node: Expr, wanted: ValueType, *, sure: bool = True) -> Expr:
        value = self.sure(node) if sure else self.read(node)
        if value.type != wanted:
            raise BadDefinition(
                sentence(
                    "{text!r} is {type}; {wanted} is needed",
                    text=node.sql("duckdb"),
                    type=word(value.type, "type"),
                    wanted=word(wanted, "type"),
                ),
                where=self.plan.where,
            )
        # Whatever is computed is a double already.
        return as_double(value.sql) if wanted == "number" and isinstance(node.unnest(), exp.Column) else value.sql

    def _condition(self, node: Expr) -> Value:
        if isinstance(node, exp.And | exp.Or):
            sides = [self._as(side, "boolean") for side in (node.this, node.expression)]
            return Value(exp.paren(type(node)(this=sides[0], expression=sides[1])), "boolean")
        if isinstance(node, exp.Not):
            return Value(exp.Not(this=exp.paren(self._as(node.this, "boolean"))), "boolean")
        if isinstance(node, exp.Is):
            if not isinstance(node.expression, exp.Null):
                raise self._refuse(node)
            return Value(exp.Is(this=exp.paren(self.sure(node.this).sql), expression=exp.null()), "boolean")
        left = self.sure(node.this)
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
            sides = [self._as(side, "number", sure=False) for side in (node.this, node.expression)]
            return Value(type(node)(this=sides[0], expression=sides[1]), "number")
        if isinstance(node, exp.Div | exp.Mod):
            divisor = exp.Nullif(this=self._as(node.expression, "number"), expression=exp.Literal.number(0))
            return Value(type(node)(this=self._as(node.this, "number", sure=False), expression=divisor), "number")
        if type(node) in _PLAIN:
            return Value(_PLAIN[type(node)](self._as(node.this, "number", sure=False)), "number")
        if type(node) in _GUARDED:
            return Value(_GUARDED[type(node)](self._as(node.this, "number")), "number")
        if isinstance(node, exp.Round | exp.Pow):
            return self._of_two(node)
        return self._many(node)

    def _of_two(self, node: exp.Round | exp.Pow) -> Value:
        if isinstance(node, exp.Round):
            rounded = self._as(node.this, "number", sure=False)
            return Value(exp.Round(this=rounded, decimals=self._places(node)), "number")
        power = exp.Pow(this=self._as(node.this, "number"), expression=self._as(node.expression, "number"))
        return Value(finite(power), "number")

    def _places(self, node: exp.Round) -> Expr | None:
        places = node.args.get("decimals")
        if places is None:
            return None
        found = re.fullmatch(r"-?\d{1,2}", places.sql("duckdb"))
        if found is None:
            raise self._refuse(node)
        return exp.Literal.number(found[0])

    def _many(self, node: Expr) -> Value:
        if isinstance(node, exp.Coalesce | exp.Least | exp.Greatest):
            first = self.sure(node.this)
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
