"""The traits and segments that are kept live, and how the others are called that are not."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

from coterie.domain.meanings import ACTIVITY
from coterie.engines import Engine
from coterie.errors import CoterieError
from coterie.live.reasons import Everybody
from coterie.profile import Catalog, TraitDefinition, read_catalog
from coterie.run import marking, segment_definitions, trait_definitions
from coterie.segment import SegmentDefinition, cadence, dependence, refreshed, touching
from coterie.segment.copies import LivePlan
from coterie.segment.dependence import Dependence, Dependences
from coterie.segment.plan import SegmentPlan
from coterie.settings import WorkspaceSettings
from coterie.store import Ledger

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Known:
    """What each definition hangs on, and those that are kept live: all but the ones that need everybody, or are refreshed by choice."""

    dependences: tuple[Dependence, ...] = ()
    traits: tuple[TraitDefinition, ...] = ()
    segments: tuple[SegmentDefinition, ...] = ()


@dataclass(frozen=True)
class _Kept:
    """A statement compiled as of an instant, and which of its values only move with time up to ``span`` later; None where others do."""

    since: datetime
    span: timedelta
    seen: object
    until: object
    first: LivePlan
    moving: frozenset[str] | None

    def holds(self, as_of: datetime, seen: object, until: object) -> bool:
        """Whether it can be had as of an instant in between without compiling."""
        return (
            timedelta() <= as_of - self.since < self.span
            and self.until == until
            and self.seen is seen
            and (as_of == self.since or self.moving is not None)
        )

    def at(self, as_of: datetime) -> LivePlan:
        """The statement as of an instant for which it ``holds``."""
        gone, moving = as_of - self.since, self.moving or frozenset()
        moved = {
            name: value + gone if name in moving and isinstance(value, datetime) else value
            for name, value in self.first.parameters.items()
        }
        return replace(self.first, parameters=moved) if gone else self.first


@dataclass
class LiveDefinitions:
    """Definitions as they stand, compiled when they or what they may name changed."""

    engine: Engine
    ledger: Ledger
    settings: WorkspaceSettings
    known: Known = field(default_factory=Known)
    _catalog: Catalog = field(default_factory=Catalog)
    _seen: object = None
    _accepted: tuple[refreshed.AsNoted, frozenset[tuple[str, ...]]] | None = None
    _dependences: Dependences | None = None
    _kept: _Kept | None = None

    def read(self, as_of: datetime) -> None:
        """Take the definitions as they stand; raises ``Everybody`` where others than those last refreshed are in use.

        A definition that a refresh left out, because it cannot be computed, is left out until it or another changes, or
        it can be, by a name that definitions could not use before.
        """
        self._catalog = read_catalog(self.engine)
        traits = trait_definitions(self.engine, self.ledger, self._catalog)
        segments = segment_definitions(self.ledger)
        same_traits, same_segments, state = refreshed.as_refreshed(self.engine, traits, segments)
        if state.differs and (accepted := (state, _names(self._catalog))) != self._accepted:
            both: list[TraitDefinition | SegmentDefinition] = [*traits, *segments]
            left_out = [each for each in both if each not in (*same_traits, *same_segments)]
            plan = partial(SegmentPlan, self._catalog, as_of, traits, segments, zone=self.settings.timezone)
            is_other = self._accepted is None or state != self._accepted[0]
            if is_other or any(_can(plan(), each) for each in left_out):
                raise Everybody("definitions")
            self._accepted = accepted
        kept = cadence.read_cadences(self.engine)
        if not cadence.are_frozen(same_segments, kept):
            raise Everybody("definitions")
        same_segments = tuple(cadence.settled(self.engine, same_segments, kept))
        catalog = replace(self._catalog, coverage=None, activity=None, computed={}, tables=frozenset())
        seen = (catalog, same_traits, same_segments)
        if seen != self._seen:
            self._dependences = Dependences(self._catalog, same_traits, same_segments, self.settings.timezone)
            found = self._dependences.all(as_of)
            slow = {("segment", name) for name, each in kept.items() if each.cadence == "refreshed"}
            alone = {(each.kind, each.name) for each in found if not each.is_relative} - slow
            self.known = Known(
                found,
                tuple(each for each in same_traits if ("trait", each.name) in alone),
                tuple(each for each in same_segments if ("segment", each.name) in alone),
            )
            self._seen = seen

    def accept(self) -> None:
        """Take it that the refresh that was just made could compute no more than it did."""
        traits, segments = trait_definitions(self.engine, self.ledger), segment_definitions(self.ledger)
        state = refreshed.as_refreshed(self.engine, traits, segments)[2]
        self._accepted = (state, _names(read_catalog(self.engine)))

    def prepared(self, as_of: datetime) -> LivePlan:
        """The statement of everything that is kept live; raises ``Everybody`` where names do not mean what they did at the last refresh.

        Over an hour, or else a minute, at whose ends it is written alike and every value is the same or as much later, it is not compiled anew.
        """
        kept = self._kept
        if kept is None or not kept.holds(as_of, self._seen, self._until(as_of, kept.first)):
            first = self._compiled(as_of)
            if not refreshed.means_the_same(self.engine, first.meanings):
                raise Everybody("types")
            until = self._until(as_of, first)
            span, moving = dependence.AHEAD, self._moving(first, as_of, dependence.AHEAD)
            if moving is None:
                span, moving = _MINUTE, self._moving(first, as_of, _MINUTE)
            self._kept = kept = _Kept(as_of, span, self._seen, until, first, moving)
        return kept.at(as_of)

    def _moving(self, first: LivePlan, as_of: datetime, span: timedelta) -> frozenset[str] | None:
        last = self._compiled(as_of + span)
        if first.text != last.text:
            return None
        return dependence.moving_with_time(first.parameters, last.parameters, span)

    def _compiled(self, as_of: datetime) -> LivePlan:
        catalog = replace(self._catalog, computed={})
        plan = SegmentPlan(catalog, as_of, self.known.traits, self.known.segments, zone=self.settings.timezone)
        plan.is_past = True
        plan.add_traits()
        plan.add_segments()
        return touching.prepared(self.engine, plan)

    def _until(self, as_of: datetime, of: LivePlan) -> object:
        """Until when facts of each source are known, as far as the statement asks, which moves with time or with the next fact."""
        asked = (self._catalog.coverage, self._catalog.activity if ACTIVITY in of.meanings else None)
        return tuple(
            (each.name, None if each.until == as_of else each.until)
            for coverage in asked
            if coverage
            for each in coverage(as_of, self.settings.timezone).sources
        )

    def passed(self, before: datetime, after: datetime) -> tuple[dependence.Span, ...] | None:
        """The spans through which edges of windows went, as ``Dependences.passed`` has it."""
        if self._dependences is None:
            return None
        names: list[tuple[dependence.Kind, str]] = [
            (each.kind, each.name)
            for each in self.known.dependences
            if each.passing == "at instants" and not each.is_relative
        ]
        kept = self._kept
        known = (kept.seen, self._until(after, kept.first)) if kept else object()
        return self._dependences.passed(names, before, after, known)

    def beside(self, batch: int) -> str:
        """What stands for the other tables that definitions read."""
        return marking.read_beside(self.engine, batch)


def _names(catalog: Catalog) -> frozenset[tuple[str, ...]]:
    """What definitions may name: attributes, events, and properties of events."""
    properties = ((event, each) for event, kind in catalog.events.items() for each in ("", *kind.properties))
    return frozenset({*((each,) for each in catalog.attributes), *properties})


def _can(plan: SegmentPlan, left_out: TraitDefinition | SegmentDefinition) -> bool:
    """Whether a definition that was left out can be computed by now."""
    with suppress(CoterieError):
        if isinstance(left_out, TraitDefinition):
            plan.add_traits([left_out.name])
        else:
            plan.segment(left_out.name)
        return True
    return False
