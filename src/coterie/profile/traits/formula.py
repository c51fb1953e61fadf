"""Arithmetic over traits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field

from coterie.profile.formulas import compile_formula, names_in
from coterie.profile.measures import Measure
from coterie.profile.plan import Plan
from coterie.profile.values import Value
from coterie.words import Sentence


class Formula(Measure):
    """An expression over traits and attributes by name, such as ``revenue / orders``.

    Knows + - * / %, comparisons, BETWEEN (both ends count), IN, IS NULL, AND OR NOT, CASE WHEN, COALESCE, LEAST, GREATEST, ABS, ROUND
    (to so many decimals as a second number says), FLOOR, CEIL, LN, EXP, SQRT, POWER, LOWER, UPPER. Text stands in single quotes, a name with unusual signs in
    double ones. ``/`` keeps the fraction: 1 / 2 is 0.5. Arithmetic with a missing value is NULL, and so is what cannot be computed
    (division by 0, LN of 0, more than every number); a comparison with a missing value is false, and its NOT true.
    LEAST and GREATEST pass over missing values; COALESCE takes the first that is there. A date cannot be written in a
    formula: make a trait of its ``age`` first.
    """

    main: ClassVar[str] = "expression"
    op: Literal["formula"] = "formula"
    expression: str = Field(description="The expression, such as revenue / orders.")

    def compiled(self, plan: Plan) -> Value:
        """The expression, rebuilt from the few nodes that are allowed."""
        with plan.at("formula"):
            return compile_formula(self.expression, plan)

    def named_traits(self) -> Iterator[str]:
        """All that it names."""
        yield from names_in(self.expression)

    def words(self) -> Sentence:
        """The expression."""
        return Sentence(self.expression)
