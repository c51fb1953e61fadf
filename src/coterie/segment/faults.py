"""Definitions that cannot be computed here, found one by one so that the others can go on."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from coterie.engines import Engine
from coterie.errors import BadDefinition, CoterieError, Refused, StatementFailed, UnknownName
from coterie.profile import Catalog, TraitDefinition, language, read_catalog
from coterie.segment.definition import SegmentDefinition
from coterie.segment.plan import SegmentPlan
from coterie.segment.refreshed import readers_of
from coterie.words import Sentence, joined, sentence

Question = tuple[str, str, Callable[[SegmentPlan], object]]
"""Kind and name of a definition, and what has a plan compile it."""


@dataclass(frozen=True)
class Fault:
    """Why a trait or segment cannot be computed: ``kind``, ``name`` and the error."""

    kind: str
    name: str
    error: CoterieError


@dataclass(frozen=True)
class Looked:
    """The plan of definitions that can all be computed; of others none, and what is wrong with them."""

    plan: SegmentPlan | None = None
    faults: tuple[Fault, ...] = ()


def compiled(
    engine: Engine,
    traits: Iterable[TraitDefinition],
    segments: Iterable[SegmentDefinition],
    as_of: datetime,
    *,
    zone: str = "UTC",
) -> SegmentPlan:
    """The plan of all these definitions; names that they may use are those given and those in the warehouse.

    Traits and segments as last refreshed are not among them, since they are about to be replaced.
    """
    return _whole(_plan(replace(read_catalog(engine), computed={}), traits, segments, as_of, zone))


def _whole(plan: SegmentPlan) -> SegmentPlan:
    plan.add_traits()
    plan.add_segments()
    return plan


def _plan(
    catalog: Catalog,
    traits: Iterable[TraitDefinition],
    segments: Iterable[SegmentDefinition],
    as_of: datetime,
    zone: str,
) -> SegmentPlan:
    plan = SegmentPlan(catalog, as_of, traits, segments, zone=zone)
    plan.is_past = True  # a score of later than as_of is not known then
    return plan


def faults_of(
    engine: Engine,
    traits: Iterable[TraitDefinition],
    segments: Iterable[SegmentDefinition],
    as_of: datetime,
    *,
    zone: str = "UTC",
    how: Literal["compiled", "planned", "computed"] = "compiled",
    only: Container[str] | None = None,
) -> tuple[Fault, ...]:
    """What cannot be computed, and what reads such; of those ``only`` (``trait x``, ``segment y``) where they are named.

    ``compiled`` looks names and types up; ``planned`` also has the engine look at each statement, and ``computed``
    has it run over everybody. These two may not stand in a transaction, which an engine ends with its first refusal.
    """
    return looked_at(engine, traits, segments, as_of, zone=zone, how=how, only=only).faults


def looked_at(
    engine: Engine,
    traits: Iterable[TraitDefinition],
    segments: Iterable[SegmentDefinition],
    as_of: datetime,
    *,
    zone: str = "UTC",
    how: Literal["compiled", "planned", "computed"] = "compiled",
    only: Container[str] | None = None,
) -> Looked:
    """The plan of all of them, as ``compiled`` makes it (or of those ``only``, and what they need), or what ``faults_of`` tells."""
    traits, segments = tuple(traits), tuple(segments)
    look = {"compiled": _take, "planned": _plan_only, "computed": _run}[how]
    catalog = replace(read_catalog(engine), computed={})
    questions = [
        (kind, name, ask)
        for kind, name, ask in _questions(traits, segments)
        if only is None or f"{kind} {name}" in only
    ]
    blank = _plan(catalog, traits, segments, as_of, zone)

    def asked(some: Sequence[Question]) -> SegmentPlan:
        plan = blank.anew()
        for _, _, ask in some:
            ask(plan)
        look(engine, plan)
        return plan

    def among(some: Sequence[Question], error: CoterieError) -> Iterator[Fault]:
        """The faults among ``some``, of which not all are well: each half is asked by itself."""
        if len(some) <= 1:
            yield from (Fault(kind, name, error) for kind, name, _ in some)
            return
        for half in (some[: len(some) // 2], some[len(some) // 2 :]):
            try:
                asked(half)
            except CoterieError as found:
                yield from among(half, found)

    try:
        return Looked(asked(questions))
    except CoterieError as error:
        return Looked(faults=tuple(among(questions, error)))


def check_definitions(
    engine: Engine,
    *,
    traits: Iterable[TraitDefinition] = (),
    segments: Iterable[SegmentDefinition] = (),
    given: Iterable[str] | None = None,
    ahead: bool = False,
) -> None:
    """Raise where one of the definitions ``given`` (all of them by default), or one that reads it, cannot be computed.

    Names are looked up, the engine looks at the statements, and nothing is computed. A trait may not bear the
    name of a given attribute. Other definitions that have come to be wrong are left for the refresh to tell.
    ``ahead`` of all data, what asks for events, properties or traits that data may bring is taken as it is.
    """
    traits, segments = tuple(traits), tuple(segments)
    asked = None if given is None else set(given)
    taken = {name.lower() for name in read_catalog(engine).attributes}
    for trait in traits:
        if trait.name in taken and (asked is None or f"trait {trait.name}" in asked):
            raise BadDefinition(
                "the name is taken by a given attribute; choose another",
                where=joined([sentence("trait {name}", name=trait.name), "name"], "."),
            )
    instant = datetime(2000, 1, 1)  # noqa: DTZ001 - naive UTC; any instant compiles alike
    reached = asked if asked is None else readers_of(asked, traits, segments)
    for fault in faults_of(engine, traits, segments, instant, how="planned", only=reached):
        if ahead and names_data(fault.error):
            continue
        is_said_where = fault.error.where or not isinstance(fault.error, Refused | StatementFailed)
        raise fault.error if is_said_where else _named(fault)


def names_data(fault: CoterieError) -> bool:
    """Whether a name is unknown that data may bring: of an event, of one's property, of a trait."""
    if not isinstance(fault, UnknownName):
        return False
    return str(fault.kind) in {"event", "trait"} or str(fault.kind).startswith("property of ")


def broken_by(
    definition: str, given: Iterable[str], traits: Iterable[TraitDefinition], segments: Iterable[SegmentDefinition]
) -> str | None:
    """Which of the definitions ``given`` (``trait x``, ``segment y``) the ``definition`` reads, at any remove."""
    traits, segments = tuple(traits), tuple(segments)
    return next((name for name in given if definition in readers_of([name], traits, segments)), None)


def _named(fault: Fault) -> BadDefinition:
    """The error of a fault, and which definition it is of."""
    return BadDefinition(
        fault.error.said, where=Sentence(f"{fault.kind} {{name}}", {"name": fault.name}), found=fault.error
    )


def _questions(traits: tuple[TraitDefinition, ...], segments: tuple[SegmentDefinition, ...]) -> Iterator[Question]:
    for trait in traits:
        yield "trait", trait.name, lambda plan, name=trait.name: plan.add_traits([name])  # type: ignore[misc]
    for segment in segments:
        yield "segment", segment.name, lambda plan, name=segment.name: plan.segment(name)  # type: ignore[misc]


def _take(_engine: Engine, _plan: SegmentPlan) -> None:
    """Compiled is enough."""


def _plan_only(engine: Engine, plan: SegmentPlan) -> None:
    statement = plan.finished(plan.stages(), [language.column("profile_id")])
    # Its columns asked for, a statement is bound: names, types and values are looked at, and no way to run it is sought.
    engine.query(f"DESCRIBE {statement.sql(dialect=engine.dialect)}", plan.parameters)


def _run(engine: Engine, plan: SegmentPlan) -> None:
    statement = plan.everything()
    with engine.temporary("tried", statement, plan.parameters):
        return
