"""Moving people on: instant steps are run through together, and each person is written once, where they rest or end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from coterie.decide.journeys.asking import PeopleAsked
from coterie.decide.journeys.condition import JourneyCondition
from coterie.decide.journeys.definition import JourneyDefinition
from coterie.decide.journeys.flat import END, StepPlace
from coterie.decide.journeys.people import NEVER, Enrolled
from coterie.decide.journeys.standing import ON, OUT, REST, Flags, Instants, Taken, Texts
from coterie.decide.journeys.steps.wait_for import HAPPENED, TIMED_OUT, WaitFor

ENTRY, ENDED = "entry", "end"
"""What the path calls the coming in and the end."""
LEFT, GOAL, EXIT, STOPPED, MERGED = "left", "goal", "exit", "stopped", "merged"
"""How somebody may have ended otherwise than behind the last step."""

AFTER = timedelta(microseconds=1)
"""How much later somebody goes on of whom something is to be told first: with the next tick."""

Writing = Callable[["AtStep", str, str, str], Texts]
"""Queues a message of a step, by template and channel, for a group of people; what became of each."""


@dataclass
class AtStep:
    """Some of the enrolled before one step."""

    way: MovingOn
    rows: npt.NDArray[np.int64]

    @property
    def now(self) -> datetime:
        """The instant of the tick."""
        return self.way.asking.now

    @property
    def zone(self) -> str:
        """The zone of the workspace."""
        return self.way.asking.zone

    def zones(self, attribute: str | None) -> Texts:
        """The zone of each."""
        return self.way.asking.zones(attribute, self.way.enrolled.profile_id[self.rows])

    @property
    def count(self) -> int:
        """How many they are."""
        return len(self.rows)

    def meets(self, condition: JourneyCondition) -> Flags:
        """Who meets a condition; an event counts since they entered."""
        who = self.way.enrolled
        return self.way.asking.meets(
            condition, who.profile_id[self.rows], who.entered_at[self.rows], who.trigger[self.rows]
        )

    def positions(self, salt: str) -> npt.NDArray[np.float64]:
        """Where each stands in the draw of a step."""
        who = self.way.enrolled
        return self.way.asking.positions(
            f"{self.way.journey.seed}/{salt}", who.profile_id[self.rows], who.key[self.rows]
        )

    def write(self, step: str, template: str, channel: str) -> Texts:
        """Queue a message for each."""
        return self.way.write(self, step, template, channel)


@dataclass
class MovingOn:
    """One journey's people under way through its steps; ``path`` gathers what they did."""

    journey: JourneyDefinition
    enrolled: Enrolled
    asking: PeopleAsked
    write: Writing
    path: list[pa.Table] = field(default_factory=list)
    _asked: dict[int, Flags] = field(default_factory=dict, init=False)
    """Who was woken by a rule at which step: a rule that holds ends each stay once in a tick, so that a circle comes to rest."""
    _recorded: Flags = field(init=False)
    """Of whom a step recorded something in this tick, which nobody can be asked about before it is told."""

    def __post_init__(self) -> None:
        self._recorded = np.zeros(len(self.enrolled), bool)

    def wake(self, rows: npt.NDArray[np.int64], happened: npt.NDArray[np.datetime64] | None = None) -> Flags:
        """Take ``rows`` from the steps that they rest at; of those that did something, ``happened`` says when.

        Whoever woke stands before the next step, since what they did or since their time was over, however late the tick; who was put
        before a step stays there. The flags say who they are.
        """
        who, layout = self.enrolled, self.journey.layout
        at = np.full(len(rows), NEVER) if happened is None else happened
        stood = np.where(who.is_before[rows], END, who.place[rows])
        now = np.datetime64(self.asking.now, "us")
        logical = np.where(np.isnat(at), who.due_at[rows], at + np.timedelta64(1, "us"))
        who.entered_step_at[rows] = np.where(np.isnat(logical), now, np.minimum(logical, now))
        for number in np.unique(stood):
            if number == END:
                continue
            place = layout.places[int(number)]
            chosen = stood == number
            here, did = rows[chosen], ~np.isnat(at[chosen])
            turns = np.full(len(here), ON, dtype=object)
            if isinstance(place.step, WaitFor):
                turns = np.where(did, HAPPENED, TIMED_OUT).astype(object)
            self._turn(here, int(number), Taken(turns))
        who.is_before[rows] = False
        moving = np.zeros(len(who), bool)
        moving[rows] = True
        return moving

    def happened(self, rows: npt.NDArray[np.int64], number: int, condition: JourneyCondition) -> Instants:
        """When what ``rows`` wait for at a step happened, since they came and before their time was over; a rule that holds happens now."""
        who = self.enrolled
        if condition.rule is None:
            return self.asking.first_events(
                condition, who.profile_id[rows], who.entered_step_at[rows], who.due_at[rows], who.trigger[rows]
            )
        asked = self._asked.setdefault(number, np.zeros(len(who), bool))
        found = np.full(len(rows), NEVER)
        fresh = np.flatnonzero(~asked[rows])
        holds = fresh[self.asking.holds(condition.rule, who.profile_id[rows[fresh]])]
        asked[rows[holds]] = True
        found[holds] = np.datetime64(self.asking.now, "us")
        return found

    def leave(self, rows: npt.NDArray[np.int64], outcome: str) -> None:
        """End ``rows`` where they stand."""
        who = self.enrolled
        who.outcome[rows] = outcome
        who.due_at[rows] = NEVER
        self._record(rows, ENDED, np.full(len(rows), outcome, dtype=object))

    def enter(self, rows: npt.NDArray[np.int64], told: Texts) -> Flags:
        """Put ``rows`` before the first step."""
        self.enrolled.place[rows] = self.journey.layout.first
        self.enrolled.is_before[rows] = False
        self._record(rows, ENTRY, told)
        moving = np.zeros(len(self.enrolled), bool)
        moving[rows] = True
        return moving

    def run_through(self, moving: Flags) -> None:
        """Take step after step with all that are ``moving`` until each of them rests or has ended."""
        who, layout = self.enrolled, self.journey.layout
        moving = moving & (who.outcome == None)  # noqa: E711 - of each
        while moving.any():
            for place in layout.places:
                rows = np.flatnonzero(moving & (who.place == place.number))
                if place.step.asks:
                    rows = self._without_untold(rows, moving)
                if not len(rows):
                    continue
                taken = place.step.take(AtStep(self, rows))
                resting = rows[self._turn(rows, place.number, taken)]
                moving[resting] = False
                moving[self._wake_on_arrival(resting, place)] = True
            ended = np.flatnonzero(moving & (who.place == END))
            if len(ended):
                is_open = who.outcome[ended] == None  # noqa: E711 - of each
                who.outcome[ended[is_open]] = ENDED
                who.due_at[ended] = NEVER
                moving[ended] = False

    def _without_untold(self, rows: npt.NDArray[np.int64], moving: Flags) -> npt.NDArray[np.int64]:
        """Those of ``rows`` who may be asked; the others are put before the step until what was recorded of them is told."""
        untold = rows[self._recorded[rows]]
        self.enrolled.is_before[untold] = True
        self.enrolled.due_at[untold] = np.datetime64(self.asking.now + AFTER, "us")
        moving[untold] = False
        return rows[~self._recorded[rows]]

    def _wake_on_arrival(self, rows: npt.NDArray[np.int64], place: StepPlace) -> npt.NDArray[np.int64]:
        """Those of ``rows``, just come to a step, for whom what they wait for there has happened already; they go on."""
        condition = place.step.awaited()
        if condition is None or not len(rows):
            return rows[:0]
        at = self.happened(rows, place.number, condition)
        woken = ~np.isnat(at)
        self.wake(rows[woken], at[woken])
        return rows[woken]

    def _turn(self, rows: npt.NDArray[np.int64], number: int, taken: Taken) -> Flags:
        """Send ``rows`` where their turns lead; the flags say who stays."""
        who, place = self.enrolled, self.journey.layout.places[number]
        rests: Flags = taken.turns == REST
        if taken.due_at is not None:
            who.due_at[rows[rests]] = taken.due_at[rests]
        goes = ~rests
        if goes.any():
            told = taken.turns if taken.told is None else taken.told
            self._recorded[rows[goes]] |= bool(place.step.emits())
            shown = np.where(told[goes] == ON, "on", told[goes])
            self._record(rows[goes], place.step.id, shown)
            for turn in sorted(set(taken.turns[goes].tolist())):
                chosen = rows[taken.turns == turn]
                who.place[chosen] = place.behind(turn)
                if turn == OUT:
                    who.outcome[chosen] = LEFT
        return rests

    def _record(self, rows: npt.NDArray[np.int64], step: str, turns: Texts) -> None:
        who, count = self.enrolled, len(rows)
        if not count:
            return
        who.visits[rows] += 1
        self.path.append(
            pa.table(
                {
                    "enrolment_id": pa.array(who.enrolment_id[rows]),
                    "visit": pa.array(who.visits[rows]),
                    "journey": pa.array([self.journey.name] * count, pa.string()),
                    "step": pa.array([step] * count, pa.string()),
                    "occurred_at": pa.array([self.asking.now] * count, pa.timestamp("us")),
                    "turn": pa.array(turns.tolist(), pa.string()),
                }
            )
        )
