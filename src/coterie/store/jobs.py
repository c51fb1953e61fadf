"""Jobs: long acts, what they are doing and how they ended."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa

from coterie.store.metadata import INSTANT, METADATA, SERIAL
from coterie.store.stored import stored_object

JOBS = sa.Table(
    "jobs",
    METADATA,
    sa.Column("job_id", SERIAL, primary_key=True, autoincrement=True),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Column("started_at", INSTANT, nullable=False),
    sa.Column("finished_at", INSTANT),
)

JobState = Literal["running", "done", "failed", "abandoned"]


@dataclass(frozen=True, slots=True)
class Job:
    """One run of something long. ``abandoned``: the process ended without saying so."""

    job_id: int
    kind: str
    state: JobState
    detail: Mapping[str, object]
    started_at: datetime
    finished_at: datetime | None


class Jobs:
    """The jobs of a workspace, inside one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def start(self, kind: str, *, at: datetime) -> int:
        """The number of a new job that runs from now."""
        statement = sa.insert(JOBS).values(kind=kind, state="running", detail="{}", started_at=at)
        return int(self._connection.execute(statement.returning(JOBS.c.job_id)).scalar_one())

    def finish(self, job_id: int, state: JobState, detail: Mapping[str, object], *, at: datetime) -> None:
        """Say how a job ended."""
        text = json.dumps(detail, sort_keys=True, ensure_ascii=False, default=str)
        statement = sa.update(JOBS).where(JOBS.c.job_id == job_id)
        self._connection.execute(statement.values(state=state, detail=text, finished_at=at))

    def abandon_running(self, *, at: datetime) -> int:
        """Mark what a dead process left running; how many there were. Call it once, at start."""
        statement = sa.update(JOBS).where(JOBS.c.state == "running")
        return self._connection.execute(statement.values(state="abandoned", finished_at=at)).rowcount

    def newest(self, count: int = 20) -> list[Job]:
        """The newest jobs, newest first."""
        rows = self._connection.execute(sa.select(JOBS).order_by(JOBS.c.job_id.desc()).limit(count))
        return [
            Job(r.job_id, r.kind, r.state, stored_object(r.detail, f"job {r.job_id}"), r.started_at, r.finished_at)
            for r in rows
        ]
