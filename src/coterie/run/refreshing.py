"""A refresh: everything that follows from the facts, in the order in which it follows, as of an instant."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from functools import partial
from time import perf_counter
from typing import Literal, cast
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from coterie.collect import derive_orders, settle_orders
from coterie.domain import Clock, Progress
from coterie.domain.clock import to_local
from coterie.engines import Engine, keep_fact, read_fact, unpriced_currencies
from coterie.errors import CoterieError, NotReady, StatementFailed
from coterie.profile import (
    LifecycleDefinition,
    OrderCoverage,
    TraitDefinition,
    assign_lifecycle,
    build_profiles,
    order_coverage,
    read_catalog,
    ready_traits,
)
from coterie.resolve import ResolveResult, resolve
from coterie.run.parsing import parse_definition
from coterie.segment import RefreshResult, RfmDefinition, SegmentDefinition, faults, membership, refresh, rfm
from coterie.segment.segmentations import reassign_discovered
from coterie.settings import WorkspaceSettings
from coterie.store import Ledger
from coterie.words import Sentence, sentence

FRESH_WITHIN = timedelta(days=30)
"""Facts older than this make the data history, to be read as of its own end; less where orders pause less."""

FACT_TABLES = {"orders": "", "order_lines": "", "events": " AND source IS DISTINCT FROM 'coterie'"}
"""What tells until when customers are known; what Coterie itself sent says nothing of them."""


@dataclass(frozen=True)
class AsOf:
    """``at`` is the instant; ``is_historic`` says that it is the end of old data instead of now.

    ``orders`` says until when each source of orders is known at that instant.
    """

    at: datetime
    is_historic: bool
    newest_fact_at: datetime | None
    orders: OrderCoverage


def choose_as_of(engine: Engine, asked: datetime | None, now: datetime, zone: str = "UTC") -> AsOf:
    """The instant asked for; else now; else, when the newest fact is too old, the midnight after it in ``zone``.

    Too old is what lies back longer than orders of these sources ever paused in their last year,
    and over 30 days in any case. Data that ends in 2011, read as of today, would call every
    customer lost. Facts dated in the future, and what Coterie itself sent, do not count. Raises
    ``NotReady`` when there are no facts at all.

    >>> from coterie.engines import open_warehouse
    >>> choose_as_of(open_warehouse(None), datetime(2020, 1, 1), datetime(2026, 1, 1)).at
    datetime.datetime(2020, 1, 1, 0, 0)
    """
    newest = newest_fact(engine, now)
    if asked is not None:
        return AsOf(asked, is_historic=False, newest_fact_at=newest, orders=order_coverage(engine, asked, zone))
    known = order_coverage(engine, now, zone)
    if newest is None:
        if not engine.query("SELECT 1 FROM identifiers LIMIT 1").num_rows:
            raise NotReady("there is nothing to refresh yet; load a file with `coterie load` first")
        return AsOf(now, is_historic=False, newest_fact_at=None, orders=known)
    day = newest.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date()
    midnight = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone)).astimezone(UTC).replace(tzinfo=None)
    pause = max((source.usual_pause for source in known.sources), default=FRESH_WITHIN)
    if now - midnight <= pause and now - newest <= FRESH_WITHIN:
        return AsOf(now, is_historic=False, newest_fact_at=newest, orders=known)
    return AsOf(midnight, is_historic=True, newest_fact_at=newest, orders=order_coverage(engine, midnight, zone))


def newest_fact(engine: Engine, now: datetime) -> datetime | None:
    """The instant of the newest order, line or event of a customer that is not in the future."""
    union = " UNION ALL ".join(
        f"SELECT max(occurred_at) AS newest FROM {table} WHERE occurred_at <= $now{others}"
        for table, others in FACT_TABLES.items()
    )
    found: datetime | None = engine.query(f"SELECT max(newest) AS newest FROM ({union})", {"now": now})["newest"][
        0
    ].as_py()
    return found


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


def trait_definitions(engine: Engine, ledger: Ledger) -> list[TraitDefinition]:
    """The ready traits that the data supports and the workspace's own; an own one replaces a ready one of its name."""
    own = {each.name: each for each in cast("list[TraitDefinition]", _readable("trait", ledger)[0])}
    return [*(trait for trait in ready_traits(engine) if trait.name not in own), *own.values()]


def segment_definitions(ledger: Ledger) -> list[SegmentDefinition]:
    """The segments in use, by name."""
    return cast("list[SegmentDefinition]", _readable("segment", ledger)[0])


def _readable(kind: Literal["trait", "segment"], ledger: Ledger) -> tuple[list[BaseModel], list[faults.Fault]]:
    """The definitions of a kind, and those that an earlier version took and this one refuses."""
    found, failing = [], []
    for name, body in _bodies(ledger, kind).items():
        try:
            found.append(parse_definition(kind, body))
        except CoterieError as error:
            failing.append(faults.Fault(kind, name, error))
    return found, failing


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
    """Orders from lines, people from identifiers, then stages, grid, scores, traits and segments as of one instant.

    Stages and grid come before the segments, because rules may ask for them. All of it, the log
    of changes and the instant it was for, is one transaction: it happens, or nothing does. A trait or
    segment that cannot be computed is left out, with what reads it, and told; the others go on.
    """

    def once(failing: tuple[faults.Fault, ...] = ()) -> Refreshed:
        return _refreshed(engine, ledger, settings, asked=asked, clock=clock, progress=progress, failing=failing)

    try:
        return once()
    except StatementFailed:
        # The transaction is undone, so each definition can be tried on its own to see which the engine refuses.
        bring_people(engine, settings, clock=clock, progress=progress)
        at, traits = choose_as_of(engine, asked, clock(), settings.timezone).at, trait_definitions(engine, ledger)
        segments = segment_definitions(ledger)
        failing = faults.faults_of(engine, traits, segments, at, zone=settings.timezone, how="computed")
        if not failing:
            raise
    return once(failing)


def _refreshed(
    engine: Engine,
    ledger: Ledger,
    settings: WorkspaceSettings,
    *,
    asked: datetime | None,
    clock: Clock,
    progress: Progress,
    failing: tuple[faults.Fault, ...],
) -> Refreshed:
    """All of it but for the definitions that are known to fail."""
    began = perf_counter()
    with engine.transaction():
        as_of = choose_as_of(engine, asked, clock(), settings.timezone)
        resolved = bring_people(engine, settings, clock=clock, progress=progress, as_of=as_of.at)
        _assign(engine, ledger, settings.timezone, as_of, progress)
        traits, segments = trait_definitions(engine, ledger), segment_definitions(ledger)
        failing = failing or faults.faults_of(engine, traits, segments, as_of.at, zone=settings.timezone)
        found = refresh(
            engine,
            traits=traits,
            segments=segments,
            as_of=as_of.at,
            refresh_id=membership.next_refresh(engine),
            progress=progress,
            zone=settings.timezone,
            leave_out=[f"{fault.kind} {fault.name}" for fault in failing],
        )
        stage(progress, sentence("discovered groups"), partial(reassign_discovered, engine, as_of=as_of.at))
        unread = [*_readable("trait", ledger)[1], *_readable("segment", ledger)[1]]
        told = _told(found, resolved, as_of, perf_counter() - began, unpriced_currencies(engine), settings.timezone)
        told = replace(told, warnings=(*told.warnings, *_told_faults(engine, traits, [*unread, *failing])))
        keep_fact(engine, REFRESHED_AS_OF, as_of.at.isoformat())
        keep_fact(engine, REFRESHED_AT, clock().isoformat())
        keep_fact(engine, _REFRESHED_TO, _newest_batch(engine))
    return told


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
    with engine.tidied(), engine.transaction():
        resolved = resolve(engine, settings=settings, clock=clock, progress=progress)
        stage(progress, sentence("orders"), lambda: derive_orders(engine))
        stage(progress, sentence("returns"), lambda: settle_orders(engine, settings.currency, settings.rates))
        stage(progress, sentence("profiles"), lambda: build_profiles(engine, as_of))
        keep_fact(engine, _BROUGHT, _newest_batch(engine))
    return resolved


def people_are_current(engine: Engine) -> bool:
    """Whether every file loaded so far has been brought to people."""
    return read_fact(engine, _BROUGHT) == _newest_batch(engine)


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
_BROUGHT = "people_brought_from_batch"


def stage(progress: Progress, name: str, work: Callable[[], object]) -> None:
    """Do ``work`` as one step of ``progress``."""
    progress.stage(name, 1)
    work()
    progress.advance()


def _assign(engine: Engine, ledger: Ledger, zone: str, as_of: AsOf, progress: Progress) -> None:
    own = [parse_definition("segmentation", body) for body in _bodies(ledger, "segmentation").values()]
    cycles = [d for d in own if isinstance(d, LifecycleDefinition)]
    grids = [d for d in own if isinstance(d, RfmDefinition) and d.recency is None]
    for cycle in cycles or (None,):
        stage(progress, sentence("lifecycle"), partial(assign_lifecycle, engine, cycle, as_of=as_of.at, zone=zone))
    for grid in () if unpriced_currencies(engine) else grids or (None,):
        stage(progress, sentence("RFM"), partial(rfm, engine, grid, as_of=as_of.at, zone=zone))


def _told_faults(
    engine: Engine, traits: Iterable[TraitDefinition], failing: Iterable[faults.Fault]
) -> Iterator[Sentence]:
    """What was left out and why, and which columns a trait hides."""
    for fault in failing:
        yield sentence(
            "{kind} {name} was left out of this refresh: {why}",
            kind=sentence(fault.kind),
            name=fault.name,
            why=fault.error.sentence,
        )
    given = {name.lower() for name in read_catalog(engine).attributes}
    for trait in traits:
        if trait.name in given:
            yield sentence("The trait {name} hides a column of that name; rename one of them.", name=trait.name)


def _told(
    found: RefreshResult,
    resolved: ResolveResult,
    as_of: AsOf,
    seconds: float,
    unpriced: tuple[str, ...],
    zone: str,
) -> Refreshed:
    warnings = list(found.warnings())
    if as_of.is_historic and as_of.newest_fact_at is not None:
        warnings.insert(
            0,
            sentence(
                "The newest fact is of {day}, so everything is computed as of {as_of}; --as-of chooses another instant.",
                day=to_local(as_of.newest_fact_at, zone).date(),
                as_of=to_local(as_of.at, zone).date(),
            ),
        )
    if unpriced:
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
        merged=resolved.merged,
        traits=len(found.traits),
        segments=tuple(segment.model_dump() for segment in found.segments),
        entered=found.entered,
        left=found.left,
        warnings=tuple(warnings),
        seconds=seconds,
    )
