"""Comparisons of a value with what a person wrote, shared by property filters and rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema
from sqlglot import exp
from sqlglot.expressions import Expr

from coterie.errors import BadDefinition
from coterie.profile.naming import PropertyName
from coterie.profile.values import Bind, Scalar, Value, coerce
from coterie.words import Sentence, joined, sentence, word

Comparison = Literal[
    "=", "!=", "<", "<=", ">", ">=", "between", "in", "not_in", "is_set",
    "contains", "starts_with", "ends_with", "matches",
]  # fmt: skip

_ORDERED: dict[str, type[exp.Binary]] = {
    "=": exp.EQ, "!=": exp.NEQ, "<": exp.LT, "<=": exp.LTE, ">": exp.GT, ">=": exp.GTE,
}  # fmt: skip
_TEXTUAL: dict[str, Callable[[Expr, Expr], Expr]] = {
    "contains": lambda text, part: exp.Contains(this=text, expression=part),
    "starts_with": lambda text, part: exp.StartsWith(this=text, expression=part),
    "ends_with": lambda text, part: exp.EndsWith(this=text, expression=part),
}
MEANINGS: dict[Comparison, str] = {
    "=": "Equal to the value.",
    "!=": "Anything known but the value.",
    "<": "Less than the value; earlier, of dates; before it letter by letter, of text.",
    "<=": "The value or less.",
    ">": "More than the value; later, of dates; after it letter by letter, of text.",
    ">=": "The value or more.",
    "between": "From the first value to the second; both count.",
    "in": "Equal to one of the values.",
    "not_in": "Known, and equal to none of the values.",
    "is_set": 'True: there is a value, be it 0, false or "". False: there is none.',
    "contains": "Text with the value anywhere in it.",
    "starts_with": "Text that begins with the value.",
    "ends_with": "Text that ends with the value.",
    "matches": "Text in which the regular expression is found anywhere; `^` and `$` tie it to the ends.",
}
"""Comparison → what meets it, for forms and the reference."""
PatternFault = Callable[[str], str]
"""Why a pattern is no regular expression; empty when it is one."""
_SIGNS = {
    "=": "= {value}", "!=": "≠ {value}", "<": "< {value}", "<=": "≤ {value}", ">": "> {value}", ">=": "≥ {value}",
    "between": "between {value}", "in": "one of {value}", "not_in": "none of {value}",
    "contains": "contains {value}", "starts_with": "starts with {value}", "ends_with": "ends with {value}",
    "matches": "matches {value}",
}  # fmt: skip


def compare(
    value: Value,
    op: Comparison,
    operand: Scalar | tuple[Scalar, ...],
    bind: Bind,
    *,
    ignore_case: bool = False,
    where: str = "",
    zone: str = "UTC",
    pattern_fault: PatternFault | None = None,
) -> Expr:
    """The condition ``value op operand``, operands bound. It is NULL where ``value`` is, except for ``is_set``.

    An instant without an offset is read in ``zone``; ``pattern_fault`` says why the engine would refuse a
    regular expression. Raises ``BadDefinition`` when operand and value are of different types.
    """
    if op == "is_set":
        missing = exp.Is(this=value.sql.copy(), expression=exp.null())
        return missing if operand is False else exp.Not(this=missing)
    operands = operand if isinstance(operand, tuple) else (operand,)
    if value.type == "list" or (op in {*_TEXTUAL, "matches"} and value.type != "text"):
        raise BadDefinition(
            sentence("`{op}` does not compare a value of type {type}", op=op, type=word(value.type, "type")),
            where=where,
        )
    if op == "matches":
        return _matches(value, operands, ignore_case=ignore_case, where=where, bind=bind, fault=pattern_fault)
    folded = ignore_case and value.type == "text"
    left = exp.Lower(this=value.sql.copy()) if folded else value.sql.copy()
    rights = [bind(coerce(each, value.type, where=where, zone=zone)) for each in operands]
    if folded:
        rights = [exp.Lower(this=right) for right in rights]
    if op in {"in", "not_in"}:
        listed = exp.In(this=left, expressions=rights)
        return exp.Not(this=listed) if op == "not_in" else listed
    if op == "between":
        return exp.Between(this=left, low=rights[0], high=rights[1])
    if len(rights) != 1:
        raise BadDefinition(sentence("`{op}` needs one value, not {n}", op=op, n=len(rights)), where=where)
    return _TEXTUAL[op](left, rights[0]) if op in _TEXTUAL else _ORDERED[op](this=left, expression=rights[0])


def _matches(
    value: Value, patterns: tuple[Scalar, ...], *, ignore_case: bool, where: str, bind: Bind, fault: PatternFault | None
) -> Expr:
    """A match anywhere; the case is ignored by a flag of the match, since a pattern in small letters is another pattern."""
    if len(patterns) != 1:
        raise BadDefinition(sentence("`{op}` needs one value, not {n}", op="matches", n=len(patterns)), where=where)
    pattern = str(coerce(patterns[0], "text", where=where))
    why = fault(pattern) if fault else ""
    if why:
        raise BadDefinition(
            sentence("{pattern!r} is no regular expression that can be used here: {why}", pattern=pattern, why=why),
            where=where,
        )
    return exp.RegexpLike(this=value.sql.copy(), expression=bind(f"(?i){pattern}" if ignore_case else pattern))


def check_operand(op: Comparison, operand: Scalar | tuple[Scalar, ...]) -> None:
    """Raise ``ValueError`` where ``is_set`` is given anything but true or false, or ``between`` anything but two values."""
    if op == "is_set" and not isinstance(operand, bool):
        raise ValueError(sentence("`is_set` takes true or false, not {value!r}", value=operand))
    if op == "between" and not (isinstance(operand, tuple) and len(operand) == 2):
        raise ValueError("`between` needs two values, [low, high]")


def comparison_words(
    op: Comparison,
    operand: Scalar | tuple[Scalar, ...],
    *,
    told: Callable[[Scalar], str] | None = None,
) -> Sentence:
    """The comparison as people read it; ``told`` writes each operand.

    >>> comparison_words(">=", 2), comparison_words("in", ("a", "b"))
    ('≥ 2', 'one of a, b')
    """
    if op == "is_set":
        return sentence("is missing" if operand is False else "is known")
    operands = operand if isinstance(operand, tuple) else (operand,)
    shown = joined(map(told or _shown, operands), "–" if op == "between" else ", ")
    return sentence(_SIGNS[op], value=shown)


def _shown(value: Scalar) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


_IGNORE_CASE = "Compare text without regard to capital letters."


class PropertyFilter(BaseModel):
    """One condition on a property of an event; all conditions of a ``where`` are about the same event.

    An event without the property meets nothing but ``is_set: false``. Compared are numbers with numbers, text with
    text, true and false with each other, dates and instants with dates; any other pair is an error (``store: 12``
    where stores are text: write ``store: "12"``), and so is a property that no event of the name carries. The type of
    a property that came with the events is read from the newest 2,000 of them; where its values are of several types
    it is text.
    Text is compared letter by letter, capital letters and accents told apart; ``ignore_case`` passes over
    capital letters in every language (and over nothing else), in ``matches`` too. ``matches`` is a regular expression
    as RE2 knows it: no look-ahead and no back references.
    A date against an instant is its midnight in the workspace's zone: ``{occurred_at: {between: [2024-05-01, 2024-05-31]}}``
    ends as 31 May begins; for whole days ask for ``day``, which is a date.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    property: PropertyName = Field(description="Name of the property, as [events](events.md) lists them.")
    op: Comparison = Field("=", description="How it is compared; see the comparisons below.")
    value: Scalar | tuple[Scalar, ...] = Field(
        description="What it is compared with: one value, two for between, a list for in."
    )
    ignore_case: bool = Field(False, description=_IGNORE_CASE)

    @model_validator(mode="after")
    def _asks_yes_or_no(self) -> PropertyFilter:
        check_operand(self.op, self.value)
        return self

    def words(self) -> Sentence:
        """The condition as people read it."""
        return sentence(
            "{property} {comparison}",
            property=Sentence(self.property),
            comparison=comparison_words(self.op, self.value),
        )


def _filters(given: Any) -> Any:
    """``{category: Books, revenue: {">=": 10}}`` spelled out as a list of filters."""
    if not isinstance(given, Mapping):
        return given
    spelled: list[dict[str, object]] = []
    for name, wanted in given.items():
        if isinstance(wanted, Mapping):
            options = {key: wanted[key] for key in wanted if key == "ignore_case"}
            spelled += [
                {"property": name, "op": op, "value": v, **options} for op, v in wanted.items() if op not in options
            ]
        else:
            spelled.append({"property": name, "op": "in" if isinstance(wanted, list | tuple) else "=", "value": wanted})
    return spelled


class _ShortForm:
    """Draws the short form of filters beside the long one."""

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        value: JsonSchemaValue = {"type": ["string", "number", "boolean"]}
        operand: JsonSchemaValue = {"anyOf": [value, {"type": "array", "items": value, "minItems": 1}]}
        compared: JsonSchemaValue = {
            "type": "object",
            "properties": {op: {"description": MEANINGS[op], **operand} for op in get_args(Comparison)}
            | {"ignore_case": {"type": "boolean", "description": _IGNORE_CASE}},
            "additionalProperties": False,
        }
        by_property: JsonSchemaValue = {"type": "object", "additionalProperties": {"anyOf": [operand, compared]}}
        return {"anyOf": [by_property, handler(core)]}


Filters = Annotated[tuple[PropertyFilter, ...], BeforeValidator(_filters), _ShortForm()]
"""All must hold. Short form: ``{category: [Books, Music], revenue: {">=": 10}}``."""
