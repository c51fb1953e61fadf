"""An interpreter of journeys that walks one person at a time: dictionaries and loops, written from what the steps say of themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from typing import Any
from zoneinfo import ZoneInfo

from coterie.decide.assignment import position_of
from coterie.decide.journeys import JourneyDefinition
from tests.decide.journeys.laid import laid_out
from tests.decide.journeys.world import World, fits

AFTER = timedelta(microseconds=1)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass
class Someone:
    """One enrolment: where a person stands and how they came there."""

    person: int
    key: str
    entered: datetime
    trigger: str
    state: str = "running"
    step: str | None = None
    is_before: bool = False
    due: datetime | None = None
    came: datetime | None = None
    outcome: str | None = None
    ended: datetime | None = None
    path: list[tuple[str, str, datetime]] = field(default_factory=list)
    letters: list[tuple[str, str, str, int]] = field(default_factory=list)
    waiting: int = 0

    def close(self, outcome: str, now: datetime) -> None:
        """Be through."""
        self.state, self.outcome, self.due, self.ended = "ended", outcome, None, now

    def end(self, outcome: str, now: datetime) -> None:
        """Leave where they stand."""
        self.close(outcome, now)
        self.path.append(("end", outcome, now))


class Walker:
    """A journey of a world, walked by each person for themselves."""

    def __init__(self, world: World) -> None:
        self.world, self.people = world, list[Someone]()
        self.journey: JourneyDefinition
        self.state, self.began, self.changed = "draft", datetime.min, datetime.min
        self.seen: set[str] = set()
        self.refresh, self.day, self.is_fresh = 0, "", True
        self.now = datetime.min
        self.untold: list[tuple[Someone, int, datetime, tuple[str, str, object] | None]] = []

    # --- the definition ----------------------------------------------------------------

    def follow(self, journey: JourneyDefinition) -> None:
        """Follow this definition from now on."""
        self.journey = journey
        self.steps, self.behind, self.inside = laid_out(journey.steps)
        self.first = journey.steps[0].id

    def published(self, journey: JourneyDefinition, now: datetime, newest_refresh: int, at_removed: str) -> None:
        """People follow the newest version by step."""
        if self.state in ("draft", "stopped"):
            self.state, self.began, self.changed = "running", now, now
            self.seen = {e.id for e in (*self.world.events, *self.world.altered) if e.at < now}
            self.refresh, self.day, self.is_fresh = newest_refresh, "", True
            self.follow(journey)
            return
        former, behind = self.steps, self.behind
        self.follow(journey)
        for each in self.people:
            if each.state != "running":
                continue
            step = str(each.step)
            if step not in self.steps:
                if at_removed == "leave":
                    each.end("left", now)
                    continue
                passed = {step}
                target = behind[step]
                while target is not None and target not in self.steps and target not in passed:
                    passed.add(target)
                    target = behind[target]
                if target is None or target not in self.steps:
                    each.end("end", now)
                else:
                    each.step, each.is_before, each.due = target, True, now
            elif each.is_before:
                continue
            elif self.steps[step].op not in ("wait", "wait_until", "wait_for"):
                each.is_before, each.due = True, now
            else:
                self._wait_otherwise(each, former[step], self.steps[step], now)

    def _wait_otherwise(self, each: Someone, old: object, new: object, now: datetime) -> None:
        was, now_is = span(old), span(new)
        if was is not None and now_is is not None:
            each.due += now_is - was
        elif now_is is not None:
            each.due = now + now_is
        elif any(getattr(old, name, "") != getattr(new, name) for name in ("clock", "days", "zone")):
            each.due = next_clock(now, new.clock, new.days, self.world.clock_of(each.person, new))  # type: ignore[attr-defined]

    def change(self, state: str, now: datetime, extend: bool = False) -> None:
        """Pause, go on, drain, stop."""
        if self.state == "paused" and state == "running" and extend:
            for each in self.people:
                if each.state == "running" and not each.is_before:
                    each.due += now - self.changed
        if state == "stopped":
            for each in self.people:
                if each.state == "running":
                    each.end("stopped", now)
        if state in ("stopped", "cancelled"):
            self.sent()
        self.state, self.changed = state, now

    def merged(self) -> None:
        """Who was found to be somebody else goes on as them; of two inside by one key the later ends."""
        for each in self.people:
            each.person = self.world.now_called(each.person)
        inside: dict[tuple[int, str], Someone] = {}
        for each in sorted(self.people, key=lambda e: (e.entered, self.people.index(e))):
            if each.state == "running" and inside.setdefault((each.person, each.key), each) is not each:
                each.end("merged", self.now)

    def sent(self) -> None:
        """No message waits any more."""
        for each in self.people:
            each.waiting = 0

    # --- a tick ------------------------------------------------------------------------

    def tick(self, now: datetime, *, only_hear: bool = False) -> None:
        """Exits, what was waited for, who comes in; then the clock."""
        self.now = now
        if self.state not in ("running", "draining"):
            return
        self.merged()
        for each in list(self.people):
            self._leave(each)
        self.is_hearing = True
        for each in list(self.people):
            if each.state == "running" and not each.is_before and self.steps[str(each.step)].op == "wait_for":
                self._wake_by_what_happened(each, set())
        if self.state == "running":
            self._let_in()
        self.seen |= {e.id for e in (*self.world.events, *self.world.altered) if e.at < now}
        self.refresh = max([self.refresh, *(number for number, *_ in self.world.changes)])
        self.is_fresh = False
        if not only_hear:
            for each in list(self.people):
                if each.state == "running" and each.due is not None and each.due <= now:
                    self._wake_by_clock(each)

    def _leave(self, each: Someone) -> None:
        if each.state == "held" or not (
            each.state == "running" or (each.waiting and each.outcome not in ("goal", "exit", "stopped", "merged"))
        ):
            return
        goal = self.journey.goal
        if goal is not None and self._did(each, goal.event, (), each.entered, each.entered + goal.within):
            each.end("goal", self.now)
            return
        if self._sent_away(each):
            each.end("exit", self.now)
            return
        for condition in self.journey.exit:
            by_event = condition.event is not None
            if (by_event or each.waiting) and self._meets(each, condition):
                each.end("exit", self.now)
                return

    def _sent_away(self, each: Someone) -> bool:
        """Whether another journey had them leave this one since they entered."""
        return self._did(each, "Leaving Asked", (), each.entered) is not None

    def _did(
        self, each: Someone, name: str, where: Sequence[object], since: datetime, until: datetime | None = None
    ) -> datetime | None:
        found = [
            e.at
            for e in self.world.done_by(each.person, name, where, self.now)
            if e.at >= since and e.id != each.trigger and (until is None or e.at < until)
        ]
        return min(found, default=None)

    def _meets(self, each: Someone, condition: object) -> bool:
        if condition.event is not None:  # type: ignore[attr-defined]
            return self._did(each, condition.event, condition.where, each.entered) is not None  # type: ignore[attr-defined]
        return self.holds(condition.rule, each.person)  # type: ignore[attr-defined]

    def holds(self, rule: object, person: int) -> bool:
        """Whether a person meets a rule; the worlds ask how often they did something."""
        if rule.op == "in_list":  # type: ignore[attr-defined]
            return self.world.is_listed(person, rule.list, self.now)  # type: ignore[attr-defined]
        if rule.op in (">=", "="):  # type: ignore[attr-defined]
            value = self.world.attribute(person, rule.trait.trait)  # type: ignore[attr-defined]
            wanted = rule.value  # type: ignore[attr-defined]
            return value is not None and (value == wanted if rule.op == "=" else value >= wanted)  # type: ignore[attr-defined]
        done = self.world.done_by(person, rule.event, (), self.now)  # type: ignore[attr-defined]
        return len(done) >= (rule.at_least or 1) if rule.op == "did" else not done  # type: ignore[attr-defined]

    def _exits_before_a_step(self, each: Someone) -> bool:
        goal = self.journey.goal
        if goal is not None and self._did(each, goal.event, (), each.entered, each.entered + goal.within):
            each.end("goal", self.now)
            return True
        if any(self._meets(each, condition) for condition in self.journey.exit) or self._sent_away(each):
            each.end("exit", self.now)
            return True
        return False

    def _wake_by_what_happened(self, each: Someone, asked: set[str]) -> None:
        """Somebody at a step that waits for something, if it happened; a rule is asked once in a tick at a step."""
        step = self.steps[str(each.step)]
        condition = step.condition
        if condition.rule is not None:
            if step.id in asked or not self.holds(condition.rule, each.person):
                return
            asked.add(step.id)
            came = min(self.now, self.now + AFTER)
        else:
            happened = self._did(each, condition.event, condition.where, each.came, each.due)
            if happened is None:
                return
            came = min(happened + AFTER, self.now)
        each.came = came
        each.path.append((step.id, "then", self.now))
        self._walk(each, self._turned(step.id, "then"), asked)

    def _wake_by_clock(self, each: Someone) -> None:
        step = str(each.step)
        each.came = min(each.due, self.now)
        if each.is_before:
            each.is_before = False
            following = step
        elif self.steps[step].op == "wait_for":
            each.path.append((step, "otherwise", self.now))
            following = self._turned(step, "otherwise")
        else:
            each.path.append((step, "on", self.now))
            following = self.behind[step]
        self._walk(each, following, set())

    def _turned(self, step: str, turn: str) -> str | None:
        return self.inside[step, turn] or self.behind[step]

    def _walk(self, each: Someone, step: str | None, asked: set[str], *, is_asked: bool = False) -> None:
        """Step after step until they rest or are through."""
        if not is_asked and self._left_where(each, step):
            return
        while step is not None:
            here, now = self.steps[step], self.now
            each.step = step
            asks = here.op in ("branch", "wait_for") or getattr(here, "zone", None)
            if asks and any(one is each for one, *_ in self.untold):
                each.is_before, each.due = True, now + AFTER
                return
            if here.op in ("wait", "wait_for", "wait_until"):
                length = span(here)
                each.due = now + length if length is not None else self._next(each, here)
                if here.op == "wait_for":
                    self._wake_by_what_happened(each, asked)
                return
            turn = self._turn(each, here)
            each.path.append((step, turn, now))
            if here.op in RECORDS:
                self.untold.append((each, len(each.path), now, RECORDS[here.op](here)))
            if here.op == "leave":
                each.close("left", now)
                return
            step = self._turned(step, turn) if here.op in ("branch", "split") else self.behind[step]
        each.close("end", self.now)

    def _next(self, each: Someone, step: object) -> datetime:
        return next_clock(self.now, step.clock, step.days, self.world.clock_of(each.person, step))  # type: ignore[attr-defined]

    def _left_where(self, each: Someone, step: str | None) -> bool:
        del step
        return self._exits_before_a_step(each)

    def _turn(self, each: Someone, step: object) -> str:
        op = step.op  # type: ignore[attr-defined]
        if op == "branch":
            ways = enumerate(step.ways, 1)  # type: ignore[attr-defined]
            return next((str(number) for number, way in ways if self._meets(each, way.condition)), "otherwise")
        if op == "split":
            return drawn(self._position(each, step.id), step.weights)  # type: ignore[attr-defined]
        if op == "message":
            address = self.world.address(each.person)
            if address is None:
                return "no_address"
            each.letters.append((step.id, step.template, address, len(each.path) + 1))  # type: ignore[attr-defined]
            each.waiting += 1
            return "queued"
        return {
            "emit": lambda: step.event,
            "task": lambda: "Task Assigned",
            "set_trait": lambda: "Trait Changed",
            "increment_trait": lambda: "Trait Changed",
            "unset_trait": lambda: "Trait Changed",
            "add_to_list": lambda: "List Joined",
            "take_from_list": lambda: "List Left",
            "leave": lambda: step.reason,
            "go_to": lambda: "on",
        }[op]()  # type: ignore[attr-defined]

    def _position(self, each: Someone, step: str) -> float:
        key = self.world.drawn_by(each.person) + (f"|{each.key}" if each.key else "")
        return position_of(f"{self.journey.seed}/{step}", key)

    # --- coming in ---------------------------------------------------------------------

    def _let_in(self) -> None:
        entry, world = self.journey.entry, self.world
        found: list[tuple[datetime, str, int, str]] = []
        if entry.event is not None:
            for e in world.events:
                if (
                    e.name == entry.event
                    and e.id not in self.seen
                    and self.began <= e.at < self.now
                    and fits(e, entry.where)
                ):
                    key = "" if entry.key is None else str(e.props.get(entry.key) or "")
                    found.append((e.at, e.id, world.now_called(e.person), key))
        elif entry.list is not None:
            found = self._listed()
        elif entry.segment is not None:
            last: dict[int, tuple[datetime, int]] = {}
            for number, person, change, at in world.changes:
                if number > self.refresh and change == entry.when:
                    mine = world.now_called(person)
                    last[mine] = max((at, number), last.get(mine, (datetime.min, 0)))
            found = [(max(at, self.began), str(number), person, "") for person, (at, number) in last.items()]
            if self.is_fresh and entry.members:
                found += [(self.now, "member", person, "") for person in {world.now_called(p) for p in world.members}]
        elif entry.every_day is not None:
            found = self._of_the_day()
        for e in world.events:
            if e.name == "Enrolment Asked" and e.id not in self.seen and self.began <= e.at < self.now:
                found.append((e.at, e.id, world.now_called(e.person), ""))
        self._take(found)

    def _listed(self) -> list[tuple[datetime, str, int, str]]:
        """Who came onto the list of the entry, or left it; who was on it already did not come."""
        entry, world = self.journey.entry, self.world
        found = []
        for person in world.everybody():
            was_on = False
            for at, event, is_on in world.listings(person, str(entry.list), self.now):
                if (
                    is_on != was_on
                    and is_on is (entry.when == "entered")
                    and event not in self.seen
                    and at >= self.began
                ):
                    found.append((at, event, person, ""))
                was_on = is_on
            if self.is_fresh and entry.members and was_on:
                found.append((self.now, "member", person, ""))
        return found

    def _of_the_day(self) -> list[tuple[datetime, str, int, str]]:
        entry, zone = self.journey.entry, ZoneInfo(self.world.zone)
        today = self.now.replace(tzinfo=ZoneInfo("UTC")).astimezone(zone).date()
        days = [today] if entry.date is None or not self.day else [today - timedelta(days=n) for n in (3, 2, 1, 0)]
        found = []
        for day in days:
            at, is_day = (
                at_clock(day, entry.every_day, self.world.zone),
                not entry.days or DAYS[day.weekday()] in entry.days,
            )
            if self.is_fresh and at < self.began:
                self.day = day.isoformat()
            if self.day < day.isoformat() and self.now >= at and is_day:
                self.day = day.isoformat()
                found += [(at, f"day:{self.day}", p, "") for p in self.world.everybody() if self._has_day(p, day)]
        return found

    def _has_day(self, person: int, day: date) -> bool:
        """Whether the date of the entry, and its offset, is on a day; of everybody where it names none."""
        entry, born = self.journey.entry, self.world.born(person)
        if entry.date is None or born is None:
            return entry.date is None
        for year in range(day.year - 2, day.year + 3) if entry.yearly else (born.year,):
            try:
                there = born.replace(year=year)
            except ValueError:
                there = date(year, 2, 28)
            if there + timedelta(days=entry.offset_days) == day:
                return True
        return False

    def by_hand(self, people: Sequence[int], now: datetime) -> None:
        """Let people in by hand."""
        self.now = now
        self._take([(now, "by hand", self.world.now_called(person), "") for person in people])

    def _take(self, found: list[tuple[datetime, str, int, str]]) -> None:
        condition = self.journey.entry.condition
        for at, trigger, person, key in sorted(found):
            if condition is None or self.holds(condition, person):
                self._may_enter(person, key, at, trigger)

    def _may_enter(self, person: int, key: str, at: datetime, trigger: str) -> None:
        mine = [e for e in self.people if e.person == person]
        before = [e for e in mine if e.key == key]
        again = self.journey.entry.again
        if any(e.state == "held" for e in mine) or any(e.state == "running" for e in before):
            return
        if before and again == "never":
            return
        if any(e.ended is not None and e.entered <= at < e.ended for e in before):
            return
        if before and at < max(e.entered for e in before) + (again if isinstance(again, timedelta) else timedelta()):
            return
        if any(e.trigger == trigger for e in before) and trigger != "by hand":
            return
        each = Someone(person, key, at, trigger, came=at)
        self.people.append(each)
        if self.journey.holdout and position_of(self.journey.seed, self.world.drawn_by(person)) < self.journey.holdout:
            each.state = "held"
            return
        each.path.append(("entry", trigger, self.now))
        self._walk(each, self.first, set())


RECORDS: Mapping[str, Callable[[Any], tuple[str, str, object] | None]] = {
    "emit": lambda _: None,
    "task": lambda _: None,
    "set_trait": lambda step: (step.trait, "set", step.to),
    "increment_trait": lambda step: (step.trait, "add", step.by),
    "unset_trait": lambda step: (step.trait, "unset", None),
    "add_to_list": lambda step: (f"list {step.list}", "set", True),
    "take_from_list": lambda step: (f"list {step.list}", "set", False),
}
"""Steps that record something of people → the attribute that it changes, how, and by what."""


def span(step: object) -> timedelta | None:
    """How long a step is waited at, where that is the same for all."""
    return getattr(step, "span", None) or getattr(step, "at_most", None)


def drawn(position: float, weights: Mapping[str, float]) -> str:
    """The way at a position, ways dividing [0, 1) in their order by their weights."""
    whole = sum(weights.values())
    edges = list(accumulate(weight / whole for weight in weights.values()))
    return next((way for way, edge in zip(weights, edges, strict=True) if position < edge), list(weights)[-1])


def at_clock(day: date, clock: time, zone: str) -> datetime:
    """The instant at which the clock shows a time on a day: the first of two, and of none what it would have shown."""
    return datetime.combine(day, clock, ZoneInfo(zone)).astimezone(ZoneInfo("UTC")).replace(tzinfo=None)


def next_clock(now: datetime, clock: time, days: Sequence[str], zone: str) -> datetime:
    """The first instant later than ``now`` at which the clock shows a time on one of the days."""
    day = now.date() - timedelta(days=2)
    while True:
        at = at_clock(day, clock, zone)
        if at > now and (not days or DAYS[day.weekday()] in days):
            return at
        day += timedelta(days=1)
