"""A list written into the rule."""

from __future__ import annotations

from typing import ClassVar, Literal

import pyarrow as pa
from pydantic import Field, field_validator
from sqlglot import exp
from sqlglot.expressions import Expr

from coterie.identifiers import keys_of
from coterie.segment.plan import SegmentPlan
from coterie.segment.rule import Rule
from coterie.words import Sentence, sentence


class Profiles(Rule):
    """The profiles listed: ``namespace:value`` of an identifier in any spelling, or the number of a profile.

    E-mail addresses and phone numbers are compared as they are when people are told apart: capital letters of an
    address and the way a number is written do not count. One that nobody has finds nobody; it is no error.
    """

    main: ClassVar[str] = "keys"
    op: Literal["profiles"] = "profiles"
    keys: tuple[int | str, ...] = Field(
        min_length=1, description="Identifiers (email:ann@example.org) or numbers of profiles."
    )

    @field_validator("keys")
    @classmethod
    def _with_namespace(cls, keys: tuple[int | str, ...]) -> tuple[int | str, ...]:
        for key in keys:
            if isinstance(key, str) and not (key.partition(":")[0] and key.partition(":")[2]):
                raise ValueError(
                    sentence("{key!r} names nobody; write namespace:value, such as email:ann@example.com", key=key)
                )
        return keys

    def condition(self, plan: SegmentPlan) -> Expr:
        """Rows of ``identifier_spellings`` that match counted, or the number itself."""
        conditions: list[Expr] = []
        numbers = [plan.bind(key) for key in self.keys if isinstance(key, int)]
        if numbers:
            conditions.append(exp.In(this=exp.column("profile_id", table="profiles", quoted=True), expressions=numbers))
        named: list[Expr] = []
        for key in self.keys:
            if isinstance(key, str):
                namespace, _, value = key.partition(":")
                spelt = keys_of(namespace, pa.array([value], pa.string()), plan.catalog.country)[0].as_py()
                spellings = [plan.bind(spelling) for spelling in dict.fromkeys((value, spelt or value))]
                named.append(
                    exp.and_(
                        exp.EQ(this=exp.column("namespace", quoted=True), expression=plan.bind(namespace)),
                        exp.In(this=exp.column("spelling", quoted=True), expressions=spellings),
                    )
                )
        if named:
            count = plan.aggregate(plan.facts("identifier_spellings", "", exp.or_(*named)), exp.Count(this=exp.Star()))
            found = exp.Coalesce(this=count, expressions=[exp.Literal.number(0)])
            conditions.append(exp.GT(this=found, expression=exp.Literal.number(0)))
        return exp.paren(exp.or_(*conditions))

    def words(self) -> Sentence:
        """Such as ``one of 3 listed profiles``."""
        return sentence("one of {count} listed {count|profile|profiles}", count=len(self.keys))
