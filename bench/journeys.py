"""A journey with everybody in it: steps a second of processor, a tick in which nothing happens, and from an event to its message.

Run: python bench/journeys.py [people …]; 100,000 and 1,000,000 where none are named. Beside it, in the same run, the same way walked
one person at a time with a statement a step, in one transaction.
"""

from __future__ import annotations

import hashlib
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from coterie.decide.journeys import JourneyDefinition
from coterie.decide.journeys.asking import PeopleAsked
from coterie.decide.journeys.publishing import publish, published_definition
from coterie.decide.journeys.ticking import JourneyMark, Tick
from coterie.engines import Engine, open_warehouse
from coterie.protect import WorkspaceKey
from coterie.store import Ledger, open_ledger

KEY = WorkspaceKey(b"k" * 32)
BEGAN = datetime.fromisoformat("2026-03-02 09:00")
HOUR = timedelta(hours=1)
ALONE = 20_000
"""People who are walked one at a time."""
JOURNEY = JourneyDefinition.model_validate(
    {
        "name": "bench",
        "entry": {"event": "Cart"},
        "holdout": 0,
        "steps": [
            {"id": "arm", "split": {"plain": 50, "coupon": 50}},
            {"id": "first", "message": "hello"},
            {"id": "hesitates", "wait_for": {"event": "Buy"}, "at_most": "23h"},
            {"id": "rich", "branch": [{"if": {"event": "Buy"}, "steps": []}]},
            {"id": "rest", "wait": "1h"},
        ],
    }
)


class Shop:
    """Everybody adds something to a cart; a third buys."""

    def __init__(self, people: int, folder: Path) -> None:
        self.people, self.batch = people, 0
        self.engine: Engine = open_warehouse(None)
        self.ledger: Ledger = open_ledger(folder / f"ledger-{people}.sqlite")
        with self.engine.tidied():
            self.engine.execute(
                f"INSERT INTO profiles BY NAME SELECT i AS profile_id, TIMESTAMP '2026-01-01' AS first_seen_at FROM range(1, {people + 1}) AS r(i)"
            )
            self.engine.execute(
                "INSERT INTO identifiers BY NAME SELECT profile_id AS identifier_id, profile_id, 'email' AS namespace, "
                "'p' || profile_id || '@example.com' AS value, first_seen_at FROM profiles"
            )
        self.happen("Buy", 1, BEGAN - 9 * HOUR)
        with self.ledger.transaction() as t:
            mark = JourneyMark(self.batch, 0, heard=BEGAN.isoformat())
            publish(t, JOURNEY, 1, mark=mark, zone="UTC", now=BEGAN, actor="bench")

    def happen(self, name: str, every: int, at: datetime) -> None:
        """Each ``every``-th does something."""
        self.batch += 1
        with self.engine.tidied():
            self.engine.execute(
                f"INSERT INTO events BY NAME SELECT '{name}-{self.batch}-' || profile_id AS event_id, profile_id, profile_id AS identifier_id, "
                f"'{name}' AS name, $at AS occurred_at, $at AS received_at, {self.batch} AS batch_id FROM profiles WHERE profile_id % {every} = 0",
                {"at": at},
            )

    def tick(self, now: datetime) -> None:
        """One tick."""
        with self.ledger.reading() as t:
            published = t.journeys.one("bench")
        with self.engine.reading():
            asking = PeopleAsked(self.engine, now, now, "UTC")
            Tick(asking, self.ledger, KEY, "ES", published, published_definition(published), self.batch).run()

    def steps(self) -> int:
        """How many steps were taken."""
        with self.ledger.reading() as t:
            return sum(t.enrolments.turns("bench")["times"].to_pylist())


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds of processor and of the wall."""
    processor, wall = time.process_time(), time.perf_counter()
    work()
    return time.process_time() - processor, time.perf_counter() - wall


def measure(people: int, folder: Path) -> None:
    """One size."""
    shop = Shop(people, folder)
    shop.happen("Cart", 1, BEGAN + timedelta(minutes=1))
    parts = {"enter, split, message, rest": timed(lambda: shop.tick(BEGAN + HOUR))}
    idle = [timed(lambda at=at: shop.tick(BEGAN + HOUR + at * timedelta(seconds=1)))[1] for at in range(9)]  # type: ignore[misc]
    shop.happen("Buy", max(3, people // 1000), BEGAN + 2 * HOUR)
    woken = timed(lambda: shop.tick(BEGAN + 3 * HOUR))
    shop.happen("Buy", 3, BEGAN + 4 * HOUR)
    parts["woken by events"] = timed(lambda: shop.tick(BEGAN + 5 * HOUR))
    parts["time-outs"] = timed(lambda: shop.tick(BEGAN + 30 * HOUR))
    parts["ends"] = timed(lambda: shop.tick(BEGAN + 60 * HOUR))
    processor = sum(each[0] for each in parts.values()) + woken[0]
    wall = sum(each[1] for each in parts.values()) + woken[1]
    steps = shop.steps()
    print(
        f"{people:,} people, {steps:,} steps: {steps / processor:,.0f} a second of processor, {steps / wall:,.0f} seen"
    )
    for name, (cpu, seen) in parts.items():
        print(f"  {name}: {cpu:.1f} s of processor, {seen:.1f} s seen")
    print(f"  a tick in which nothing happens: {sorted(idle)[len(idle) // 2] * 1000:.1f} ms")
    print(f"  {people // max(3, people // 1000):,} events to their steps: {woken[1] * 1000:,.0f} ms")
    shop.ledger.close()
    shop.engine.close()


def alone(folder: Path) -> None:
    """The same way, one person at a time."""
    ledger = sqlite3.connect(folder / "alone.sqlite", isolation_level=None)
    for statement in (
        "PRAGMA journal_mode = WAL",
        "PRAGMA synchronous = FULL",
        "CREATE TABLE enrolments (id INTEGER PRIMARY KEY, person INTEGER, step TEXT, due TEXT, state TEXT, visits INTEGER)",
        "CREATE INDEX due ON enrolments (state, due)",
        "CREATE TABLE path (id INTEGER, visit INTEGER, step TEXT, at TEXT, turn TEXT, PRIMARY KEY (id, visit))",
        "CREATE TABLE outbox (id TEXT PRIMARY KEY, enrolment INTEGER, address TEXT)",
    ):
        ledger.execute(statement)
    steps = 0

    def step(number: int, name: str, turn: str, at: str) -> None:
        nonlocal steps
        steps += 1
        ledger.execute("UPDATE enrolments SET step = ?, visits = visits + 1 WHERE id = ?", (name, number))
        (visit,) = ledger.execute("SELECT visits FROM enrolments WHERE id = ?", (number,)).fetchone()
        ledger.execute("INSERT INTO path VALUES (?, ?, ?, ?, ?)", (number, visit, name, at, turn))

    def walk() -> None:
        ledger.execute("BEGIN")
        for number in range(ALONE):
            ledger.execute("INSERT INTO enrolments VALUES (?, ?, '', NULL, 'running', 0)", (number, number))
            step(number, "entry", "event", "1")
            step(
                number, "arm", "plain" if hashlib.sha256(f"arm|{number}".encode()).digest()[0] < 128 else "coupon", "1"
            )
            ledger.execute(
                "INSERT INTO outbox VALUES (?, ?, ?)",
                (hashlib.sha256(str(number).encode()).hexdigest(), number, f"p{number}@example.com"),
            )
            step(number, "first", "queued", "1")
            ledger.execute("UPDATE enrolments SET step = 'hesitates', due = '2' WHERE id = ?", (number,))
        for name, turn in (("hesitates", "then"), ("rest", "on")):
            due = [
                row[0]
                for row in ledger.execute("SELECT id FROM enrolments WHERE state = 'running' AND due <= '3'").fetchall()
            ]
            for number in due:
                step(number, name, turn, "3")
                if name == "hesitates":
                    step(number, "rich", "1", "3")
                    ledger.execute("UPDATE enrolments SET step = 'rest', due = '3' WHERE id = ?", (number,))
                else:
                    ledger.execute("UPDATE enrolments SET state = 'ended', due = NULL WHERE id = ?", (number,))
        ledger.execute("COMMIT")

    processor, _ = timed(walk)
    print(f"one person at a time, {ALONE:,} people, {steps:,} steps: {steps / processor:,.0f} a second of processor")
    ledger.close()


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        alone(Path(folder))
        for people in [int(each) for each in sys.argv[1:]] or [100_000, 1_000_000]:
            measure(people, Path(folder))


if __name__ == "__main__":
    main()
