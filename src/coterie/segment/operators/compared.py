"""A trait compared with a value."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field, SerializeAsAny, model_validator
from pydantic.json_schema import JsonSchemaValue
from sqlglot.expressions import Expr

from coterie.profile import Measure, Value, language
from coterie.segment.plan import SegmentPlan
from coterie.segment.rule import Rule
from coterie.words import Sentence, joined


class Compared(Rule):
    """A trait (by name, or measured on the spot) compared with what is written.

    ``=``, ``!=``, ``<`` … take one value, ``between`` two (both ends count), ``in`` and
    ``not_in`` a list, ``is_set`` true or false; ``contains``, ``starts_with``,
    ``ends_with``, ``matches`` (a regular expression found anywhere, as RE2 knows it) compare text. A missing
    value meets nothing but ``is_set: false``, so ``!=`` and ``not_in`` leave out who has none, and a ``not``
    around ``=`` lets them in. ``count``, ``sum`` and ``distinct`` are 0, never missing, for who did nothing.
    The value is of the trait's type: a number for a number, text for text (a postcode in quotes), true or false;
    any other is an error. A list trait takes ``is_set`` and ``includes`` only.
    Text is compared letter by letter, capital letters and accents told apart; ``<`` and ``>`` go by the letters' numbers,
    in which Z stands before a. ``ignore_case`` passes over capital letters in every language, in ``matches`` too.
    Dates are written 2024-05-01; an instant without an offset is read in the workspace's zone, and a date
    against an instant is its midnight there: ``> 2024-05-01`` holds from that midnight on, ``= 2024-05-01`` at
    that very moment only.
    """

    op: language.Comparison
    trait: SerializeAsAny[Measure] = Field(description="A trait by name, or a measure written here.")
    value: language.Scalar | tuple[language.Scalar, ...] = Field(
        True,
        description="What it is compared with: one value, two for between, a list for in, true or false for is_set.",
    )
    ignore_case: bool = Field(False, description="Compare text without regard to capital letters.")

    @model_validator(mode="after")
    def _asks_yes_or_no(self) -> Compared:
        language.check_operand(self.op, self.value)
        return self

    @classmethod
    def written(cls, name: str, shape: JsonSchemaValue) -> JsonSchemaValue:
        """One value, two for ``between``, a list for ``in`` and ``not_in``."""
        *scalars, listed = shape["anyOf"]
        if name in ("in", "not_in"):
            return {"anyOf": [{**listed, "minItems": 1}, *scalars]}
        return {
            "between": {**listed, "minItems": 2, "maxItems": 2},
            "is_set": {"type": "boolean"},
        }.get(name, {"anyOf": scalars})

    def condition(self, plan: SegmentPlan) -> Expr:
        """The comparison, FALSE where the trait is missing."""
        with plan.at("trait"):
            value = self.trait.compiled(plan)
        with plan.at(self.op):
            compared = plan.compare(value, self.op, self.value, ignore_case=self.ignore_case)
        return compared if self.op == "is_set" else language.false_when_missing(compared)

    def measured(self, plan: SegmentPlan) -> Value:
        """The trait."""
        return self.trait.compiled(plan)

    def named_traits(self) -> Iterator[str]:
        """Those of the measure."""
        yield from self.trait.named_traits()

    def words(self) -> Sentence:
        """Such as ``city = Oslo``."""
        compared = language.comparison_words(self.op, self.value, told=self.trait.limit)
        measure = self.trait.words()
        return joined([measure, compared], " ")
