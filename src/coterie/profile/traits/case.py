"""The first answer whose condition holds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field
from sqlglot import exp

from coterie.errors import BadDefinition
from coterie.profile.formulas import compile_formula, names_in
from coterie.profile.measures import Measure
from coterie.profile.plan import Plan
from coterie.profile.values import Scalar, Value, ValueType
from coterie.words import Sentence, joined, sentence, word


class When(BaseModel):
    """``then`` where the formula ``when`` holds, such as ``when: orders >= 5 AND revenue > 100``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    when: str = Field(description="A condition over traits by name, such as orders >= 5 AND city = 'Oslo'.")
    then: str | bool | int | float = Field(description="The answer where it holds; all answers are of one type.")


def _type_of(answer: Scalar) -> ValueType:
    if isinstance(answer, bool):
        return "boolean"
    return "text" if isinstance(answer, str) else "number"


class Case(Measure):
    """The ``then`` of the first ``when`` that holds, else ``otherwise`` (NULL when not given).

    A condition is a [formula](#formula) that is true or false: names are those of traits, text stands in single
    quotes (``city = 'Oslo'``). A comparison with a missing value does not hold; ask for it by ``IS NULL``.
    """

    main: ClassVar[str] = "of"
    op: Literal["case"] = "case"
    of: tuple[When, ...] = Field(min_length=1, description="Conditions with their answers, asked in this order.")
    otherwise: str | bool | int | float | None = Field(
        None, description="The answer where none holds; missing when not given."
    )

    def compiled(self, plan: Plan) -> Value:
        """CASE over formulas."""
        answers = [each.then for each in self.of] + ([] if self.otherwise is None else [self.otherwise])
        kinds = {_type_of(answer) for answer in answers}
        if len(kinds) > 1:
            raise BadDefinition(
                sentence(
                    "the answers of a case are of one type, these are {types}",
                    types=joined((word(kind, "type") for kind in sorted(kinds)), " and "),
                ),
                where=plan.where,
            )
        ifs = []
        for place, each in enumerate(self.of):
            with plan.at("case", place, "when"):
                condition = compile_formula(each.when, plan)
                if condition.type != "boolean":
                    raise BadDefinition(
                        sentence(
                            "{text!r} is {type}, not a condition", text=each.when, type=word(condition.type, "type")
                        ),
                        where=plan.where,
                    )
            ifs.append(exp.If(this=condition.sql, true=plan.bind(each.then)))
        default = None if self.otherwise is None else plan.bind(self.otherwise)
        return Value(exp.Case(ifs=ifs, default=default), kinds.pop())

    def named_traits(self) -> Iterator[str]:
        """All that the conditions name."""
        for each in self.of:
            yield from names_in(each.when)

    def words(self) -> Sentence:
        """The answers."""
        return sentence("one of {value}", value=", ".join(str(each.then) for each in self.of))
