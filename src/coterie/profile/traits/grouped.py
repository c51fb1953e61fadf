"""What the people of an account, a household or another group are together, known of each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import ClassVar, Literal

from pydantic import Field, SerializeAsAny, model_validator
from sqlglot import exp
from sqlglot.expressions import Expr

from coterie.errors import BadDefinition
from coterie.profile.measures import Measure
from coterie.profile.plan import Plan
from coterie.profile.values import Value, as_double
from coterie.words import Sentence, sentence, word

_WORDS = {
    "group_count": "number of people of the same {group} with {measure}",
    "group_sum": "sum of {measure} over the people of the same {group}",
    "group_mean": "mean of {measure} over the people of the same {group}",
    "group_max": "greatest {measure} among the people of the same {group}",
    "group_min": "smallest {measure} among the people of the same {group}",
}
_FUNCTIONS: dict[str, Callable[[Expr], Expr]] = {
    "group_count": lambda of: exp.Count(this=of),
    "group_sum": lambda of: exp.Sum(this=of),
    "group_mean": lambda of: exp.Avg(this=of),
    "group_max": lambda of: exp.Max(this=of),
    "group_min": lambda of: exp.Min(this=of),
}


class Grouped(Measure):
    """A measure taken over all who have the same value of an attribute, such as ``account_id`` or ``household_id``.

    Everybody of a group has the same value; NULL for those who are in none, and where nobody of the group has the
    measure. A yes counts as 1 and a no as 0, so that ``group_max`` of a condition says whether anybody of the account
    meets it, and ``group_mean`` which share does. ``group_count`` counts the people who have the measure, all of the
    group where none is named. Dates may be asked for the greatest and the smallest.
    """

    main: ClassVar[str] = "of"
    op: Literal["group_count", "group_sum", "group_mean", "group_max", "group_min"]
    of: SerializeAsAny[Measure] | None = Field(
        None, description="What is taken together: a trait by name or a measure; may be left out of group_count."
    )
    by: str = Field(
        description="The attribute or trait that those of one group share, such as account_id, household_id or city."
    )

    @model_validator(mode="after")
    def _has_measure(self) -> Grouped:
        if self.of is None and self.op != "group_count":
            raise ValueError(sentence("{op} needs the measure that is taken together: of", op=self.op))
        return self

    def compiled(self, plan: Plan) -> Value:
        """An aggregate over the profiles of the same group."""
        with plan.at(self.op):
            group = plan.attribute(self.by)
            of = None if self.of is None else self._measured(self.of, plan)
        taken = exp.Star() if of is None else of.sql
        kind = of.type if of is not None and self.op in {"group_max", "group_min"} else "number"

        def together(by: Expr, _missing: Expr) -> Expr:
            return exp.Window(this=_FUNCTIONS[self.op](taken.copy()), partition_by=[by.copy()])

        return Value(plan.ranked(group, together), kind)

    def _measured(self, of: Measure, plan: Plan) -> Value:
        value = of.compiled(plan)
        if self.op == "group_count":
            return value
        if value.type == "boolean":
            return Value(exp.cast(value.sql, "DOUBLE"), "number")
        if value.type == "number":
            return value if value.is_exact else Value(as_double(value.sql), "number")
        if value.type in {"instant", "date"} and self.op in {"group_max", "group_min"}:
            return value
        raise BadDefinition(
            sentence("{op} needs numbers, this is {type}", op=self.op, type=word(value.type, "type")), where=plan.where
        )

    def children(self) -> Iterator[Measure]:
        """What is taken together."""
        if self.of is not None:
            yield self.of

    def named_traits(self) -> Iterator[str]:
        """What is taken together, and what groups share."""
        yield self.by
        yield from super().named_traits()

    def words(self) -> Sentence:
        """Such as ``sum of revenue over the people of the same account id``."""
        group = self._names.trait(self.by) if self._names else sentence(self.by.replace("_", " "))
        if self.of is None:
            return sentence("number of people of the same {group}", group=group)
        return sentence(_WORDS[self.op], measure=self.of.words(), group=group)
