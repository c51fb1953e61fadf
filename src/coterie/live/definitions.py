"""The traits and segments that are kept live, and how the others are called that are not."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from coterie.engines import Engine
from coterie.live.reasons import Everybody
from coterie.profile import Catalog, TraitDefinition, read_catalog
from coterie.run import marking, segment_definitions, trait_definitions
from coterie.segment import SegmentDefinition, dependence, refreshed
from coterie.segment.dependence import Dependence, Dependences
from coterie.segment.plan import SegmentPlan
from coterie.settings import WorkspaceSettings
from coterie.store import Ledger


@dataclass(frozen=True)
class Known:
    """What each definition hangs on, and those that are kept live: all but the ones that need everybody."""

    dependences: tuple[Dependence, ...] = ()
    traits: tuple[TraitDefinition, ...] = ()
    segments: tuple[SegmentDefinition, ...] = ()


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

    def read(self, as_of: datetime) -> None:
        """Take the definitions as they stand; raises ``Everybody`` where others than those last refreshed are in use.

        A definition that a refresh left out, because it cannot be computed, is left out until it or another changes.
        """
        self._catalog = read_catalog(self.engine)
        traits, segments = trait_definitions(self.engine, self.ledger), segment_definitions(self.ledger)
        same_traits, same_segments, state = refreshed.as_refreshed(self.engine, traits, segments)
        if state.differs and state != self._accepted:
            raise Everybody("definitions")
        catalog = replace(self._catalog, coverage=None, computed={}, tables=frozenset())
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

    def plan(self, as_of: datetime) -> SegmentPlan:
        """The plan of everything that is kept live."""
        catalog = replace(self._catalog, computed={})
        plan = SegmentPlan(catalog, as_of, self.known.traits, self.known.segments, zone=self.settings.timezone)
        plan.is_past = True
        plan.add_traits()
        plan.add_segments()
        return plan

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
