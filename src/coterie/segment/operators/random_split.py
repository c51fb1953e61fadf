"""A random share of everybody, the same every time."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field, model_validator
from sqlglot import exp
from sqlglot.expressions import Expr

from coterie.profile import language
from coterie.segment.plan import SegmentPlan
from coterie.segment.rule import Rule
from coterie.words import Sentence, sentence

_BUCKETS = 16**8
_BEYOND = "g"
"""Sorts after every hex digit."""


def _edge(share: float) -> str:
    bucket = round(share * _BUCKETS)
    return f"{bucket:08x}" if bucket < _BUCKETS else _BEYOND


class RandomSplit(Rule):
    """Profiles whose salted hash falls in [``start``, ``end``) of 0–1.

    MD5 of ``salt:`` and the profile's smallest identifier (``namespace:value`` in small letters; ``profile:`` and its
    number where it has none), first
    eight hex digits, compared as text: equal on every engine and every run, and in whatever order files
    were loaded. Ranges that touch split the base without overlap. The share is of everybody and holds about, not
    exactly; a profile may change sides when a smaller identifier of it becomes known.
    """

    main: ClassVar[str] = "salt"
    op: Literal["random"] = "random"
    salt: str = Field(min_length=1, description="A word; another word draws others.")
    start: float = Field(0.0, ge=0, le=1, description="Where the share begins, counted: 0 to 1.")
    end: float = Field(0.5, ge=0, le=1, description="Where it ends, not counted; 1 is to the very end.")

    @model_validator(mode="after")
    def _not_reversed(self) -> RandomSplit:
        if self.start >= self.end:
            raise ValueError(
                sentence(
                    "start {start:g} is not below end {end:g}: nobody can be in between", start=self.start, end=self.end
                )
            )
        return self

    def condition(self, plan: SegmentPlan) -> Expr:
        """Two comparisons of hex text, which sorts as the number does."""
        known = exp.Not(this=exp.Is(this=language.column("value"), expression=exp.null()))
        smallest = plan.aggregate(plan.facts("identifiers", "", known), language.smallest_identifier())
        key = language.drawn_key(smallest, language.column("profile_id", "profiles"))
        salted = exp.DPipe(this=plan.bind(f"{self.salt}:"), expression=key)
        digest = exp.Substring(this=exp.MD5(this=salted), start=exp.Literal.number(1), length=exp.Literal.number(8))
        parts: list[Expr] = []
        if self.start > 0:
            parts.append(exp.GTE(this=digest, expression=plan.bind(_edge(self.start))))
        if self.end < 1:
            parts.append(exp.LT(this=digest.copy(), expression=plan.bind(_edge(self.end))))
        return exp.paren(exp.and_(*parts)) if parts else exp.true()

    def words(self) -> Sentence:
        """Such as ``random 0%–50% by spring``."""
        return sentence(
            "random {start:.4g}%–{end:.4g}% by {salt}",
            start=self.start * 100,
            end=self.end * 100,
            salt=self.salt,
        )
