"""Publishing a journey: people follow the newest version by step, and nothing changes for them unseen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from coterie.decide.journeys.definition import JourneyDefinition
from coterie.decide.journeys.flat import END
from coterie.decide.journeys.moving import ENDED, LEFT, STOPPED
from coterie.decide.journeys.people import BEFORE
from coterie.decide.journeys.step import Step
from coterie.decide.journeys.ticking import JourneyMark, mark_of
from coterie.domain import Origin
from coterie.errors import Refused
from coterie.store import Transaction
from coterie.store.journeys import Journey, JourneyState
from coterie.words import sentence

Effect = Literal["removed", "sooner", "later", "goes_on"]
"""What a publishing does to who waits at a step: it is there no more; the wait ends sooner or later; it is no wait any more."""
AtRemoved = Literal["go_on", "leave"]
"""What becomes of who waits at a step that is removed."""


ZonesOf = Callable[[str | None, Sequence[int]], Sequence[str]]
"""The zone of each of some profiles by an attribute of theirs, or by None that of the workspace."""


@dataclass(frozen=True)
class StepEffect:
    """How many who wait at a step are met by a publishing, and how."""

    step: str
    effect: Effect
    people: int


@dataclass(frozen=True)
class Placing:
    """The effects of a publishing, and where it puts people: enrolment, step, end of the wait; and whom it ends."""

    effects: tuple[StepEffect, ...] = ()
    moves: tuple[tuple[int, str, datetime | None], ...] = ()
    ends: tuple[int, ...] = ()


def foresee_publishing(
    t: Transaction, old: JourneyDefinition, new: JourneyDefinition, *, now: datetime, zones: ZonesOf
) -> Placing:
    """What publishing ``new`` in the place of ``old`` does to those inside; writes nothing.

    A wait of another length ends by so much sooner or later; one that became another kind of wait, or waits until another time of day,
    is waited anew from ``now``. Who was put before a step by an earlier publishing takes it as it is now.
    """
    rows = t.enrolments.running(new.name)
    effects: list[StepEffect] = []
    moves: list[tuple[int, str, datetime | None]] = []
    ends: list[int] = []
    before, after = old.layout.by_id, new.layout.by_id
    stood = rows["step"].to_pylist()
    steps = [str(step).removeprefix(BEFORE) for step in stood]
    numbers, dues = rows["enrolment_id"].to_pylist(), rows["due_at"].to_pylist()
    people = rows["profile_id"].to_pylist()
    for step in sorted(set(steps)):
        here = [place for place, each in enumerate(steps) if each == step]
        if step not in after:
            effects.append(StepEffect(step, "removed", len(here)))
            target = _next_surviving(old, step, after) if step in before else None
            for place in here:
                if target is None:
                    ends.append(numbers[place])
                else:
                    moves.append((numbers[place], f"{BEFORE}{target}", now))
            continue
        fresh = new.layout.places[after[step]].step
        former = old.layout.places[before[step]].step if step in before else None
        here = [place for place in here if not str(stood[place]).startswith(BEFORE)]  # the others take it as it is now
        if not here:
            continue
        if not fresh.rests:
            effects.append(StepEffect(step, "goes_on", len(here)))
            moves += [(numbers[place], f"{BEFORE}{step}", now) for place in here]
            continue
        if former is None or (former.length(), former.words()) == (fresh.length(), fresh.words()):
            continue
        clocks = zones(fresh.zone_from(), [people[place] for place in here])
        changed = {
            place: _new_end(former, fresh, dues[place], now, zone) for place, zone in zip(here, clocks, strict=True)
        }
        for effect, chosen in (
            ("sooner", [p for p, due in changed.items() if due < dues[p]]),
            ("later", [p for p, due in changed.items() if due > dues[p]]),
        ):
            if chosen:
                effects.append(StepEffect(step, effect, len(chosen)))  # type: ignore[arg-type]
                moves += [(numbers[p], step, changed[p]) for p in chosen]
    return Placing(tuple(effects), tuple(moves), tuple(ends))


def _new_end(old: Step | None, new: Step, due: datetime, now: datetime, zone: str) -> datetime:
    """When a wait ends that has become another: so much sooner or later as the lengths differ, else as if it began now."""
    before, after = old.length() if old else None, new.length()
    if before is not None and after is not None:
        return due + (after - before)
    return new.ends_at(now, zone)


def _next_surviving(old: JourneyDefinition, step: str, there: Mapping[str, int]) -> str | None:
    """The next step behind ``step`` that is still there; None at the end."""
    layout, number = old.layout, old.layout.by_id[step]
    seen = {number}
    number = layout.places[number].on
    while number != END and number not in seen:
        seen.add(number)
        if layout.places[number].step.id in there:
            return layout.places[number].step.id
        number = layout.places[number].on
    return None


def publish(
    t: Transaction,
    journey: JourneyDefinition,
    version: int,
    *,
    mark: JourneyMark,
    zone: str,
    now: datetime,
    actor: str,
    at_removed: AtRemoved | None = None,
    zones: ZonesOf | None = None,
) -> Placing:
    """Let people follow this version from now on; who enters first is counted from ``mark``.

    Raises ``Refused`` where people wait at a step that is removed and ``at_removed`` does not say what becomes of them.
    """
    known = t.journeys.find(journey.name)
    placing = Placing()
    if known is not None:
        clocks = zones or (lambda _attribute, people: [zone] * len(people))
        placing = foresee_publishing(t, published_definition(known), journey, now=now, zones=clocks)
        removed = [each for each in placing.effects if each.effect == "removed"]
        if removed and at_removed is None:
            raise Refused(
                sentence(
                    "people wait at steps that are removed ({steps}; {people:,} in all): say whether they go on or leave",
                    people=sum(each.people for each in removed),
                    steps=", ".join(each.step for each in removed),
                )
            )
        gone = {step.step for step in removed}
        rows = t.enrolments.running(journey.name)
        standing = dict(zip(rows["enrolment_id"].to_pylist(), rows["step"].to_pylist(), strict=True))
        leaving = [
            n for n, step in standing.items() if str(step).removeprefix(BEFORE) in gone and at_removed == "leave"
        ]
        t.enrolments.end(leaving or placing.ends, outcome=LEFT if leaving else ENDED, now=now)
        t.enrolments.place([move for move in placing.moves if move[0] not in set(leaving)])
    fresh = known is None or known.state == "stopped"
    body = journey.model_dump(mode="json", by_alias=True)
    t.journeys.put(
        Journey(
            journey.name,
            version,
            body,
            zone,
            "running" if known is None or fresh else known.state,
            now if known is None or fresh else known.began_at,
            now,
            now if known is None or fresh else known.changed_at,
        )
    )
    if fresh:
        t.watermarks.move(mark_of(journey.name), mark.written(), at=now)
    for step in journey.channels():  # the journey was stopped before, maybe when it had other steps
        t.facts.put(f"cancelled {Origin('journey', journey.origin(step))}", None)
    t.audit.append("journey published", journey.name, {"version": version}, actor=actor, at=now)
    return placing


def published_definition(journey: Journey) -> JourneyDefinition:
    """The journey as it was published, whatever its definition says now."""
    return JourneyDefinition.model_validate(journey.body)


def change_state(
    t: Transaction, name: str, state: JourneyState, *, now: datetime, actor: str, extend: bool | None = None
) -> Journey:
    """Pause a journey, let it go on, drain it, or stop it for good; the journey as it is then.

    Going on after a pause, ``extend`` says whether waits end so much later as it lasted. Stopping ends everybody inside and closes
    what is queued; a stopped journey begins anew when it is published again. Raises ``Refused`` for a change that makes no sense.
    """
    found = t.journeys.one(name)
    if found.state == "stopped":
        raise Refused(sentence("journey {name!r} is stopped; publish it to begin anew", name=name))
    if state == "running" and found.state == "running":
        raise Refused(sentence("journey {name!r} runs already", name=name))
    if state == found.state:
        raise Refused(sentence("journey {name!r} is {state} already", name=name, state=state))
    if state == "running" and found.state == "paused":
        if extend is None:
            raise Refused(
                sentence(
                    "journey {name!r} was paused: say whether waits are extended by the pause, or end as they would have",
                    name=name,
                )
            )
        if extend:
            t.enrolments.shift(name, seconds=(now - found.changed_at).total_seconds())
    changed = replace(found, state=state, changed_at=now)
    t.journeys.put(changed)
    detail: dict[str, object] = {"before": found.state}
    if state == STOPPED:
        detail["ended"] = t.enrolments.stop(name, now=now)
        journey = published_definition(found)
        queued = {origin for origin, _ in t.enrolments.queued(name)}  # of removed steps too
        for name_of in sorted(queued | {journey.origin(step) for step in journey.channels()}):
            origin = Origin("journey", name_of)
            t.outbox.cancel(origin, now=now)
            t.facts.put(f"cancelled {origin}", now.isoformat())
    t.audit.append(f"journey {state}", name, detail, actor=actor, at=now)
    return changed
