"""A refresh: everything that follows from the facts, in the order in which it follows, as of an instant."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from time import perf_counter
from typing import Literal, cast

from pydantic import BaseModel

from coterie.collect import derive_orders, settle_orders
from coterie.collect.intake import link_aliased
from coterie.domain import Clock, Progress
from coterie.domain.clock import to_local
from coterie.engines import Engine, keep_fact, read_fact, unpriced_currencies
from coterie.errors import CoterieError, StatementFailed
from coterie.profile import (
    Catalog,
    LifecycleDefinition,
    TraitDefinition,
    assign_lifecycle,
    build_profiles,
    read_catalog,
    ready_traits,
)
from coterie.resolve import ResolveResult, resolve
from coterie.run.as_of import AsOf, choose_as_of
from coterie.run.marking import BROUGHT, keep_mark, mark_of
from coterie.run.parsing import parse_definition
from coterie.segment import RefreshResult, RfmDefinition, SegmentDefinition, cadence, faults, membership, refresh, rfm
from coterie.segment.segmentations import reassign_discovered
from coterie.settings import WorkspaceSettings
from coterie.store import Ledger
from coterie.words import Sentence, sentence


@dataclass(frozen=True)
class Refreshed:
    """What a refresh found. ``is_historic`` says that ``as_of`` is the end of old data, not now."""

    as_of: datetime
    is_historic: bool
    profiles: int
    merged: int
    traits: int
    segments: tuple[Mapping[str, object], ...]
    entered: int
    left: int
    warnings: tuple[Sentence, ...]
    seconds: float


def trait_definitions(engine: Engine, ledger: Ledger, catalog: Catalog | None = None) -> list[TraitDefinition]:
    """The ready traits that the data supports and the workspace's own; an own one replaces a ready one of its name.

    ``catalog`` is the warehouse's, where it was just read.
    """
    own = {each.name: each for each in cast("list[TraitDefinition]", _readable("trait", ledger)[0])}
    return [*(trait for trait in ready_traits(engine, catalog) if trait.name not in own), *own.values()]


def segment_definitions(ledger: Ledger) -> list[SegmentDefinition]:
    """The segments in use, by name."""
    return cast("list[SegmentDefinition]", _readable("segment", ledger)[0])


def _readable(kind: Literal["trait", "segment"], ledger: Ledger) -> tuple[list[BaseModel], list[faults.Fault]]:
    """The definitions of a kind, and those that an earlier version took and this one refuses."""
    found, failing = [], []
    for name, body in _bodies(ledger, kind).items():
        try:
            found.append(_parsed(kind, json.dumps(body)))
        except CoterieError as error:
            failing.append(faults.Fault(kind, name, error))
    return found, failing


@lru_cache(maxsize=4096)
def _parsed(kind: str, body: str) -> BaseModel:
    """A definition as it stands in the ledger; most were read a moment ago."""
    return parse_definition(kind, json.loads(body))


def _bodies(ledger: Ledger, kind: str) -> dict[str, Mapping[str, object]]:
    with ledger.reading() as t:
        return {name: definition.body for name, definition in t.definitions.all(kind).items()}


def refresh_everything(
    engine: Engine,
    ledger: Ledger,
    settings: WorkspaceSettings,
    *,
    asked: datetime | None,
    clock: Clock,
    progress: Progress,
) -> Refreshed:
    """All of ``BRINGING`` and ``REFRESHING`` as of one instant, in one transaction: it happens, or nothing does.

    A trait or segment that cannot be computed is left out, with what reads it, and told; the others go on.
    """
    way = RefreshUnderWay(engine, ledger, settings, clock, progress, asked)
    try:
        return _refreshed(way)
    except StatementFailed:
        # The transaction is undone, so each definition can be tried on its own to see which the engine refuses.
        bring_people(engine, settings, clock=clock, progress=progress)
        at, traits = choose_as_of(engine, asked, clock(), settings.timezone).at, trait_definitions(engine, ledger)
        segments = cadence.settled(engine, segment_definitions(ledger))
        failing = faults.faults_of(engine, traits, segments, at, zone=settings.timezone, how="computed")
        if not failing:
            raise
    return _refreshed(replace(way, failing=failing, looked=faults.Looked()))


def _refreshed(way: RefreshUnderWay) -> Refreshed:
    """All of it but for the definitions that are known to fail."""
    began = perf_counter()
    with way.engine.transaction():
        for stage in REFRESHING:
            stage(way)
        return _told(way, perf_counter() - began)


def bring_people(
    engine: Engine,
    settings: WorkspaceSettings,
    *,
    clock: Clock,
    progress: Progress,
    as_of: datetime | None = None,
) -> ResolveResult:
    """People from identifiers, orders from lines, profiles from records: what definitions may speak of. All or nothing.

    With ``as_of``, records that were not true before it are left out.
    """
    way = PeopleUnderWay(engine, settings, clock, progress, as_of)
    with engine.tidied(), engine.transaction():
        for stage in BRINGING:
            stage(way)
    return way.resolved


@dataclass
class PeopleUnderWay:
    """Facts on their way to people; every stage reads what those before it wrote."""

    engine: Engine
    settings: WorkspaceSettings
    clock: Clock
    progress: Progress
    as_of: datetime | None
    resolved: ResolveResult = field(init=False)


def find_people(way: PeopleUnderWay) -> None:
    """Identifiers of one person become one number."""
    link_aliased(way.engine)
    way.resolved = resolve(way.engine, settings=way.settings, clock=way.clock, progress=way.progress)


def make_orders(way: PeopleUnderWay) -> None:
    """Lines of one order become an order."""
    with _step(way.progress, sentence("orders")):
        derive_orders(way.engine)


def take_returns_off(way: PeopleUnderWay) -> None:
    """What came back, what was not paid, and in which currency."""
    with _step(way.progress, sentence("returns")):
        settle_orders(way.engine, way.settings.currency, way.settings.rates)


def make_profiles(way: PeopleUnderWay) -> None:
    """What records say of a person, the newest first."""
    with _step(way.progress, sentence("profiles")):
        build_profiles(way.engine, way.as_of)


def note_people(way: PeopleUnderWay) -> None:
    """Up to which load facts have been brought to people."""
    keep_fact(way.engine, BROUGHT, _newest_batch(way.engine))


BRINGING: tuple[Callable[[PeopleUnderWay], None], ...] = (
    find_people,
    make_orders,
    take_returns_off,
    make_profiles,
    note_people,
)
"""The way of facts to people, before every refresh and before every send."""


@dataclass
class RefreshUnderWay:
    """One refresh under way; every stage reads what those before it found, and adds what it finds.

    ``failing`` are definitions that are left out, known before or found by ``read_rules``.
    """

    engine: Engine
    ledger: Ledger
    settings: WorkspaceSettings
    clock: Clock
    progress: Progress
    asked: datetime | None
    failing: tuple[faults.Fault, ...] = ()
    looked: faults.Looked = field(default_factory=faults.Looked)

    as_of: AsOf = field(init=False)
    resolved: ResolveResult = field(init=False)
    traits: list[TraitDefinition] = field(init=False)
    segments: list[SegmentDefinition] = field(init=False)
    found: RefreshResult = field(init=False)

    @property
    def zone(self) -> str:
        """The workspace's, whose calendar definitions mean."""
        return self.settings.timezone


def settle_instant(way: RefreshUnderWay) -> None:
    """As of when everything is computed."""
    way.as_of = choose_as_of(way.engine, way.asked, way.clock(), way.zone)


def bring_facts(way: RefreshUnderWay) -> None:
    """Facts to people: the list above."""
    way.resolved = bring_people(way.engine, way.settings, clock=way.clock, progress=way.progress, as_of=way.as_of.at)


def assign_stages(way: RefreshUnderWay) -> None:
    """Each person's stage of the lifecycle, before the segments, because rules may ask for it."""
    cycles = [each for each in _own_segmentations(way) if isinstance(each, LifecycleDefinition)]
    for cycle in cycles or (None,):
        with _step(way.progress, sentence("lifecycle")):
            assign_lifecycle(way.engine, cycle, as_of=way.as_of.at, zone=way.zone)


def assign_grid(way: RefreshUnderWay) -> None:
    """Each person's RFM scores and cell; none where money cannot be compared."""
    grids = [each for each in _own_segmentations(way) if isinstance(each, RfmDefinition) and each.recency is None]
    for grid in () if unpriced_currencies(way.engine) else grids or (None,):
        with _step(way.progress, sentence("RFM")):
            rfm(way.engine, grid, as_of=way.as_of.at, zone=way.zone)


def read_rules(way: RefreshUnderWay) -> None:
    """Definitions of traits and segments, and which of them cannot be computed."""
    way.traits, way.segments = trait_definitions(way.engine, way.ledger), segment_definitions(way.ledger)
    settled = cadence.settled(way.engine, way.segments)
    if not way.failing:
        way.looked = faults.looked_at(way.engine, way.traits, settled, way.as_of.at, zone=way.zone)
        way.failing = way.looked.faults


def compute_rules(way: RefreshUnderWay) -> None:
    """Traits and members in one plan, with who entered and who left."""
    way.found = refresh(
        way.engine,
        traits=way.traits,
        segments=way.segments,
        as_of=way.as_of.at,
        refresh_id=membership.next_refresh(way.engine),
        progress=way.progress,
        zone=way.zone,
        leave_out=[f"{fault.kind} {fault.name}" for fault in way.failing],
        plan=way.looked.plan,
    )


def assign_discovered(way: RefreshUnderWay) -> None:
    """Each person's group, of models that were fitted and adopted before."""
    with _step(way.progress, sentence("discovered groups")):
        reassign_discovered(way.engine, as_of=way.as_of.at)


def note_refresh(way: RefreshUnderWay) -> None:
    """As of when, when, and up to which load."""
    keep_fact(way.engine, REFRESHED_AS_OF, way.as_of.at.isoformat())
    keep_fact(way.engine, REFRESHED_AT, way.clock().isoformat())
    keep_fact(way.engine, _REFRESHED_TO, _newest_batch(way.engine))
    keep_mark(way.engine, mark_of(way.engine, int(_newest_batch(way.engine)), way.as_of, way.settings))


REFRESHING: tuple[Callable[[RefreshUnderWay], None], ...] = (
    settle_instant,
    bring_facts,
    assign_stages,
    assign_grid,
    read_rules,
    compute_rules,
    assign_discovered,
    note_refresh,
)
"""The way of a refresh, in one transaction: from facts to what is true of each person at an instant."""


@contextmanager
def _step(progress: Progress, name: Sentence) -> Iterator[None]:
    progress.stage(name, 1)
    yield
    progress.advance()


def _own_segmentations(way: RefreshUnderWay) -> list[BaseModel]:
    return [parse_definition("segmentation", body) for body in _bodies(way.ledger, "segmentation").values()]


def people_are_current(engine: Engine) -> bool:
    """Whether every file loaded so far has been brought to people."""
    return read_fact(engine, BROUGHT) == _newest_batch(engine)


def last_refresh(engine: Engine) -> datetime | None:
    """The instant that the last refresh was for, or None before the first."""
    found = read_fact(engine, REFRESHED_AS_OF)
    return None if found is None else datetime.fromisoformat(found)


def refresh_is_current(engine: Engine) -> bool:
    """Whether the last refresh has seen every file loaded so far."""
    return read_fact(engine, _REFRESHED_TO) == _newest_batch(engine)


def _newest_batch(engine: Engine) -> str:
    return str(engine.query("SELECT coalesce(max(batch_id), 0) AS n FROM batches")["n"][0].as_py())


REFRESHED_AS_OF = "refreshed_as_of"
REFRESHED_AT = "refreshed_at"
_REFRESHED_TO = "refreshed_to_batch"


def _told_faults(way: RefreshUnderWay) -> Iterator[Sentence]:
    """What was left out and why, and which columns a trait hides."""
    unread = [*_readable("trait", way.ledger)[1], *_readable("segment", way.ledger)[1]]
    for fault in (*unread, *way.failing):
        yield sentence(
            "{kind} {name} was left out of this refresh: {why}",
            kind=sentence(fault.kind),
            name=fault.name,
            why=fault.error.sentence,
        )
    given = {name.lower() for name in read_catalog(way.engine).attributes}
    for trait in way.traits:
        if trait.name in given:
            yield sentence("The trait {name} hides a column of that name; rename one of them.", name=trait.name)


def _told(way: RefreshUnderWay, seconds: float) -> Refreshed:
    as_of, found = way.as_of, way.found
    warnings = list(found.warnings())
    if as_of.is_historic and as_of.newest_fact_at is not None:
        warnings.insert(
            0,
            sentence(
                "The newest fact is of {day}, so everything is computed as of {as_of}; --as-of chooses another instant.",
                day=to_local(as_of.newest_fact_at, way.zone).date(),
                as_of=to_local(as_of.at, way.zone).date(),
            ),
        )
    if unpriced := unpriced_currencies(way.engine):
        warnings.append(
            sentence(
                "Orders are in several currencies and no rate is known for {currencies}: nothing is summed or ranked by money; "
                "`coterie rates load FILE` mends it.",
                currencies=", ".join(unpriced),
            )
        )
    warnings += as_of.orders.explain()
    return Refreshed(
        as_of=as_of.at,
        is_historic=as_of.is_historic,
        profiles=found.base,
        merged=way.resolved.merged,
        traits=len(found.traits),
        segments=tuple(segment.model_dump() for segment in found.segments),
        entered=found.entered,
        left=found.left,
        warnings=(*warnings, *_told_faults(way)),
        seconds=seconds,
    )
