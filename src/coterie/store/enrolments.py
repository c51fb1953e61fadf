"""Enrolments: where everybody stands in a journey, and the way that they came."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal

import pyarrow as pa
import sqlalchemy as sa

from coterie.store.metadata import INSTANT, METADATA, SERIAL
from coterie.store.outbox import OUTBOX
from coterie.store.sets import add_rows, driver_columns, in_chunks, read_arrow

ENROLMENTS = sa.Table(
    "enrolments",
    METADATA,
    sa.Column("enrolment_id", SERIAL, primary_key=True, autoincrement=False),
    sa.Column("journey", sa.String, nullable=False),
    sa.Column("profile_id", sa.BigInteger, nullable=False),
    sa.Column("key", sa.String, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("step", sa.String),
    sa.Column("due_at", INSTANT),
    sa.Column("entered_at", INSTANT, nullable=False),
    sa.Column("entered_step_at", INSTANT, nullable=False),
    sa.Column("visits", sa.BigInteger, nullable=False),
    sa.Column("ended_at", INSTANT),
    sa.Column("outcome", sa.String),
    sa.Column("trigger", sa.String),
    sa.Index("ix_enrolments_due", "journey", "state", "due_at"),
    sa.Index("ix_enrolments_profile_id", "profile_id", "journey"),
    sa.Index(
        "uq_enrolments_running",
        "journey",
        "profile_id",
        "key",
        unique=True,
        sqlite_where=sa.text("state = 'running'"),
        postgresql_where=sa.text("state = 'running'"),
    ),
)

PATH = sa.Table(
    "enrolment_path",
    METADATA,
    sa.Column("enrolment_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("visit", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("journey", sa.String, nullable=False),
    sa.Column("step", sa.String, nullable=False),
    sa.Column("occurred_at", INSTANT, nullable=False),
    sa.Column("turn", sa.String, nullable=False),
    sa.Index("ix_enrolment_path_journey", "journey", "occurred_at"),
)

EnrolmentState = Literal["running", "held", "ended"]
"""``held``: in the holdout, who get nothing on purpose."""

_ROWS = sa.select(*ENROLMENTS.c)
_IS_RUNNING = ENROLMENTS.c.state == "running"
_OF = ENROLMENTS.c.journey == sa.bindparam("journey")
_MOVED = ("step", "due_at", "entered_step_at", "visits", "state", "ended_at", "outcome")
_MOVE = f"UPDATE enrolments SET {', '.join(f'{name} = ?' for name in _MOVED)} WHERE enrolment_id = ?"


class Enrolments:
    """Who is where in which journey, inside one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def next_id(self) -> int:
        """The number of the next enrolment."""
        last = self._connection.execute(sa.select(sa.func.max(ENROLMENTS.c.enrolment_id))).scalar_one()
        return int(last or 0) + 1

    def add(self, rows: pa.Table) -> int:
        """Add enrolments, with every column of the table; how many."""
        return add_rows(self._connection, ENROLMENTS, rows)

    def move(self, rows: pa.Table) -> None:
        """Give enrolments, by ``enrolment_id``, their ``step, due_at, entered_step_at, visits, state, ended_at, outcome``."""
        if self._connection.dialect.name == "sqlite":  # straight to the driver: several times as fast
            columns = driver_columns(ENROLMENTS, rows.select([*_MOVED, "enrolment_id"]))
            self._connection.exec_driver_sql(_MOVE, list(zip(*columns.values(), strict=True)))
            return
        statement = (
            sa.update(ENROLMENTS)
            .where(ENROLMENTS.c.enrolment_id == sa.bindparam("of"))
            .values({name: sa.bindparam(f"new_{name}", type_=ENROLMENTS.c[name].type) for name in _MOVED})
        )
        renamed = rows.select(["enrolment_id", *_MOVED]).rename_columns(["of", *(f"new_{name}" for name in _MOVED)])
        for chunk in in_chunks(renamed.to_pylist()):
            self._connection.execute(statement, chunk)

    def record(self, path: pa.Table) -> None:
        """Add to the path: ``enrolment_id, visit, journey, step, occurred_at, turn``."""
        add_rows(self._connection, PATH, path)

    def due(self, journey: str, *, now: datetime, most: int) -> pa.Table:
        """Those who are to go on by ``now``, the longest due first, ``most`` at most."""
        chosen = (
            _ROWS.where(_OF, _IS_RUNNING, ENROLMENTS.c.due_at <= sa.bindparam("now", type_=INSTANT))
            .order_by(ENROLMENTS.c.due_at, ENROLMENTS.c.enrolment_id)
            .limit(sa.bindparam("most", type_=sa.Integer))
        )
        return read_arrow(self._connection, chosen, {"journey": journey, "now": now, "most": most})

    def next_due_at(self, journey: str) -> datetime | None:
        """When the next of those inside is to go on by the clock, or None."""
        statement = sa.select(sa.func.min(ENROLMENTS.c.due_at)).where(_OF, _IS_RUNNING)
        found: datetime | None = self._connection.execute(statement, {"journey": journey}).scalar_one()
        return found

    def running(
        self,
        journey: str,
        *,
        steps: Iterable[str] | None = None,
        profiles: Iterable[int] | None = None,
        state: EnrolmentState = "running",
    ) -> pa.Table:
        """Those inside a journey, at some ``steps`` or of some ``profiles`` where these are given."""
        chosen = _ROWS.where(_OF, ENROLMENTS.c.state == state)
        if steps is not None:
            chosen = chosen.where(ENROLMENTS.c.step.in_(sorted(steps)))
        if profiles is None:
            return read_arrow(self._connection, chosen, {"journey": journey})
        return self._among(chosen, ENROLMENTS.c.profile_id, profiles, journey)

    def of_profiles(self, journey: str, profiles: Iterable[int]) -> pa.Table:
        """Every enrolment of some profiles, whatever its state."""
        return self._among(_ROWS.where(_OF), ENROLMENTS.c.profile_id, profiles, journey)

    def some(self, journey: str, enrolments: Iterable[int]) -> pa.Table:
        """Enrolments by number."""
        return self._among(_ROWS.where(_OF), ENROLMENTS.c.enrolment_id, enrolments, journey)

    def _among(
        self, chosen: sa.Select[tuple[object, ...]], column: sa.Column[object], values: Iterable[int], journey: str
    ) -> pa.Table:
        statement = chosen.where(column.in_(sa.bindparam("wanted", expanding=True)))
        found = [
            read_arrow(self._connection, statement, {"journey": journey, "wanted": chunk})
            for chunk in in_chunks(sorted(set(values)))
        ]
        return pa.concat_tables(found or [read_arrow(self._connection, statement, {"journey": journey, "wanted": []})])

    def queued(self, journey: str) -> list[tuple[str, str]]:
        """``origin, occurrence`` of every message of a journey that has not left yet, of steps that there are no more too."""
        is_of = OUTBOX.c.origin_kind == "journey", OUTBOX.c.origin.startswith(f"{journey}/", autoescape=True)
        statement = sa.select(OUTBOX.c.origin, OUTBOX.c.occurrence).where(OUTBOX.c.state == "queued", *is_of)
        return [(str(origin), str(occurrence)) for origin, occurrence in self._connection.execute(statement)]

    def numbers(self, journey: str) -> list[int]:
        """The profiles of everybody who is or was in a journey."""
        rows = self._connection.execute(sa.select(ENROLMENTS.c.profile_id).where(_OF).distinct(), {"journey": journey})
        return [int(number) for number in rows.scalars()]

    def rename(self, journey: str, people: Mapping[int, int], *, now: datetime) -> None:
        """Give a journey's enrolments of some profiles to those that they have become; of two inside by one key the later ends as ``merged``."""
        moved = self.of_profiles(journey, people).to_pylist()
        if not moved:
            return
        there = self.running(journey, profiles=set(people.values())).to_pylist()
        inside: dict[tuple[int, str], int] = {}
        later: list[int] = []
        for row in sorted([*moved, *there], key=lambda row: (row["entered_at"], row["enrolment_id"])):
            person = people.get(row["profile_id"], row["profile_id"]), row["key"]
            if row["state"] == "running" and inside.setdefault(person, row["enrolment_id"]) != row["enrolment_id"]:
                later.append(row["enrolment_id"])
        self.end(later, outcome="merged", now=now)
        statement = (
            sa.update(ENROLMENTS)
            .where(ENROLMENTS.c.enrolment_id == sa.bindparam("of"))
            .values(profile_id=sa.bindparam("person"))
        )
        for chunk in in_chunks({"of": row["enrolment_id"], "person": people[row["profile_id"]]} for row in moved):
            self._connection.execute(statement, chunk)

    def end(self, enrolments: Sequence[int], *, outcome: str, now: datetime) -> None:
        """End enrolments where they stand; their paths say how."""
        for chunk in in_chunks(sorted(set(enrolments))):
            self._end(ENROLMENTS.c.enrolment_id.in_(chunk), outcome, now)

    def stop(self, journey: str, *, now: datetime) -> int:
        """End everybody inside as ``stopped``; how many."""
        return self._end(sa.and_(ENROLMENTS.c.journey == journey, _IS_RUNNING), "stopped", now)

    def _end(self, chosen: sa.ColumnElement[bool], outcome: str, now: datetime) -> int:
        told = sa.literal("end"), sa.literal(now, INSTANT), sa.literal(outcome)
        number, visit = ENROLMENTS.c.enrolment_id, ENROLMENTS.c.visits + 1
        ending = sa.select(number, visit, ENROLMENTS.c.journey, *told).where(chosen)
        columns = ["enrolment_id", "visit", "journey", "step", "occurred_at", "turn"]
        self._connection.execute(sa.insert(PATH).from_select(columns, ending))
        ended = {"state": "ended", "outcome": outcome, "ended_at": now, "due_at": None, "visits": visit}
        return self._connection.execute(sa.update(ENROLMENTS).where(chosen).values(ended)).rowcount

    def shift(self, journey: str, *, seconds: float) -> None:
        """Move the ends of all waits by so much; who was put before a step waits for nothing."""
        chosen = sa.select(ENROLMENTS.c.enrolment_id, ENROLMENTS.c.due_at).where(
            ENROLMENTS.c.journey == journey,
            _IS_RUNNING,
            ENROLMENTS.c.due_at.is_not(None),
            ENROLMENTS.c.step.not_like(">%"),
        )
        rows = [
            {"of": number, "at": due + timedelta(seconds=seconds)} for number, due in self._connection.execute(chosen)
        ]
        statement = (
            sa.update(ENROLMENTS)
            .where(ENROLMENTS.c.enrolment_id == sa.bindparam("of"))
            .values(due_at=sa.bindparam("at", type_=INSTANT))
        )
        for chunk in in_chunks(rows):
            self._connection.execute(statement, chunk)

    def place(self, rows: Iterable[tuple[int, str, datetime | None]]) -> None:
        """Put enrolments at another step, or give them another end of their wait: ``enrolment_id, step, due_at``."""
        statement = (
            sa.update(ENROLMENTS)
            .where(ENROLMENTS.c.enrolment_id == sa.bindparam("of"))
            .values(step=sa.bindparam("at_step"), due_at=sa.bindparam("at", type_=INSTANT))
        )
        for chunk in in_chunks({"of": number, "at_step": step, "at": due} for number, step, due in rows):
            self._connection.execute(statement, chunk)

    def counts(self, journey: str | None = None) -> pa.Table:
        """``journey, state, step, outcome, people``, of one journey or of all."""
        keys = (ENROLMENTS.c.journey, ENROLMENTS.c.state, ENROLMENTS.c.step, ENROLMENTS.c.outcome)
        statement = sa.select(*keys, sa.func.count().label("people")).group_by(*keys).order_by(*keys)
        return read_arrow(
            self._connection, statement if journey is None else statement.where(ENROLMENTS.c.journey == journey)
        )

    def turns(self, journey: str) -> pa.Table:
        """``step, turn, times``: how often each turn was taken at each step."""
        keys = (PATH.c.step, PATH.c.turn)
        statement = sa.select(*keys, sa.func.count().label("times")).where(PATH.c.journey == journey)
        return read_arrow(self._connection, statement.group_by(*keys).order_by(*keys))

    def path(self, enrolments: Iterable[int]) -> pa.Table:
        """``enrolment_id, visit, step, occurred_at, turn`` of some enrolments, in order."""
        columns = [PATH.c[name] for name in ("enrolment_id", "visit", "step", "occurred_at", "turn")]
        statement = sa.select(*columns).where(PATH.c.enrolment_id.in_(sa.bindparam("wanted", expanding=True)))
        ordered = statement.order_by(PATH.c.enrolment_id, PATH.c.visit)
        return pa.concat_tables(
            [read_arrow(self._connection, ordered, {"wanted": chunk}) for chunk in in_chunks(enrolments)]
            or [read_arrow(self._connection, ordered, {"wanted": []})]
        )

    def turned(self, journey: str, steps: Iterable[str], *, since: datetime) -> Iterator[Mapping[str, object]]:
        """What happened at some steps from ``since`` on: ``enrolment_id, visit, step, occurred_at, turn, profile_id``."""
        columns = [PATH.c[name] for name in ("enrolment_id", "visit", "step", "occurred_at", "turn")]
        statement = (
            sa.select(*columns, ENROLMENTS.c.profile_id)
            .join(ENROLMENTS, ENROLMENTS.c.enrolment_id == PATH.c.enrolment_id)
            .where(PATH.c.journey == journey, PATH.c.occurred_at >= since, PATH.c.step.in_(sorted(steps)))
        )
        yield from (dict(row) for row in self._connection.execute(statement).mappings())
