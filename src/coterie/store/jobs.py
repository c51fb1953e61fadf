"""Jobs: long acts, what they are doing and how they ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa

from coterie.errors import UnknownName
from coterie.store.metadata import INSTANT, METADATA, SERIAL
from coterie.store.stored import detail_text, stored_detail

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

JobState = Literal["queued", "running", "done", "failed", "cancelled", "abandoned"]


@dataclass(frozen=True, slots=True)
class Job:
    """One run of something long. ``abandoned``: the process ended without saying so; what it did by then is not known."""

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

    def start(
        self, kind: str, *, at: datetime, state: JobState = "running", detail: Mapping[str, object] | None = None
    ) -> int:
        """The number of a new job, which runs from now or is queued; ``detail`` says what was asked, and by whom."""
        statement = sa.insert(JOBS).values(kind=kind, state=state, detail=detail_text(detail or {}), started_at=at)
        return int(self._connection.execute(statement.returning(JOBS.c.job_id)).scalar_one())

    def begin(self, job_id: int, *, at: datetime) -> None:
        """A queued job runs from now."""
        statement = sa.update(JOBS).where(JOBS.c.job_id == job_id)
        self._connection.execute(statement.values(state="running", started_at=at))

    def finish(self, job_id: int, state: JobState, detail: Mapping[str, object], *, at: datetime) -> None:
        """Say how a job ended."""
        statement = sa.update(JOBS).where(JOBS.c.job_id == job_id)
        self._connection.execute(statement.values(state=state, detail=detail_text(detail), finished_at=at))

    def abandon_running(self, *, at: datetime) -> int:
        """Mark what a dead process left queued or running; how many there were. Call it once, at start."""
        statement = sa.update(JOBS).where(JOBS.c.state.in_(("queued", "running")))
        return self._connection.execute(statement.values(state="abandoned", finished_at=at)).rowcount

    def one(self, job_id: int) -> Job:
        """The job of that number; raises ``UnknownName``."""
        row = self._connection.execute(sa.select(JOBS).where(JOBS.c.job_id == job_id)).first()
        if row is None:
            raise UnknownName("job", str(job_id), ())
        return _job(row)

    def newest(self, count: int = 20, *, before: int | None = None) -> list[Job]:
        """The newest jobs, newest first, or those with a number below ``before``."""
        chosen = sa.select(JOBS).order_by(JOBS.c.job_id.desc()).limit(count)
        return [
            _job(r)
            for r in self._connection.execute(chosen if before is None else chosen.where(JOBS.c.job_id < before))
        ]

    def forget(self, *, before: datetime) -> int:
        """Remove the jobs that had ended before that instant; how many."""
        ended = sa.delete(JOBS).where(JOBS.c.finished_at.is_not(None), JOBS.c.finished_at < before)
        return self._connection.execute(ended).rowcount


def _job(row: sa.Row[tuple[object, ...]]) -> Job:
    detail = stored_detail(row.detail, f"job {row.job_id}")
    return Job(row.job_id, row.kind, row.state, detail, row.started_at, row.finished_at)
