"""Membership of an uploaded list."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field
from sqlglot import exp
from sqlglot.expressions import Expr

from coterie.errors import UnknownName
from coterie.profile import language
from coterie.segment.plan import SegmentPlan
from coterie.segment.rule import Rule
from coterie.words import Sentence, sentence


class InList(Rule):
    """Profiles on a list that was uploaded (``coterie segments upload``).

    The list is taken as it stands now, also where an earlier instant is asked for; an unknown name is an error.
    """

    main: ClassVar[str] = "list"
    op: Literal["in_list"] = "in_list"
    list: Annotated[str, language.naming("list")] = Field(description="Name of the list.")

    def condition(self, plan: SegmentPlan) -> Expr:
        """Rows of ``list_members`` counted."""
        if self.list not in plan.catalog.lists:
            raise UnknownName("list", self.list, plan.catalog.lists, where=plan.where)
        plan.undated.add(self.list)
        return self._is_on_it(plan)

    def _is_on_it(self, plan: SegmentPlan) -> Expr:
        named = exp.EQ(this=exp.column("list", quoted=True), expression=plan.bind(self.list))
        count = plan.aggregate(plan.facts("list_members", "", named), exp.Count(this=exp.Star()))
        return exp.GT(
            this=exp.Coalesce(this=count, expressions=[exp.Literal.number(0)]), expression=exp.Literal.number(0)
        )

    def words(self) -> Sentence:
        """Such as ``on the list fair_2024``."""
        return sentence("on the list {name}", name=self.list)
