"""The same history told to the engine and to the walker, and what both make of it side by side."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

import pyarrow as pa

from coterie.collect import record_events
from coterie.decide.journeys import JourneyDefinition, ticking
from coterie.decide.journeys.asking import PeopleAsked
from coterie.decide.journeys.entering import newest_change
from coterie.decide.journeys.other_journey_step import ENROLMENT_ASKED, LEAVING_ASKED
from coterie.decide.journeys.publishing import change_state, publish, published_definition
from coterie.decide.journeys.ticking import JourneyMark, Tick
from coterie.decide.own_zones import zones_of
from coterie.domain import Origin
from coterie.engines import Engine, open_warehouse
from coterie.profile import Catalog, build_profiles
from coterie.profile.given import declare_attributes
from coterie.profile.listed import LIST_JOINED, LIST_LEFT, note_lists
from coterie.protect import WorkspaceKey
from coterie.segment.preview import known_catalog
from coterie.store import open_ledger
from coterie.workspace.journey_events import emitted_events, follow_alterations, untold
from tests.decide.journeys.walker import Walker
from tests.decide.journeys.world import Altered, Event, World

KEY = WorkspaceKey(b"k" * 32)
BEGAN = datetime(2026, 3, 2, 9)
ZONE = "Europe/Madrid"
NAMES = ("Cart", "Visit", "Buy")
SEGMENT, LIST = "vip", "beta"
ASKED = (ENROLMENT_ASKED, LEAVING_ASKED)
INSTANT = pa.timestamp("us")


ZONES = (None, "America/New_York", "Pacific/Chatham", "nowhere", "Europe/Madrid")


def zone_of(person: int) -> str | None:
    """The zone that somebody says they live in."""
    return ZONES[person % len(ZONES)]


def born(person: int) -> date | None:
    """The birthday of somebody, about the days of the histories; some on a day that comes every fourth year, some unknown."""
    return (None, date(2024, 2, 29), date(1990, 3, 2), date(1984, 3, 3), date(2001, 3, 5))[person % 5]


class Killed(Exception):
    """The process ended here."""


@cache
def _warehouse() -> Engine:
    """One for all examples, with an event of each name by nobody, so that what is known of events never changes."""
    engine = open_warehouse(None, threads=1)
    note_lists(engine, [LIST])
    declare_attributes(engine, {"timezone": "VARCHAR", "born": "DATE", "visits": "DOUBLE", "plan": "VARCHAR"})
    return engine


@cache
def _catalog() -> Catalog:
    return known_catalog(_warehouse())


def fresh_warehouse(people: dict[int, list[str]]) -> Engine:
    """A warehouse with these people and nothing that they did."""
    engine = _warehouse()
    with engine.tidied():
        _fill(engine, people)
    return engine


def _fill(engine: Engine, people: dict[int, list[str]]) -> None:
    for table in ("events", "customer_records", "profiles", "identifiers", "merges", "batches", "membership_changes"):
        engine.execute(f"DELETE FROM {table}")
    known, props = (*NAMES, LIST_JOINED, LIST_LEFT, *ASKED), {"of": "another", "v": 1, "k": "x", "list": "another"}
    seeds = [Event(f"seed-{n}", name, 0, datetime(2020, 1, 1), props) for n, name in enumerate(known)]
    _write_events(engine, seeds, batch=0, at=datetime(2020, 1, 1))
    engine.execute("UPDATE events SET profile_id = NULL, identifier_id = NULL")
    engine.write(
        "customer_records",
        pa.table(
            {
                "identifier_id": list(people),
                "profile_id": list(people),
                "updated_at": pa.array([BEGAN] * len(people), INSTANT),
                "timezone": pa.array([zone_of(person) for person in people], pa.string()),
                "born": pa.array([born(person) for person in people], pa.date32()),
            }
        ),
    )
    rows = [
        (number, number + 100 * place, *each.split(":", 1))
        for number, every in people.items()
        for place, each in enumerate(every)
    ]
    # The number of a person is that of their first identifier; first seen in the order of persons, then of identifiers.
    order = {row[1]: place for place, row in enumerate(rows)}
    engine.write(
        "identifiers",
        pa.table(
            {
                "identifier_id": [row[1] for row in rows],
                "namespace": [row[2] for row in rows],
                "value": [row[3] for row in rows],
                "profile_id": [row[0] for row in rows],
                "first_seen_at": pa.array(
                    [BEGAN - timedelta(days=9) + timedelta(hours=order[row[1]]) for row in rows], INSTANT
                ),
            }
        ),
    )
    build_profiles(engine)
    flags = pa.table({"profile_id": list(people), SEGMENT: [number % 2 == 0 for number in people]})
    engine.write("membership_flags", flags, append=False)


def _write_events(engine: Engine, events: Sequence[Event], *, batch: int | None, at: datetime) -> None:
    rows = engine.aside(
        "told",
        pa.table(
            {
                "event_id": [e.id for e in events],
                "profile_id": [e.person for e in events],
                "identifier_id": [e.person for e in events],
                "name": [e.name for e in events],
                "occurred_at": pa.array([e.at for e in events], INSTANT),
                "received_at": pa.array([at] * len(events), INSTANT),
                "batch_id": pa.array([batch] * len(events), pa.int64()),
                "properties": [json.dumps(dict(e.props)) for e in events],
            }
        ),
    )
    engine.execute(f"INSERT INTO events BY NAME SELECT * REPLACE (properties::JSON::VARIANT AS properties) FROM {rows}")


class Both:
    """One world, told to both."""

    def __init__(self, people: dict[int, list[str]]) -> None:
        self.now, self.engine, self.ledger = BEGAN, fresh_warehouse(people), open_ledger(None)
        zones = {number: zone for number in people if (zone := zone_of(number))}
        self.world = World(
            ZONE, people, members={number for number in people if number % 2 == 0}, zones=zones, born=born
        )
        self.walker = Walker(self.world)
        self.batch = self.version = self.refresh = self.told = 0
        self.has_live = False
        self.body: dict[str, Any] = {}

    # --- what happens ------------------------------------------------------------------

    def happen(self, rows: Sequence[tuple[str, int, datetime, int, str]], *, is_live: bool) -> None:
        """People do things: ``name, person, instant, v, k``; told now, in a file or one by one."""
        events = []
        for name, person, at, v, k in rows:
            self.told += 1
            events.append(Event(f"e{self.told:04}", name, self.world.now_called(person), at, {"v": v, "k": k}))
        if is_live:
            self.has_live = True
        else:
            self.batch += 1
        with self.engine.tidied():
            _write_events(self.engine, events, batch=None if is_live else self.batch, at=self.now)
        self.world.events += events

    def merge(self, one: int, other: int) -> None:
        """Two people are found to be one; the lower number stays."""
        kept, gone = sorted((self.world.now_called(one), self.world.now_called(other)))
        if kept == gone:
            return
        self.world.became[gone] = kept
        for table in ("events", "identifiers"):
            self.engine.execute(f"UPDATE {table} SET profile_id = {kept} WHERE profile_id = {gone}")
        # What records say of somebody goes with their number here, what journeys changed comes along.
        self.engine.execute(f"UPDATE customer_records SET profile_id = NULL WHERE profile_id = {gone}")
        build_profiles(self.engine)
        self.engine.execute(f"DELETE FROM membership_flags WHERE profile_id = {gone}")
        self.world.members.discard(gone)
        merge = {
            "merge_id": len(self.world.became),
            "kept_profile_id": kept,
            "merged_profile_id": gone,
            "left_id": kept,
            "right_id": gone,
            "merged_at": self.now,
        }
        self.engine.write("merges", pa.Table.from_pylist([merge]))
        self.engine.execute(f"UPDATE membership_changes SET profile_id = {kept} WHERE profile_id = {gone}")

    def come(self, person: int, change: str) -> None:
        """Somebody comes into the segment, or leaves it."""
        self.refresh += 1
        person = self.world.now_called(person)
        self.world.changes.append((self.refresh, person, change, self.now))
        row = {
            "segment": SEGMENT,
            "profile_id": person,
            "change": change,
            "as_of": self.now,
            "refresh_id": self.refresh,
        }
        self.engine.write("membership_changes", pa.Table.from_pylist([row]))

    def put(self, person: int, *, is_on: bool) -> None:
        """Somebody is put on the list by hand, or taken off."""
        self.told += 1
        person, event = self.world.now_called(person), f"put{self.told:04}"
        self.world.altered.append(Altered(person, self.now, self.told, event, f"list {LIST}", "set", is_on))
        told = {
            "event_id": event,
            "name": LIST_JOINED if is_on else LIST_LEFT,
            "occurred_at": self.now,
            "identifier_id": person,
            "properties": json.dumps({"list": LIST, "visit": self.told}),
        }
        record_events(self.engine, pa.Table.from_pylist([told]), clock=lambda: self.now)

    def ask(self, person: int, name: str) -> None:
        """A step of another journey has somebody enter this one, or leave it."""
        self.told += 1
        event = Event(f"ask{self.told:04}", name, self.world.now_called(person), self.now)
        self.world.events.append(event)
        told = {
            "event_id": event.id,
            "name": name,
            "occurred_at": self.now,
            "identifier_id": event.person,
            "properties": json.dumps({"of": "j", "journey": "another", "visit": 1}),
        }
        record_events(self.engine, pa.Table.from_pylist([told]), clock=lambda: self.now)

    def publish(self, journey: JourneyDefinition, at_removed: str) -> None:
        """People follow this definition from now on."""
        self.record()
        self.version += 1
        mark = JourneyMark(self.batch, newest_change(self.engine), heard=self.now.isoformat())
        with self.ledger.transaction() as t:
            publish(
                t,
                journey,
                self.version,
                mark=mark,
                zone=ZONE,
                now=self.now,
                actor="test",
                at_removed=at_removed,  # type: ignore[arg-type]
                zones=lambda attribute, who: [
                    each or ZONE for each in (zones_of(self.engine, attribute, who) if attribute else [None] * len(who))
                ],
            )
        self.walker.published(journey, self.now, self.refresh, at_removed)

    def change(self, state: str, *, extend: bool = False) -> None:
        """Pause, go on, drain, stop, where that is another state."""
        if self.walker.state in (state, "stopped") or (
            state != "running" and self.walker.state == "paused" and state == "draining"
        ):
            return
        with self.ledger.transaction() as t:
            change_state(t, "j", state, now=self.now, actor="test", extend=extend)  # type: ignore[arg-type]
        self.walker.change(state, self.now, extend)

    def by_hand(self, people: Sequence[int]) -> None:
        """Let people in by hand."""
        if self.walker.state != "running":
            return
        known = sorted({self.world.now_called(person) for person in people})
        self.record()
        with self.engine.reading(), self.ledger.transaction() as t:
            self._tick(t.journeys.one("j")).enrol(t, known)
        self.walker.by_hand(known, self.now)

    def send(self) -> None:
        """Everything queued is on its way."""
        with self.ledger.transaction() as t:
            for origin in sorted({origin for origin, _ in t.enrolments.queued("j")}):
                queued = t.outbox.messages(Origin("journey", origin), "queued")["message_id"].to_pylist()
                t.outbox.mark_sending(queued, batch="b", now=self.now)
        self.walker.sent()

    def tick(self, *, is_killed: bool = False) -> None:
        """A tick now; ``is_killed``: what happened is heard, and the process ends before the clock is asked."""
        self.record()
        with self.ledger.reading() as t:
            published = t.journeys.one("j")
        tick, usual = self._tick(published), ticking.AT_ONCE
        ticking.AT_ONCE = 2
        if is_killed:
            tick._wake_due = lambda: False  # type: ignore[method-assign]
        try:
            with self.engine.reading():
                tick.run()
        finally:
            ticking.AT_ONCE = usual
        self.walker.tick(self.now, only_hear=is_killed)

    def record(self) -> None:
        """What steps recorded of people is told, as it is before and behind each tick."""
        with self.ledger.reading() as t:
            published = t.journeys.find("j")
            found = None if published is None else untold(t, published)
        if published is None or found is None:
            return
        with self.engine.tidied():
            told = emitted_events("j", found)
            recorded = record_events(self.engine, told, clock=lambda: self.now).recorded if found.rows else 0
            follow_alterations(self.engine, found, None)
        numbers = self._numbers() if self.walker.untold else {}
        assert recorded == len(self.walker.untold)
        for each, visit, at, change in self.walker.untold:
            if change is not None:
                told = Altered(each.person, at, visit, f"journey-j-{numbers[id(each)]}-{visit}", *change)
                self.world.altered.append(told)
        self.walker.untold.clear()

    def _numbers(self) -> dict[int, int]:
        """Whom the walker walks → their enrolment; of those who came in alike the first is the first."""
        theirs: dict[tuple[object, ...], list[int]] = {}
        for row in sorted(self.of_the_engine(), key=lambda row: row["number"]):
            theirs.setdefault(row["who"], []).append(row["number"])
        return {
            id(each): theirs[each.person, each.key, each.entered, each.trigger].pop(0) for each in self.walker.people
        }

    def _tick(self, published: object) -> Tick:
        asking = PeopleAsked(self.engine, self.now, self.now, ZONE)
        asking._catalog = _catalog()
        return Tick(asking, self.ledger, KEY, "ES", published, published_definition(published), self.batch)  # type: ignore[arg-type]

    def dues(self) -> list[datetime]:
        """The instants at which waits end."""
        return sorted({each.due for each in self.walker.people if each.state == "running" and each.due is not None})

    # --- what came of it ---------------------------------------------------------------

    def of_the_engine(self) -> list[dict[str, Any]]:
        """Every enrolment with its way and its messages, as the ledger has them."""
        with self.ledger.reading() as t:
            rows = [
                row
                for state in ("running", "held", "ended")
                for row in t.enrolments.running("j", state=state).to_pylist()
            ]  # type: ignore[arg-type]
            path = t.enrolments.path([row["enrolment_id"] for row in rows]).to_pylist()
            letters = [
                (*row["occurrence"].split("."), row["origin"].removeprefix("j/"), row["variant"], row["address"])
                for origin in {str(each["origin"]) for each in self._outbox(t)}
                for row in t.outbox.messages(Origin("journey", origin)).to_pylist()
            ]
        found = []
        for row in rows:
            number, is_in = row["enrolment_id"], row["state"] == "running"
            mine = [each for each in path if each["enrolment_id"] == number]
            assert [each["visit"] for each in mine] == list(range(1, row["visits"] + 1)), "visits are not consecutive"
            found.append(
                {
                    "number": number,
                    "who": (row["profile_id"], row["key"], row["entered_at"], row["trigger"]),
                    "state": row["state"],
                    "outcome": row["outcome"],
                    "step": row["step"] if is_in else None,
                    "due": row["due_at"],
                    "path": [(each["step"], each["turn"], each["occurred_at"]) for each in mine],
                    "letters": sorted(
                        (step, template, address, int(visit))
                        for of, visit, step, template, address in letters
                        if int(of) == number
                    ),
                }
            )
        return sorted(found, key=lambda row: str({**row, "number": 0}))

    def _outbox(self, t: object) -> list[dict[str, object]]:
        import sqlalchemy as sa

        from coterie.store.outbox import OUTBOX

        rows = t._connection.execute(sa.select(OUTBOX.c.origin).distinct())  # type: ignore[attr-defined]
        return [dict(row) for row in rows.mappings()]

    def of_the_walker(self) -> list[object]:
        """The same as the walker has it."""
        return sorted(
            (
                {
                    "who": (each.person, each.key, each.entered, each.trigger),
                    "state": each.state,
                    "outcome": each.outcome,
                    "step": (">" if each.is_before else "") + str(each.step) if each.state == "running" else None,
                    "due": each.due,
                    "path": each.path,
                    "letters": sorted(each.letters),
                }
                for each in self.walker.people
            ),
            key=lambda row: str({"number": 0, **row}),
        )

    def compare(self) -> None:
        """Both are the same."""
        ours = [{name: value for name, value in row.items() if name != "number"} for row in self.of_the_engine()]
        theirs = self.of_the_walker()
        if ours != theirs:
            lines = [f"engine {a}\nwalker {b}" for a, b in zip(ours, theirs, strict=False) if a != b]
            raise AssertionError(
                f"at {self.now}, {len(ours)} enrolments, {len(theirs)} walked:\n" + "\n".join(lines[:2])
            )
