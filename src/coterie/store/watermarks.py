"""Watermarks: how far each stage has read the stage before it."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from coterie.store.metadata import INSTANT, METADATA

WATERMARKS = sa.Table(
    "watermarks",
    METADATA,
    sa.Column("stage", sa.String, primary_key=True),
    sa.Column("position", sa.String, nullable=False),
    sa.Column("moved_at", INSTANT, nullable=False),
)


class Watermarks:
    """Stage → position, inside the transaction that wrote what the position stands for."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def get(self, stage: str) -> str | None:
        """How far ``stage`` has come, or None before its first step."""
        statement = sa.select(WATERMARKS.c.position).where(WATERMARKS.c.stage == stage)
        found = self._connection.execute(statement).scalar_one_or_none()
        return None if found is None else str(found)

    def move(self, stage: str, position: str, *, at: datetime) -> None:
        """Record that ``stage`` has come to ``position``."""
        values = {"position": position, "moved_at": at}
        statement = sa.update(WATERMARKS).where(WATERMARKS.c.stage == stage).values(values)
        if not self._connection.execute(statement).rowcount:
            self._connection.execute(sa.insert(WATERMARKS).values(stage=stage, **values))
