"""What the methods of ``ws.journeys`` hand back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from coterie.decide.journeys.people import BEFORE
from coterie.decide.journeys.publishing import StepEffect
from coterie.decide.journeys.step import Step
from coterie.decide.journeys.ticking import Ticked
from coterie.deliver import SendResult
from coterie.store.journeys import JourneyState


@dataclass(frozen=True)
class TurnTaken:
    """How often a turn was taken at a step."""

    turn: str
    times: int


@dataclass(frozen=True)
class JourneyStep:
    """A step as it stands: how many wait there, how many have passed it, and which turns they took.

    ``depth`` is how far inside others it stands, ``way`` the turn of the step around it that leads to it.
    """

    step: str
    kind: str
    words: str
    depth: int
    way: str
    waiting: int
    passed: int
    turns: Sequence[TurnTaken]


@dataclass(frozen=True)
class OutcomeCount:
    """How many have ended so: behind the last step (``end``), by a step (``left``), by goal or exit, stopped, or merged into another."""

    outcome: str
    people: int


@dataclass(frozen=True)
class JourneyShown:
    """A journey as it stands: the definition that people follow, its state, and who is where.

    ``state`` is ``draft`` before the first publishing; ``version`` is the newest, ``published_version`` the one that is followed.
    """

    journey: str
    description: str
    state: str
    version: int
    published_version: int | None
    began_at: datetime | None
    inside: int
    held: int
    ended: Sequence[OutcomeCount]
    steps: Sequence[JourneyStep]


@dataclass(frozen=True)
class Published:
    """What publishing did, or would do, to those inside: how many are met at which step, and how."""

    journey: str
    version: int
    effects: Sequence[StepEffect]
    dry_run: bool = False


@dataclass(frozen=True)
class JourneyAdopted:
    """A ready journey that was kept, and the templates that came with it; it begins when it is published."""

    journey: str
    label: str
    templates: Sequence[str]
    body: Mapping[str, object]
    dry_run: bool = False


@dataclass(frozen=True)
class JourneyStand:
    """The state of a journey after it was changed, and how many are inside."""

    journey: str
    state: JourneyState
    inside: int


@dataclass(frozen=True)
class JourneyRun:
    """What a tick of a journey did, and what it sent by channel."""

    ticked: Ticked
    sent: Sequence[SendResult]


def steps_shown(
    steps: Sequence[Step],
    counts: Sequence[Mapping[str, object]],
    turns: Sequence[Mapping[str, object]],
    lang: str,
    depth: int = 0,
    way: str = "",
) -> Iterator[JourneyStep]:
    """Each step, the outer before the inner."""
    for step in steps:
        waiting = [
            cast("int", row["people"])
            for row in counts
            if row["state"] == "running" and str(row["step"]).removeprefix(BEFORE) == step.id
        ]
        taken = [TurnTaken(str(row["turn"]), cast("int", row["times"])) for row in turns if row["step"] == step.id]
        passed = sum(turn.times for turn in taken)
        yield JourneyStep(step.id, step.op, step.words().told(lang), depth, way, sum(waiting), passed, taken)
        for label, inner in step.paths().items():
            yield from steps_shown(inner, counts, turns, lang, depth + 1, label)
