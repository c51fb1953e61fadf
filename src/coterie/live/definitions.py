"""The traits and segments that are kept live, and how the others are called that are not."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from coterie.domain.meanings import ACTIVITY
from coterie.engines import Engine
from coterie.live.reasons import Everybody
from coterie.profile import Catalog, TraitDefinition, read_catalog
from coterie.run import marking, segment_definitions, trait_definitions
from coterie.segment import SegmentDefinition, dependence, refreshed, touching
from coterie.segment.dependence import Dependence, Dependences
from coterie.segment.plan import SegmentPlan
from coterie.segment.touching import LivePlan
from coterie.settings import WorkspaceSettings
from coterie.store import Ledger

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Known:
    """What each definition hangs on, and those that are kept live: all but the ones that need everybody."""

    dependences: tuple[Dependence, ...] = ()
    traits: tuple[TraitDefinition, ...] = ()
    segments: tuple[SegmentDefinition, ...] = ()


@dataclass(frozen=True)
class _Kept:
    """A statement compiled as of an instant and of a minute later, and what it was compiled from."""

    since: datetime
    seen: object
    until: object
    first: LivePlan
    last: LivePlan

    def holds(self, as_of: datetime, seen: object, until: object) -> bool:
        """Whether it can be had as of an instant in between without compiling."""
        return (
            timedelta() <= as_of - self.since < _MINUTE
            and self.until == until
            and self.seen is seen
            and (as_of == self.since or (self.first.text == self.last.text and not self._jumps()))
        )

    def _jumps(self) -> bool:
        return any(
            value != self.last.parameters[name]
            and not (isinstance(value, datetime) and self.last.parameters[name] == value + _MINUTE)
            for name, value in self.first.parameters.items()
        )

    def at(self, as_of: datetime) -> LivePlan:
        """The statement as of an instant for which it ``holds``."""
        gone = as_of - self.since
        moved = {
            name: value + gone if isinstance(value, datetime) and value != self.last.parameters.get(name) else value
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
    _accepted: object = None
    _dependences: Dependences | None = None
    _kept: _Kept | None = None

    def read(self, as_of: datetime) -> None:
        """Take the definitions as they stand; raises ``Everybody`` where others than those last refreshed are in use.

        A definition that a refresh left out, because it cannot be computed, is left out until it or another changes.
        """
        self._catalog = read_catalog(self.engine)
        traits, segments = trait_definitions(self.engine, self.ledger), segment_definitions(self.ledger)
        same_traits, same_segments, state = refreshed.as_refreshed(self.engine, traits, segments)
        if state.differs and state != self._accepted:
            raise Everybody("definitions")
        catalog = replace(self._catalog, coverage=None, activity=None, computed={}, tables=frozenset())
        seen = (catalog, same_traits, same_segments)
        if seen != self._seen:
            self._dependences = Dependences(self._catalog, same_traits, same_segments, self.settings.timezone)
            found = self._dependences.all(as_of)
            alone = {(each.kind, each.name) for each in found if not each.is_relative}
            self.known = Known(
                found,
                tuple(each for each in same_traits if ("trait", each.name) in alone),
                tuple(each for each in same_segments if ("segment", each.name) in alone),
            )
            self._seen = seen

    def accept(self) -> None:
        """Take it that the refresh that was just made could compute no more than it did."""
        traits, segments = trait_definitions(self.engine, self.ledger), segment_definitions(self.ledger)
        self._accepted = refreshed.as_refreshed(self.engine, traits, segments)[2]

    def prepared(self, as_of: datetime) -> LivePlan:
        """The statement of everything that is kept live; raises ``Everybody`` where names do not mean what they did at the last refresh.

        Within a minute of instants, at whose ends it is written alike and every value is the same or as much later, it is not compiled anew.
        """
        kept = self._kept
        if kept is None or not kept.holds(as_of, self._seen, self._until(as_of, kept.first)):
            first, last = self._compiled(as_of), self._compiled(as_of + _MINUTE)
            if not refreshed.means_the_same(self.engine, first.meanings):
                raise Everybody("types")
            self._kept = kept = _Kept(as_of, self._seen, self._until(as_of, first), first, last)
        return kept.at(as_of)

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
        return self._dependences.passed(names, before, after)

    def beside(self, batch: int) -> str:
        """What stands for the other tables that definitions read."""
        return marking.read_beside(self.engine, batch)
