"""Single facts about the ledger itself, by name."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa
import sqlalchemy as sa

from coterie.store.metadata import FACTS
from coterie.store.sealed import Sealed

_VALUE = sa.select(FACTS.c.value).where(FACTS.c.name == sa.bindparam("name"))
_VALUES = sa.select(FACTS.c.name, FACTS.c.value).where(FACTS.c.name.in_(sa.bindparam("names", expanding=True)))
_ROW = sa.select(FACTS).where(FACTS.c.name == sa.bindparam("name"))


class Facts:
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
