"""Whether a table only grew since it was last read, so that what was read of it still holds and only later rows are looked at."""

from __future__ import annotations

from dataclasses import dataclass

from coterie.engines import Engine, identifier

_OF_A_TRANSACTION = 1 << 60
"""Rows that are not committed yet bear numbers beyond this, which they lose again."""
_NAMED_BY = {"events": "event_id", "orders": "order_id", "order_lines": "order_id"}


@dataclass(frozen=True)
class Extent:
    """How many ``rows`` the ``table`` had, the number of the ``last`` of them, and the ``name`` of the fact that it is."""

    table: str
    rows: int
    last: int = -1
    name: str | None = None

    @property
    def beyond(self) -> str:
        """SQL for whether a row came later."""
        return f"rowid > {self.last}"

    @property
    def is_committed(self) -> bool:
        """Whether all of the rows are there for good, so that the extent may be kept."""
        return self.last < _OF_A_TRANSACTION


def read_extent(engine: Engine, table: str) -> Extent | None:
    """How far ``table`` reaches; None where the engine does not number its rows."""
    return grown(engine, Extent(table, 0)) if engine.dialect == "duckdb" else None


def grown(engine: Engine, before: Extent) -> Extent | None:
    """How far the table reaches now, where rows were only added behind those of ``before``; None where any went away.

    Rows that changed in place are not noticed.

    >>> from coterie.engines import open_warehouse
    >>> engine = open_warehouse(None)
    >>> extent = read_extent(engine, "events")
    >>> engine.execute("INSERT INTO events BY NAME SELECT 'a' AS event_id")
    >>> (extent.rows, grown(engine, extent).rows)
    (0, 1)
    >>> extent = grown(engine, extent)
    >>> engine.execute("DELETE FROM events")
    >>> grown(engine, extent) is None
    True
    """
    table, name = identifier(before.table), identifier(_NAMED_BY[before.table])
    rows = int(engine.query(f"SELECT count(*) AS n FROM {table}")["n"][0].as_py())
    later = engine.query(
        f"""SELECT count(*) AS n, max(rowid) AS last, arg_max({name}, rowid) AS name,
            (SELECT {name} FROM {table} WHERE rowid = {before.last}) AS former FROM {table} WHERE {before.beyond}"""
    ).to_pylist()[0]
    if rows != before.rows + later["n"] or later["former"] != before.name:
        return None
    return Extent(before.table, rows, later["last"], later["name"]) if later["n"] else before
