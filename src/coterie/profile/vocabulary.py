"""The names and values that a rule may use, with how often each is in the data: what a form suggests while one types."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from coterie.engines import Engine, identifier
from coterie.profile.catalog import EventKind, Property, read_catalog
from coterie.profile.rows import Scan

MOST = 200
"""Names that a person would still look through."""


@dataclass(frozen=True)
class KnownName:
    """A name or value of a ``type``, how often it is there, and of how much that is a ``share``; None where that is not counted."""

    name: str
    type: str
    count: int | None = None
    share: float | None = None


def known_events(engine: Engine, as_of: datetime) -> Iterator[KnownName]:
    """Events by name with how many there are before ``as_of``, the most frequent first.

    >>> from coterie.engines import open_warehouse
    >>> list(known_events(open_warehouse(None), datetime(2026, 1, 1)))
    []
    """
    kinds = read_catalog(engine).events.values()
    counted = {kind.name: _count(engine, kind, as_of) for kind in kinds}
    for name in sorted(counted, key=lambda name: (-counted[name], name)):
        yield KnownName(name, "event", counted[name])


def known_properties(engine: Engine, event: str) -> Iterator[KnownName]:
    """The properties that one may ask of an event, in the order of their names; raises ``UnknownName`` with the nearest event."""
    for name, found in sorted(read_catalog(engine).event(event).properties.items()):
        yield KnownName(name, found.type)


def known_values(engine: Engine, event: str, name: str, as_of: datetime) -> Iterator[KnownName]:
    """The most frequent values of a property of an event before ``as_of``; raises ``UnknownName``.

    ``share`` is of the events that have the property at all.
    """
    catalog = read_catalog(engine)
    kind, wanted = catalog.event(event), catalog.property_of(event, name)
    scan = Scan(kind.table)
    value = scan.sources[scan.alias(wanted)].sql(dialect="duckdb")
    rows = engine.query(
        f"""WITH there AS (SELECT CAST({value} AS VARCHAR) AS name FROM {_rows(kind)}{_beside(wanted)}
                           WHERE occurred_at < CAST($as_of AS TIMESTAMP))
            SELECT name, count(*) AS n, count(*) / sum(count(*)) OVER () AS share FROM there WHERE name IS NOT NULL
            GROUP BY name ORDER BY n DESC, name LIMIT {MOST}""",
        _bound(kind, as_of),
    ).to_pylist()
    for row in rows:
        yield KnownName(str(row["name"]), wanted.type, int(row["n"]), float(row["share"]))


def known_lists(engine: Engine) -> Iterator[KnownName]:
    """Lists that were uploaded, by name."""
    for name in sorted(read_catalog(engine).lists):
        yield KnownName(name, "list")


def _count(engine: Engine, kind: EventKind, as_of: datetime) -> int:
    before = "WHERE occurred_at < CAST($as_of AS TIMESTAMP)"
    return int(engine.query(f"SELECT count(*) AS n FROM {_rows(kind)} {before}", _bound(kind, as_of))["n"][0].as_py())


def _rows(kind: EventKind) -> str:
    """The events of a kind, under the name of their table."""
    named = "(SELECT * FROM events WHERE name = $event)"
    rows = named if kind.rows is None else kind.rows.sql("CAST($as_of AS TIMESTAMP)")
    return f"{rows} AS {identifier(kind.table)}"


def _beside(wanted: Property) -> str:
    return " LEFT JOIN products USING (product_id)" if wanted.table == "products" else ""


def _bound(kind: EventKind, as_of: datetime) -> dict[str, object]:
    return {"as_of": as_of} | ({"event": kind.name} if kind.rows is None else {})
