"""Rules joined: all, any, none, not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field, SerializeAsAny
from sqlglot import exp
from sqlglot.expressions import Expr

from coterie.segment.plan import SegmentPlan
from coterie.segment.rule import Rule
from coterie.words import Sentence, joined, sentence

_JOINTS = {"all": " and ", "any": " or ", "none": " or "}


class _Group(Rule):
    main: ClassVar[str] = "of"
    _turns: ClassVar[bool] = False
    of: tuple[SerializeAsAny[Rule], ...] = Field(min_length=1, description="The rules that are joined, one at least.")

    def children(self) -> Iterator[Rule]:
        """The rules joined."""
        yield from self.of

    def leaning(self) -> Iterator[tuple[str, bool]]:
        """As the rules joined do, which turn about where none may hold."""
        for each in self.of:
            yield from ((name, is_in is not self._turns) for name, is_in in each.leaning())

    def _conditions(self, plan: SegmentPlan) -> list[Expr]:
        return [plan.rule(each, self.op, place) for place, each in enumerate(self.of)]

    def words(self) -> Sentence:
        """The rules with what joins them; inner groups in brackets."""
        shown = [
            sentence("({rule})", rule=each.words()) if isinstance(each, _Group) else each.words() for each in self.of
        ]
        rules = joined(shown, _JOINTS[self.op], sense="")
        return sentence("none of: {rules}", rules=rules) if self.op == "none" else rules


class AllOf(_Group):
    """Every rule holds.

    A rule never is unknown: it holds for a profile or it does not, as a comparison with a missing value does not.
    """

    op: Literal["all"] = "all"

    def condition(self, plan: SegmentPlan) -> Expr:
        """AND."""
        return exp.paren(exp.and_(*self._conditions(plan)))


class AnyOf(_Group):
    """At least one rule holds."""

    op: Literal["any"] = "any"

    def condition(self, plan: SegmentPlan) -> Expr:
        """OR."""
        return exp.paren(exp.or_(*self._conditions(plan)))


class NoneOf(_Group):
    """No rule holds.

    Who lacks a value that a rule compares does not meet it, and so may be in.
    """

    op: Literal["none"] = "none"
    _turns: ClassVar[bool] = True

    def condition(self, plan: SegmentPlan) -> Expr:
        """NOT of OR."""
        return exp.Not(this=exp.paren(exp.or_(*self._conditions(plan))))


class Not(Rule):
    """The rule does not hold.

    Who lacks a value that the rule compares does not meet it, and so is in: to leave them out, ask
    for ``is_set: true`` beside it, or compare by ``!=`` or ``not_in``.
    """

    main: ClassVar[str] = "of"
    op: Literal["not"] = "not"
    of: SerializeAsAny[Rule] = Field(description="The rule that must not hold.")

    def children(self) -> Iterator[Rule]:
        """The one rule."""
        yield self.of

    def leaning(self) -> Iterator[tuple[str, bool]]:
        """Turned about."""
        yield from ((name, not is_in) for name, is_in in self.of.leaning())

    def condition(self, plan: SegmentPlan) -> Expr:
        """NOT."""
        return exp.Not(this=exp.paren(plan.rule(self.of, "not")))

    def words(self) -> Sentence:
        """Such as ``not (city = Oslo)``."""
        return sentence("not ({rule})", rule=self.of.words())
