"""A list trait that holds a value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field, SerializeAsAny
from sqlglot import exp
from sqlglot.expressions import Expr

from coterie.errors import BadDefinition
from coterie.profile import Measure, Value, language
from coterie.segment.plan import SegmentPlan
from coterie.segment.rule import Rule
from coterie.words import Sentence, sentence, word


class Includes(Rule):
    """A list trait holds the value, or any of the values.

    Values are compared whole and letter by letter, capital letters told apart. A missing list holds nothing.
    For several that have to be there all, write one ``includes`` each under ``all``.
    """

    op: Literal["includes"] = "includes"
    trait: SerializeAsAny[Measure] = Field(description="A trait that holds a list, such as the measure `list`.")
    value: str | tuple[str, ...] = Field(description="A value, or several of which one is enough.")

    def condition(self, plan: SegmentPlan) -> Expr:
        """ARRAY_CONTAINS for each value."""
        with plan.at("trait"):
            value = self.trait.compiled(plan)
            if value.type != "list":
                raise BadDefinition(
                    sentence("`includes` needs a list, this is {type}; use `=` or `in`", type=word(value.type, "type")),
                    where=plan.where,
                )
        wanted = self.value if isinstance(self.value, tuple) else (self.value,)
        held = [exp.ArrayContains(this=value.sql.copy(), expression=plan.bind(each)) for each in wanted]
        return language.false_when_missing(exp.or_(*held))

    def measured(self, plan: SegmentPlan) -> Value:
        """The list."""
        return self.trait.compiled(plan)

    def named_traits(self) -> Iterator[str]:
        """Those of the measure."""
        yield from self.trait.named_traits()

    def words(self) -> Sentence:
        """Such as ``departments includes DELI``."""
        shown = self.value if isinstance(self.value, str) else ", ".join(self.value)
        return sentence("{measure} includes {value}", measure=self.trait.words(), value=shown)
