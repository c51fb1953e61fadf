"""The plan of many segments: their aggregates beside those of the traits, rules as boolean columns over them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Protocol

from sqlglot import exp
from sqlglot.expressions import Expr

from coterie.errors import BadDefinition, UnknownName
from coterie.profile import Catalog, Plan, TraitDefinition, language
from coterie.words import sentence


class Condition(Protocol):
    """Something that a profile meets or does not."""

    def condition(self, plan: SegmentPlan) -> Expr:
        """The SQL of the condition, TRUE or FALSE."""


class PlannedSegment(Protocol):
    """What a plan needs of a segment's definition."""

    @property
    def name(self) -> str:
        """The column it becomes."""

    @property
    def rule(self) -> Condition:
        """What its members meet."""


class SegmentPlan(Plan):
    """A plan that also knows segments; each becomes one boolean column, after those it reads."""

    def __init__(
        self,
        catalog: Catalog,
        as_of: datetime,
        traits: Iterable[TraitDefinition] = (),
        segments: Iterable[PlannedSegment] = (),
        *,
        only: exp.Query | None = None,
        zone: str = "UTC",
    ) -> None:
        super().__init__(catalog, as_of, traits, only=only, zone=zone)
        self.segments: dict[str, PlannedSegment] = {}
        for segment in segments:
            if segment.name in self.segments:
                raise BadDefinition(sentence("two segments are named {name!r}", name=segment.name))
            self.segments[segment.name] = segment
        self._flags: dict[str, tuple[int, Expr]] = {}
        self._compiling: list[str] = []
        self._segment_levels: list[int] = []

    def anew(self) -> SegmentPlan:
        """A plan of the same definitions in which nothing is compiled yet."""
        plan = SegmentPlan(self.catalog, self.as_of, only=self.only, zone=self.zone)
        plan.definitions, plan.segments, plan.is_past = self.definitions, self.segments, self.is_past
        return plan

    def rule(self, rule: Condition, *place: object) -> Expr:
        """The condition of a rule; ``place`` names it in messages."""
        with self.at(*place):
            return rule.condition(self)

    def segment(self, name: str) -> Expr:
        """Whether a profile is in a segment: of this plan, else as last refreshed.

        Raises ``UnknownName`` with the nearest, ``BadDefinition`` when segments need each other.
        """
        if name not in self.segments:
            if name not in self.catalog.segments:
                known = set(self.segments) | self.catalog.segments
                raise UnknownName("segment", name, known, where=self.where)
            return language.false_when_missing(self.beside("membership_flags", name))
        if name not in self._flags:
            if name in self._compiling:
                raise BadDefinition(
                    sentence("segments need each other: {names}", names=" → ".join([*self._compiling, name])),
                    where=self.where,
                )
            self._compiling.append(name)
            self._segment_levels.append(0)
            outer, self._path = self._path, []
            condition = self.rule(self.segments[name].rule, sentence("segment {name}", name=name), "rule")
            self._path = outer
            self._flags[name] = (self._segment_levels.pop(), condition)
            self._compiling.pop()
        if self._segment_levels:
            self._segment_levels[-1] = max(self._segment_levels[-1], self._flags[name][0] + 1)
        return language.column(f"segment.{name}")

    def add_segments(self) -> None:
        """Compile every segment of the plan."""
        for name in self.segments:
            self.segment(name)

    def everything(self) -> exp.Select:
        """Every trait and every segment that was compiled (as ``segment.<name>``) of every profile, as one statement."""
        wanted = [language.column(name) for name in ("profile_id", *self._computed)]
        wanted += [language.column(f"segment.{name}") for name in self._flags]
        return self.finished(self.stages(), wanted)

    def stages(self) -> list[tuple[str, exp.Select]]:
        """The stages of the traits, then segments by level."""
        before = super().stages()
        return [*before, *self._segment_stages(before[-1][0])]

    def _segment_stages(self, before: str) -> Iterator[tuple[str, exp.Select]]:
        for level in range(1 + max((level for level, _ in self._flags.values()), default=0)):
            made = [
                exp.alias_(self.beyond_base(condition), f"segment.{name}", quoted=True, copy=False)
                for name, (at, condition) in self._flags.items()
                if at == level
            ]
            stage = f"segments_{level}"
            yield from self._stage(stage, before, made, None if level == 0 else -1)
            before = stage
