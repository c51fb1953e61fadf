"""One tick of a journey: what happened and what time did, brought to everybody inside, and to who comes in.

What somebody did comes before what the clock did: an event that occurred before a wait was over wins, in whichever order both are
told. Each part is one transaction of the ledger, in which places, path, exposures, messages and watermark move together.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from coterie.decide.journeys.asking import PeopleAsked
from coterie.decide.journeys.condition import JourneyCondition
from coterie.decide.journeys.definition import JourneyDefinition
from coterie.decide.journeys.entering import (
    Entered,
    came_or_left,
    candidates_of,
    eligible,
    enrol,
    left_over,
    members_of,
    newest_change,
    profiles_meeting,
)
from coterie.decide.journeys.moving import EXIT, GOAL, MovingOn
from coterie.decide.journeys.people import NEVER, Enrolled
from coterie.decide.journeys.standing import Flags, Instants
from coterie.decide.journeys.weekdays import WEEKDAYS
from coterie.decide.journeys.writing import Letters, enrolment_of
from coterie.decide.launching import with_past
from coterie.domain import Origin
from coterie.domain.clock import to_local, to_utc
from coterie.errors import Refused
from coterie.protect import WorkspaceKey
from coterie.store import Ledger, Transaction
from coterie.store.journeys import Journey
from coterie.words import sentence

AT_ONCE = 20_000
"""People who go on in one transaction."""


@dataclass
class Ticked:
    """What a tick did: who entered, was held out, moved on, left by goal or exit, ended; messages queued."""

    journey: str
    entered: int = 0
    held: int = 0
    moved: int = 0
    left: int = 0
    ended: int = 0
    queued: int = 0


@dataclass(frozen=True)
class JourneyMark:
    """How far a journey has read: batches, changes of segments, days, and merges."""

    batch: int = 0
    change: int = 0
    day: str = ""
    members: bool = False
    merges: str = ""
    heard: str = ""

    @classmethod
    def read(cls, text: str | None) -> JourneyMark:
        """The mark as it is kept."""
        return cls() if text is None else cls(**json.loads(text))

    def written(self) -> str:
        """As it is kept."""
        return json.dumps(vars(self), sort_keys=True)


def mark_of(journey: str) -> str:
    """The stage whose watermark is that of a journey."""
    return f"journey {journey}"


@dataclass
class Tick:
    """One tick under way, of one published journey, inside a reading of the warehouse."""

    asking: PeopleAsked
    ledger: Ledger
    key: WorkspaceKey
    country: str
    published: Journey
    journey: JourneyDefinition
    newest: int
    done: Ticked = field(init=False)
    letters: Letters = field(init=False)

    def __post_init__(self) -> None:
        self.done = Ticked(self.journey.name)
        self.letters = Letters(self.key, self.country, self.journey.purpose)

    def run(self) -> Ticked:
        """All of it."""
        if self.published.state not in ("running", "draining"):
            return self.done
        with self.ledger.transaction() as t:
            self._hear(t)
        while self._wake_due():
            pass
        return self.done

    def _hear(self, t: Transaction) -> None:
        """What happened since the last tick: exits, what was waited for, and who comes in."""
        mark = JourneyMark.read(t.watermarks.get(mark_of(self.journey.name)))
        merges = self._follow_merges(t, mark)
        self._leave_by_events(t, mark)
        self._wake_by_happenings(t, mark)
        change = newest_change(self.asking.engine)
        day = mark.day
        if self.published.state == "running":
            found, day = self._candidates(mark, change)
            self._take_in(t, found)
        moved = JourneyMark(self.newest, change, day, members=True, merges=merges, heard=mark.heard)
        if moved != mark or mark.heard < (self.asking.now - _OVERLAP).isoformat():
            moved = replace(moved, heard=self.asking.now.isoformat())
            t.watermarks.move(mark_of(self.journey.name), moved.written(), at=self.asking.now)

    def _follow_merges(self, t: Transaction, mark: JourneyMark) -> str:
        """Whoever was found to be somebody else goes on as them; what tells whether anybody was."""
        engine = self.asking.engine
        row = engine.query("SELECT count(*) AS n, max(merge_id) AS last, count(undone_at) AS undone FROM merges")
        merges = "/".join(str(value) for value in row.to_pylist()[0].values())
        if merges != mark.merges:
            numbers = engine.aside("numbers", pa.table({"number": pa.array(t.enrolments.numbers(), pa.int64())}))
            now = engine.query(
                f"SELECT n.number, i.profile_id FROM {numbers} AS n JOIN identifiers AS i ON i.identifier_id = n.number "
                "WHERE i.profile_id IS NOT NULL AND i.profile_id <> n.number"
            )
            t.enrolments.rename(dict(zip(now["number"].to_pylist(), now["profile_id"].to_pylist(), strict=True)))
        return merges

    def _news(
        self, condition: JourneyCondition, mark: JourneyMark, since: datetime, key: str | None = None
    ) -> pa.Table:
        heard = datetime.fromisoformat(mark.heard) if mark.heard else self.published.began_at
        return self.asking.news(condition, after=mark.batch, heard=heard - _OVERLAP, since=since, key=key)

    # --- leaving -----------------------------------------------------------------------

    def _leave_by_events(self, t: Transaction, mark: JourneyMark) -> None:
        """Who reached the goal, or did what takes out, whether they still move or only wait for a message to leave."""
        heard = [(EXIT, each) for each in self.journey.exit if each.event is not None]
        if self.journey.goal is not None:
            heard.insert(0, (GOAL, JourneyCondition(event=self.journey.goal.event)))
        asked_by_rule = [each for each in self.journey.exit if each.rule is not None]
        if not (heard or asked_by_rule):
            return
        waiting = self._waiting_for_a_message(t)
        for outcome, condition in heard:
            news = self._news(condition, mark, self.published.began_at - _OVERLAP)
            profiles = pc.unique(news["profile_id"]).to_pylist()
            if not profiles:
                continue
            rows = t.enrolments.running(self.journey.name, profiles=profiles)
            self._leave(t, rows, condition, outcome)
            mine = pc.is_in(waiting["profile_id"], value_set=pa.array(profiles, pa.int64()))
            self._leave(t, waiting.filter(mine), condition, outcome)
        for condition in asked_by_rule:
            self._leave(t, waiting, condition, EXIT)

    def _waiting_for_a_message(self, t: Transaction) -> pa.Table:
        """Enrolments whose messages have not left yet."""
        found: set[int] = set()
        for place in self.journey.layout.places:
            if any(True for _ in place.step.templates()):
                origin = Origin("journey", self.journey.origin(place.step.id))
                queued = t.outbox.messages(origin, "queued")
                found.update(enrolment_of(each) for each in queued["occurrence"].to_pylist())
        rows = t.enrolments.some(self.journey.name, found)
        is_open = pc.invert(pc.is_in(pc.fill_null(rows["outcome"], ""), value_set=pa.array([GOAL, EXIT, "stopped"])))
        return rows.filter(is_open)

    def _leave(self, t: Transaction, rows: pa.Table, condition: JourneyCondition, outcome: str) -> None:
        if not rows.num_rows:
            return
        way = self._way(rows)
        who, trigger = way.enrolled, way.enrolled.trigger
        if outcome == GOAL and self.journey.goal is not None:
            until = who.entered_at + np.timedelta64(self.journey.goal.within)
            met = ~np.isnat(self.asking.first_events(condition, who.profile_id, who.entered_at, until, trigger))
        else:
            met = self.asking.meets(condition, who.profile_id, who.entered_at, trigger)
        chosen = np.flatnonzero(met)
        if len(chosen):
            way.leave(chosen, outcome)
            self.done.left += len(chosen)
            self._keep(t, way, chosen)

    # --- waking ------------------------------------------------------------------------

    def _wake_by_happenings(self, t: Transaction, mark: JourneyMark) -> None:
        for place in self.journey.layout.places:
            condition = place.step.awaited()
            if condition is None:
                continue
            profiles: list[int] | None = None
            if condition.event is not None:
                news = self._news(condition, mark, self.published.began_at - _OVERLAP)
                profiles = pc.unique(news["profile_id"]).to_pylist()
                if not profiles:
                    continue
            rows = t.enrolments.running(self.journey.name, steps=[place.step.id], profiles=profiles)
            if rows.num_rows:
                way = self._way(rows)
                happened = self._when(way.enrolled, condition)
                woken = np.flatnonzero(~np.isnat(happened))
                self._go_on(t, way, woken, happened[woken])

    def _when(self, who: Enrolled, condition: JourneyCondition) -> Instants:
        """When what each waits for happened, before their time was over; a rule happens now."""
        if condition.rule is not None:
            holds = self.asking.holds(condition.rule, who.profile_id)
            return np.where(holds, np.datetime64(self.asking.now, "us"), NEVER)
        return self.asking.first_events(condition, who.profile_id, who.entered_step_at, who.due_at, who.trigger)

    def _wake_due(self) -> bool:
        """Some of those whose time is over; False when there are none left."""
        with self.ledger.transaction() as t:
            rows = t.enrolments.due(self.journey.name, now=self.asking.now, most=AT_ONCE)
            if rows.num_rows:
                way = self._way(rows)
                happened = np.full(len(way.enrolled), NEVER)
                self._go_on(t, way, np.arange(len(way.enrolled)), happened)
        return bool(rows.num_rows == AT_ONCE)

    def _go_on(self, t: Transaction, way: MovingOn, rows: npt.NDArray[np.int64], happened: Instants) -> None:
        if not len(rows):
            return
        moving = way.wake(rows, happened)
        self._leave_before_a_step(way, moving)
        way.run_through(moving)
        self.done.moved += len(rows)
        self._keep(t, way, rows)

    def _leave_before_a_step(self, way: MovingOn, moving: Flags) -> None:
        """Exits are asked of whoever comes to a step."""
        who = way.enrolled
        for condition in self.journey.exit:
            rows = np.flatnonzero(moving & (who.outcome == None))  # noqa: E711 - of each
            if not len(rows):
                return
            met = self.asking.meets(condition, who.profile_id[rows], who.entered_at[rows], who.trigger[rows])
            if met.any():
                way.leave(rows[met], EXIT)
                self.done.left += int(met.sum())

    # --- entering ----------------------------------------------------------------------

    def _candidates(self, mark: JourneyMark, change: int) -> tuple[pa.Table, str]:
        """Who may enter since the last tick, and the day up to which that was asked."""
        entry, asking = self.journey.entry, self.asking
        if entry.event is not None:
            asked = JourneyCondition(event=entry.event, where=entry.where)
            news = self._news(asked, mark, self.published.began_at, entry.key)
            return news.filter(pc.is_valid(news["profile_id"])), mark.day
        if entry.segment is not None:
            if not mark.members:
                inside = members_of(asking.engine, entry.segment) if entry.members else np.zeros(0, np.int64)
                return candidates_of(inside, asking.now, "member"), mark.day
            return came_or_left(asking.engine, entry.segment, entry.when, after=mark.change, upto=change), mark.day
        if entry.every_day is not None:
            return self._daily(mark)
        return candidates_of(np.zeros(0, np.int64), asking.now, ""), mark.day

    def _daily(self, mark: JourneyMark) -> tuple[pa.Table, str]:
        entry, asking = self.journey.entry, self.asking
        assert entry.every_day is not None  # noqa: S101 - asked before
        today = to_local(asking.now, asking.zone).date()
        at = to_utc(datetime.combine(today, entry.every_day), asking.zone)
        is_day = not entry.days or WEEKDAYS[today.weekday()] in entry.days
        if not mark.members and at < self.published.began_at:
            return candidates_of(np.zeros(0, np.int64), asking.now, ""), today.isoformat()
        if mark.day >= today.isoformat() or asking.now < at or not is_day:
            return candidates_of(np.zeros(0, np.int64), asking.now, ""), mark.day
        found = profiles_meeting(asking, self.journey)
        return candidates_of(found, at, f"day:{today.isoformat()}"), today.isoformat()

    def enrol(self, t: Transaction, profiles: Sequence[int]) -> int:
        """Let ``profiles`` enter by hand; how many did, the holdout among them."""
        if self.published.state != "running":
            raise Refused(
                sentence(
                    "journey {name!r} is {state}; nobody enters before it runs",
                    name=self.journey.name,
                    state=self.published.state,
                )
            )
        self._take_in(t, candidates_of(np.array(profiles, np.int64), self.asking.now, "by hand"))
        return self.done.entered + self.done.held

    def _take_in(self, t: Transaction, candidates: pa.Table) -> None:
        """Let candidates enter; who came several times and may enter again does so once the time before is over."""
        rule = self.journey.entry.condition
        if rule is not None and candidates.num_rows:
            profiles = np.array(candidates["profile_id"].to_numpy(), dtype=np.int64)
            candidates = candidates.filter(pa.array(self.asking.holds(rule, profiles)))
        while candidates.num_rows:
            people = pc.unique(candidates["profile_id"]).to_pylist()
            chosen = eligible(
                self.asking, self.journey, candidates, t.enrolments.of_profiles(self.journey.name, people)
            )
            if not chosen.num_rows:
                return
            self._begin(t, enrol(self.asking, self.journey, chosen, t.enrolments.next_id()))
            if self.journey.again_after is None:
                return
            candidates = left_over(self.asking.engine, candidates, chosen)

    def _begin(self, t: Transaction, entered: Entered) -> None:
        who, is_held = entered.enrolled, entered.is_held
        way = self._moving(who)
        moving = way.enter(np.flatnonzero(~is_held), who.trigger[~is_held])
        self._leave_before_a_step(way, moving)
        way.run_through(moving)
        who.place[is_held] = -1
        self.done.entered += int((~is_held).sum())
        self.done.held += int(is_held.sum())
        self.done.ended += int((who.outcome != None).sum())  # noqa: E711 - of each
        t.enrolments.add(who.added(self.journey.name, self._steps(), self.asking.now, is_held))
        self._keep_beside(t, way)
        self._expose(t, entered)

    def _expose(self, t: Transaction, entered: Entered) -> None:
        """Who met which arm, since when, and what was true of them before; of somebody who enters again the first time counts."""
        who, shares = entered.enrolled, self.journey.shares()
        _, first = np.unique(who.profile_id, return_index=True)
        arms = np.where(entered.is_held[first], "holdout", "journey").tolist()
        people = pa.table(
            {
                "profile_id": pa.array(who.profile_id[first]),
                "arm": pa.array(arms, pa.string()),
                "propensity": pa.array([shares[arm] for arm in arms], pa.float64()),
            }
        )
        meant = f"SELECT profile_id FROM {self.asking.engine.aside('exposed', people.select(['profile_id']))}"
        people = with_past(self.asking.engine, meant, people, self.asking.now)
        count = people.num_rows
        for name, value in (("origin_kind", "journey"), ("origin", self.journey.name), ("occurrence", "")):
            people = people.append_column(name, pa.array([value] * count, pa.string()))
        t.exposures.add(people.append_column("exposed_at", pa.array([self.asking.now] * count, pa.timestamp("us"))))

    # --- keeping -----------------------------------------------------------------------

    def _way(self, rows: pa.Table) -> MovingOn:
        return self._moving(Enrolled.of(rows, self.journey.layout.by_id))

    def _moving(self, who: Enrolled) -> MovingOn:
        return MovingOn(self.journey, who, self.asking, self.letters.write)

    def _steps(self) -> dict[int, str]:
        return {place.number: place.step.id for place in self.journey.layout.places}

    def _keep(self, t: Transaction, way: MovingOn, rows: Iterable[int]) -> None:
        moved = way.enrolled.moved(self._steps(), self.asking.now).take(pa.array(list(rows), pa.int64()))
        self.done.ended += int(pc.sum(pc.equal(moved["state"], "ended")).as_py() or 0)
        t.enrolments.move(moved)
        self._keep_beside(t, way)

    def _keep_beside(self, t: Transaction, way: MovingOn) -> None:
        if way.path:
            t.enrolments.record(pa.concat_tables(way.path))
            way.path.clear()
        if self.letters.tables:
            self.done.queued += t.outbox.queue(pa.concat_tables(self.letters.tables))
            self.letters.tables.clear()


_OVERLAP = timedelta(minutes=2)
"""What was recorded while the last tick read may bear an instant before it."""
