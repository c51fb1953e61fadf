"""Single facts about the ledger itself, and how far each stage has read the stage before it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import pyarrow as pa
import sqlalchemy as sa

from coterie.store.metadata import FACTS, INSTANT, METADATA
from coterie.store.sealed import Sealed

SCHEDULED, GOING = "scheduled campaigns", "going campaigns"
"""Facts of campaigns that are launched by themselves, and of launched ones that go on by themselves."""

_VALUE = sa.select(FACTS.c.value).where(FACTS.c.name == sa.bindparam("name"))
_VALUES = sa.select(FACTS.c.name, FACTS.c.value).where(FACTS.c.name.in_(sa.bindparam("names", expanding=True)))
_ROW = sa.select(FACTS).where(FACTS.c.name == sa.bindparam("name"))


class LedgerFacts:
    """Name → value, inside one transaction."""

    def __init__(self, connection: sa.Connection, sealed: Sealed) -> None:
        self._connection, self._sealed = connection, sealed

    def get(self, name: str) -> str | None:
        """The value of ``name``, or None."""
        found = self._connection.execute(_VALUE, {"name": name}).scalar_one_or_none()
        return None if found is None else str(found)

    def some(self, names: Iterable[str]) -> dict[str, str]:
        """The values of those of ``names`` that have one, by one look."""
        return {name: str(value) for name, value in self._connection.execute(_VALUES, {"names": list(names)})}

    def put(self, name: str, value: str | None) -> None:
        """Give ``name`` this value; None forgets it."""
        if value is None:
            self._sealed.delete(_ROW, {"name": name})
        elif not self._sealed.update(_ROW, {"value": value}, {"name": name}):
            self._sealed.insert(FACTS, pa.table({"name": [name], "value": [value]}))


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
