"""Single facts about the ledger itself, by name."""

from __future__ import annotations

import sqlalchemy as sa

from coterie.store.metadata import METADATA

FACTS = sa.Table(
    "ledger_facts",
    METADATA,
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)


_VALUE = sa.select(FACTS.c.value).where(FACTS.c.name == sa.bindparam("name"))


class Facts:
    """Name → value, inside one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def get(self, name: str) -> str | None:
        """The value of ``name``, or None."""
        found = self._connection.execute(_VALUE, {"name": name}).scalar_one_or_none()
        return None if found is None else str(found)

    def put(self, name: str, value: str | None) -> None:
        """Give ``name`` this value; None forgets it."""
        if value is not None:
            changed = self._connection.execute(sa.update(FACTS).where(FACTS.c.name == name).values(value=value))
            if not changed.rowcount:
                self._connection.execute(sa.insert(FACTS).values(name=name, value=value))
        else:
            self._connection.execute(sa.delete(FACTS).where(FACTS.c.name == name))
