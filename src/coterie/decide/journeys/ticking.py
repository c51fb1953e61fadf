"""One tick of a journey: what happened and what time did, brought to everybody inside, and to who comes in.

What somebody did comes before what the clock did: an event that occurred before a wait was over wins, in whichever order both are
told. A tick asks first who leaves, then for whom what they wait for has happened, then who comes in, and last whose time is over.
Lengths of waits count from the tick that brings somebody to them; what they did counts from the event or the end of a wait that
brought them, however late the tick. Each part is one transaction of the ledger, in which places, path, exposures, messages and
watermark move together.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from coterie.decide.journeys.asking import PeopleAsked
from coterie.decide.journeys.condition import JourneyCondition
from coterie.decide.journeys.definition import JourneyDefinition
from coterie.decide.journeys.entering import (
    BY_HAND,
    Entered,
    came_or_left,
    candidates_of,
    eligible,
    enrol,
    left_over,
    members_of,
    newest_change,
    on_list,
    profiles_meeting,
    profiles_of,
    turned,
)
from coterie.decide.journeys.moving import EXIT, GOAL, MERGED, STOPPED, MovingOn
from coterie.decide.journeys.people import NEVER, Enrolled
from coterie.decide.journeys.standing import Flags, Instants
from coterie.decide.journeys.weekdays import WEEKDAYS
from coterie.decide.journeys.writing import Letters, enrolment_of
from coterie.decide.launching import with_past
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

    def add(self, further: Ticked) -> None:
        """Count what a further tick did, too."""
        for name in ("entered", "held", "moved", "left", "ended", "queued"):
            setattr(self, name, getattr(self, name) + getattr(further, name))


@dataclass(frozen=True)
class JourneyMark:
    """How far a journey has read: batches, changes of segments, days, merges and instants; and the version that was followed."""

    batch: int = 0
    change: int = 0
    day: str = ""
    members: bool = False
    merges: str = ""
    heard: str = ""
    version: int = 0

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
    _stirred: frozenset[int] | None = field(default=frozenset(), init=False)
    """Who is asked about all that they did, and not only about what is new: merged people; None for everybody."""

    _is_quiet: bool = field(default=False, init=False)
    """Whether nobody did anything that has not been heard: then nothing is asked about what people did."""

    def __post_init__(self) -> None:
        self.done = Ticked(self.journey.name)
        self.letters = Letters(self.key, self.country, self.journey.purpose)

    def run(self) -> Ticked:
        """All of it."""
        if self.published.state not in ("running", "draining"):
            return self.done
        with self.ledger.transaction() as t:
            if not self._is_overtaken(t):
                self._hear(t)
        while self._wake_due():
            pass
        return self.done

    def _is_overtaken(self, t: Transaction) -> bool:
        """Whether the journey was published, paused or stopped since it was read: by its old steps nobody is moved."""
        found = t.journeys.find(self.journey.name)
        return found is not None and found != self.published

    def _hear(self, t: Transaction) -> None:
        """What happened since the last tick: exits, what was waited for, and who comes in."""
        mark = JourneyMark.read(t.watermarks.get(mark_of(self.journey.name)))
        if mark.heard > self.asking.now.isoformat():  # the clock was set back
            mark = replace(mark, heard=(self.asking.now - _CLOCK_BACK).isoformat())
        merges = self._follow_merges(t, mark)
        if mark.version != self.published.version:
            self._stirred = None
        self._is_quiet = mark.batch == self.newest and not self.asking.is_news(self._heard(mark), _OVERLAP)
        self._leave_by_events(t, mark)
        self._wake_by_happenings(t, mark)
        change = newest_change(self.asking.engine)
        day = mark.day
        if self.published.state == "running":
            found, day = self._candidates(mark, change)
            self._take_in(t, pa.concat_tables([found, self._brought_by(self.journey.asked_to_enter(), mark)]))
        moved = JourneyMark(self.newest, change, day, True, merges, mark.heard, self.published.version)
        if (
            moved != mark
            or JourneyMark.read(t.watermarks.get(mark_of(self.journey.name))).heard != mark.heard
            or mark.heard < (self.asking.now - _OVERLAP).isoformat()
        ):
            moved = replace(moved, heard=self.asking.now.isoformat())
            t.watermarks.move(mark_of(self.journey.name), moved.written(), at=self.asking.now)

    def _follow_merges(self, t: Transaction, mark: JourneyMark) -> str:
        """Whoever was found to be somebody else goes on as them; what tells whether anybody was."""
        engine = self.asking.engine
        row = engine.query("SELECT count(*) AS n, max(merge_id) AS last, count(undone_at) AS undone FROM merges")
        merges = "/".join(str(value) for value in row.to_pylist()[0].values())
        if merges == mark.merges:
            return merges
        _, last, undone = (mark.merges or "//").split("/")
        people = engine.query(
            "SELECT DISTINCT unnest([kept_profile_id, merged_profile_id, left_id, right_id]) AS number FROM merges WHERE merge_id > $last",
            {"last": int(last) if last.isdecimal() else 0},
        )
        if not mark.merges or undone != merges.rpartition("/")[2]:
            people = pa.table({"number": pa.array(t.enrolments.numbers(self.journey.name), pa.int64())})
            self._stirred = None
        numbers = engine.aside("numbers", people)
        now = engine.query(
            f"SELECT n.number, i.profile_id FROM {numbers} AS n JOIN identifiers AS i ON i.identifier_id = n.number "
            "WHERE i.profile_id IS NOT NULL"
        )
        became = dict(zip(now["number"].to_pylist(), now["profile_id"].to_pylist(), strict=True))
        t.enrolments.rename(
            self.journey.name, {old: new for old, new in became.items() if old != new}, now=self.asking.now
        )
        if self._stirred is not None:
            self._stirred |= frozenset(became.values())
        return merges

    def _who_did(self, condition: JourneyCondition, mark: JourneyMark) -> list[int] | None:
        """Whose doings are to be asked about: who did something new, or is somebody else now; None for everybody."""
        if self._stirred is None:
            return None
        if self._is_quiet:
            return sorted(self._stirred)
        news = self._news(condition, mark, self.published.began_at - _OVERLAP)
        return sorted({*pc.unique(pc.drop_null(news["profile_id"])).to_pylist(), *self._stirred})

    def _heard(self, mark: JourneyMark) -> datetime:
        return datetime.fromisoformat(mark.heard) if mark.heard else self.published.began_at

    def _news(
        self, condition: JourneyCondition, mark: JourneyMark, since: datetime, key: str | None = None
    ) -> pa.Table:
        return self.asking.news(
            condition, after=mark.batch, heard=self._heard(mark), overlap=_OVERLAP, since=since, key=key
        )

    # --- leaving -----------------------------------------------------------------------

    def _leave_by_events(self, t: Transaction, mark: JourneyMark) -> None:
        """Who reached the goal, or did what takes out, whether they still move or only wait for a message to leave."""
        heard = [(outcome, each) for outcome, each in self._ends() if each.event is not None]
        asked_by_rule = [each for each in self.journey.exit if each.rule is not None]
        if not (heard or asked_by_rule):
            return
        gone: set[int] = set()
        waiting: pa.Table | None = None
        for outcome, condition in heard:
            profiles = self._who_did(condition, mark)
            if profiles == []:
                continue
            waiting = self._waiting_for_a_message(t) if waiting is None else waiting
            gone |= self._leave(t, t.enrolments.running(self.journey.name, profiles=profiles), condition, outcome)
            through = waiting.filter(pc.not_equal(waiting["state"], "running"))
            if profiles is not None:
                through = through.filter(pc.is_in(through["profile_id"], value_set=pa.array(profiles, pa.int64())))
            gone |= self._leave(t, _without(through, gone), condition, outcome)
        for condition in asked_by_rule:
            waiting = self._waiting_for_a_message(t) if waiting is None else waiting
            gone |= self._leave(t, _without(waiting, gone), condition, EXIT)

    def _waiting_for_a_message(self, t: Transaction) -> pa.Table:
        """Enrolments whose messages have not left yet."""
        queued = t.enrolments.queued(self.journey.name)
        found = {enrolment_of(occurrence) for _, occurrence in queued}
        rows = t.enrolments.some(self.journey.name, found)
        is_open = pc.invert(
            pc.is_in(pc.fill_null(rows["outcome"], ""), value_set=pa.array([GOAL, EXIT, STOPPED, MERGED]))
        )
        return rows.filter(is_open)

    def _leave(self, t: Transaction, rows: pa.Table, condition: JourneyCondition, outcome: str) -> set[int]:
        """End those of ``rows`` who meet the condition; their enrolments."""
        if not rows.num_rows:
            return set()
        way = self._way(rows)
        chosen = np.flatnonzero(self._meets_end(way.enrolled, np.arange(rows.num_rows), condition, outcome))
        if len(chosen):
            way.leave(chosen, outcome)
            self.done.left += len(chosen)
            self._keep(t, way, chosen)
        return set(way.enrolled.enrolment_id[chosen].tolist())

    def _meets_end(
        self, who: Enrolled, rows: npt.NDArray[np.int64], condition: JourneyCondition, outcome: str
    ) -> Flags:
        """Which of ``rows`` meet a goal or an exit, counted since they entered; a goal within its time."""
        profiles, since, trigger = who.profile_id[rows], who.entered_at[rows], who.trigger[rows]
        if outcome == GOAL and self.journey.goal is not None:
            until = since + np.timedelta64(self.journey.goal.within)
            return ~np.isnat(self.asking.first_events(condition, profiles, since, until, trigger))
        return self.asking.meets(condition, profiles, since, trigger)

    def _ends(self) -> list[tuple[str, JourneyCondition]]:
        """The goal and the exits, in the order in which they are asked."""
        goal = [] if self.journey.goal is None else [(GOAL, JourneyCondition(event=self.journey.goal.event))]
        asked = self.journey.asked_to_leave()
        sent_away = [(EXIT, asked)] if str(asked.event) in self.asking.catalog.events else []
        return [*goal, *((EXIT, each) for each in self.journey.exit), *sent_away]

    # --- waking ------------------------------------------------------------------------

    def _wake_by_happenings(self, t: Transaction, mark: JourneyMark) -> None:
        """Everybody for whom what they wait for has happened, before the clock is asked."""
        waiting = []
        for place in self.journey.layout.places:
            condition = place.step.awaited()
            if condition is not None:
                profiles = None if condition.rule is not None else self._who_did(condition, mark)
                if profiles != []:
                    rows = t.enrolments.running(self.journey.name, steps=[place.step.id], profiles=profiles)
                    waiting.append((place, condition, rows))
        if not any(rows.num_rows for _, _, rows in waiting):
            return
        way = self._way(pa.concat_tables([rows for _, _, rows in waiting]))
        happened = np.full(len(way.enrolled), NEVER)
        first = 0
        for place, condition, found in waiting:
            rows = np.arange(first, first + found.num_rows)
            happened[rows] = way.happened(rows, place.number, condition)
            first += found.num_rows
        woken = np.flatnonzero(~np.isnat(happened))
        self._go_on(t, way, woken, happened[woken])

    def _wake_due(self) -> bool:
        """Some of those whose time is over; False when there are none left."""
        with self.ledger.transaction() as t:
            if self._is_overtaken(t):
                return False
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
        self._leave_before_a_step(way, moving, [end for end in self._ends() if end[1].rule is not None])
        way.run_through(moving)
        self.done.moved += len(rows)
        self._keep(t, way, rows)

    def _leave_before_a_step(self, way: MovingOn, moving: Flags, ends: Sequence[tuple[str, JourneyCondition]]) -> None:
        """Exits are asked of whoever comes to a step: rules always; what they did, where nobody has asked yet."""
        who = way.enrolled
        for outcome, condition in ends:
            rows = np.flatnonzero(moving & (who.outcome == None))  # noqa: E711 - of each
            if not len(rows):
                return
            met = self._meets_end(who, rows, condition, outcome)
            if met.any():
                way.leave(rows[met], outcome)
                self.done.left += int(met.sum())

    # --- entering ----------------------------------------------------------------------

    def _candidates(self, mark: JourneyMark, change: int) -> tuple[pa.Table, str]:
        """Who may enter since the last tick, and the day up to which that was asked."""
        entry, asking = self.journey.entry, self.asking
        if (heard := entry.heard()) is not None:
            news = self._brought_by(heard, mark, entry.key)
            if entry.list is not None:
                news = turned(asking.engine, entry.list, entry.when, news)
                if entry.members and not mark.members:
                    on_it = candidates_of(on_list(asking, entry.list), asking.now, "member")
                    news = pa.concat_tables([news, on_it])
            return news, mark.day
        if entry.segment is not None:
            since = self.published.began_at
            found = came_or_left(
                asking.engine, entry.segment, entry.when, after=mark.change, upto=change, began_at=since
            )
            if entry.members and not mark.members:
                inside = candidates_of(members_of(asking.engine, entry.segment), asking.now, "member")
                found = pa.concat_tables([found, inside])
            return found, mark.day
        if entry.every_day is not None:
            return self._daily(mark)
        return candidates_of(np.zeros(0, np.int64), asking.now, ""), mark.day

    def _brought_by(self, heard: JourneyCondition, mark: JourneyMark, key: str | None = None) -> pa.Table:
        """Whom events since the last tick bring in."""
        if self._is_quiet:
            return candidates_of(np.zeros(0, np.int64), self.asking.now, "")
        news = self._news(heard, mark, self.published.began_at, key)
        return news.filter(pc.is_valid(news["profile_id"]))

    def _daily(self, mark: JourneyMark) -> tuple[pa.Table, str]:
        entry, asking = self.journey.entry, self.asking
        assert entry.every_day is not None  # noqa: S101 - asked before
        found, asked = [candidates_of(np.zeros(0, np.int64), asking.now, "")], mark.day
        for day in _days_since(mark.day, to_local(asking.now, asking.zone).date(), most=1 if entry.date is None else 4):
            at = to_utc(datetime.combine(day, entry.every_day), asking.zone)
            if not mark.members and at < self.published.began_at:
                asked = day.isoformat()
            elif at <= asking.now and (not entry.days or WEEKDAYS[day.weekday()] in entry.days):
                asked = day.isoformat()
                people = (
                    profiles_meeting(asking, self.journey) if entry.date is None else profiles_of(asking, entry, day)
                )
                found.append(candidates_of(people, at, f"day:{asked}"))
        return pa.concat_tables(found), asked

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
        self._take_in(t, candidates_of(np.array(profiles, np.int64), self.asking.now, BY_HAND))
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
        self._leave_before_a_step(way, moving, self._ends())
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


def _days_since(asked: str, today: date, *, most: int) -> list[date]:
    """The days behind the one that was ``asked`` last, up to ``today``: ``most`` at most, and today alone where none was."""
    if not asked:
        return [today]
    first = max(date.fromisoformat(asked) + timedelta(days=1), today - timedelta(days=most - 1))
    return [first + timedelta(days=n) for n in range((today - first).days + 1)]


def _without(rows: pa.Table, enrolments: set[int]) -> pa.Table:
    return rows.filter(pc.invert(pc.is_in(rows["enrolment_id"], value_set=pa.array(list(enrolments), pa.int64()))))


_OVERLAP = timedelta(minutes=2)
"""What was recorded while the last tick read may bear an instant before it."""
_CLOCK_BACK = timedelta(days=1)
"""How far is looked back where the clock was set back since the last tick: nobody knows when."""
