"""Membership of a list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field
from sqlglot import exp
from sqlglot.expressions import Expr

from coterie.errors import UnknownName
from coterie.profile import language
from coterie.profile.catalog import Property
from coterie.profile.listed import LIST_JOINED, LIST_LEFT
from coterie.profile.windows import Bounds
from coterie.segment.plan import SegmentPlan
from coterie.segment.rule import Rule
from coterie.words import Sentence, sentence


class InList(Rule):
    """Profiles on a list: one that people are put on (``coterie lists``), or one that was uploaded (``coterie segments upload``).

    A list that people are put on is read as it stood at the instant that is asked for; one that was uploaded as it
    stands now. An unknown name is an error.
    """

    main: ClassVar[str] = "list"
    op: Literal["in_list"] = "in_list"
    list: Annotated[str, language.naming("list")] = Field(description="Name of the list.")

    def named_lists(self) -> Iterator[str]:
        """The list."""
        yield self.list

    def condition(self, plan: SegmentPlan) -> Expr:
        """Whether the last change put them on it; of an uploaded list rows of ``list_members`` counted."""
        if self.list not in plan.catalog.lists:
            raise UnknownName("list", self.list, plan.catalog.lists, where=plan.where)
        if self.list in plan.catalog.lists_by_hand:
            return self._was_put_on_it(plan)
        plan.undated.add(self.list)
        return self._is_on_it(plan)

    def _was_put_on_it(self, plan: SegmentPlan) -> Expr:
        ours = exp.and_(
            exp.In(
                this=language.column("name"),
                expressions=[exp.Literal.string(name) for name in (LIST_JOINED, LIST_LEFT)],
            ),
            exp.EQ(this=language.column("source"), expression=exp.Literal.string("coterie")),
        )
        rows = plan.facts("events", "occurred_at", ours)
        named = language.column(rows.scan.alias(Property("list", "text", "", "list")))
        visit = language.column(rows.scan.alias(Property("visit", "number", "", "visit")))
        # Several changes of one instant, such as those of two steps of a journey, are put in order by its visits.
        place = exp.Struct(
            expressions=[
                exp.PropertyEQ(this=exp.to_identifier(key), expression=value)
                for key, value in (("at", rows.instant), ("visit", visit), ("id", language.column("event_id")))
            ]
        )
        newest = exp.ArgMax(this=language.column("name"), expression=place)
        last = plan.aggregate(
            rows,
            newest,
            bounds=Bounds(None, plan.as_of),
            conditions=(exp.EQ(this=named, expression=plan.bind(self.list)),),
        )
        return language.false_when_missing(exp.EQ(this=last, expression=exp.Literal.string(LIST_JOINED)))

    def _is_on_it(self, plan: SegmentPlan) -> Expr:
        named = exp.EQ(this=exp.column("list", quoted=True), expression=plan.bind(self.list))
        count = plan.aggregate(plan.facts("list_members", "", named), exp.Count(this=exp.Star()))
        return exp.GT(
            this=exp.Coalesce(this=count, expressions=[exp.Literal.number(0)]), expression=exp.Literal.number(0)
        )

    def words(self) -> Sentence:
        """Such as ``on the list fair_2024``."""
        return sentence("on the list {name}", name=self.list)
