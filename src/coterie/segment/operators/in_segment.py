"""Membership of other segments."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field
from sqlglot import exp
from sqlglot.expressions import Expr

from coterie.profile import language
from coterie.segment.plan import SegmentPlan
from coterie.segment.rule import Rule
from coterie.words import Sentence, joined, sentence

_Segment = Annotated[str, language.naming("segment")]


class InSegment(Rule):
    """Members of a segment, or of any of several; ``not`` around it for those outside.

    Members are reckoned from the segment's rule at the same instant. Segments that need each other are an error. For a part of a segmentation compare the trait ``segmentation.<name>``.
    """

    main: ClassVar[str] = "segment"
    op: Literal["in_segment"] = "in_segment"
    segment: _Segment | tuple[_Segment, ...] = Field(description="Name of a segment, or of several.")

    def named_segments(self) -> Iterator[str]:
        """The segments named."""
        yield from (self.segment,) if isinstance(self.segment, str) else self.segment

    def leaning(self) -> Iterator[tuple[str, bool]]:
        """Members of each are let in."""
        yield from ((name, True) for name in self.named_segments())

    def condition(self, plan: SegmentPlan) -> Expr:
        """The columns of those segments."""
        with plan.at("in_segment"):
            return exp.paren(exp.or_(*(plan.segment(name) for name in self.named_segments())))

    def words(self) -> Sentence:
        """Such as ``in segment vip``."""
        called = [self._names.segment(name) if self._names else name for name in self.named_segments()]
        return sentence("in segment {name}", name=joined(called, " or ", sense=""))
