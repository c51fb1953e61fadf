"""Coterie's own facts come in as events like any other."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from coterie.domain.clock import Clock, utc_now
from coterie.engines import Engine, Touched
from coterie.errors import Refused
from coterie.words import sentence

_REQUIRED = ("event_id", "name", "occurred_at")
_CONTENT = "name, occurred_at, profile_id, channel, properties::JSON::VARCHAR"


@dataclass(frozen=True)
class Recorded:
    """What became of events: written now, there already, and there already with another content (their ids)."""

    recorded: int
    repeated: int
    conflicting: tuple[str, ...] = ()


def record_events(engine: Engine, rows: pa.Table, *, source: str = "coterie", clock: Clock = utc_now) -> Recorded:
    """Write events that Coterie itself knows: sends, receipts, changes of segments.

    ``rows``: ``event_id``, ``name``, ``occurred_at`` (naive UTC), and optionally ``profile_id``,
    ``identifier_id``, ``channel``, ``properties`` (a struct, or JSON text). An ``event_id`` is
    unique for ever: a second event with it changes nothing, and is reported where its
    content differs. One transaction; raises ``Refused`` naming a missing column or value.

    >>> from datetime import datetime
    >>> from coterie.engines import open_warehouse
    >>> engine = open_warehouse(None)
    >>> row = {"event_id": "m1-opened", "name": "Message Opened", "occurred_at": datetime(2026, 1, 2), "profile_id": 1}
    >>> record_events(engine, pa.Table.from_pylist([row]))
    Recorded(recorded=1, repeated=0, conflicting=())
    >>> record_events(engine, pa.Table.from_pylist([row]))
    Recorded(recorded=0, repeated=1, conflicting=())
    """
    _check(rows)
    if not rows.num_rows:
        return Recorded(0, 0)
    touched = Touched()
    with engine.transaction(touched):
        return _record(engine, rows, source, clock, touched)


def _check(rows: pa.Table) -> None:
    for name in _REQUIRED:
        if name not in rows.column_names:
            raise Refused(
                sentence(
                    "events need the columns {names}; {missing} is missing", names=", ".join(_REQUIRED), missing=name
                )
            )
        if rows.column(name).null_count:
            raise Refused(
                sentence(
                    "events need {name} in every row; {lacking} of {rows} lack it",
                    name=name,
                    lacking=rows.column(name).null_count,
                    rows=rows.num_rows,
                )
            )


def _record(engine: Engine, rows: pa.Table, source: str, clock: Clock, touched: Touched) -> Recorded:
    columns, incoming = rows.column_names, engine.aside("incoming", rows)
    types = engine.columns(incoming)
    given = {name: f"r.{name}" if name in columns else "NULL" for name in ("profile_id", "identifier_id", "channel")}
    properties = "NULL" if "properties" not in columns else "properties"
    if types.get("properties") == "VARCHAR":
        properties = "properties::JSON"
    # A profile bears the number of one of its identifiers, so the person is an identity too.
    fresh = engine.aside(
        "fresh",
        "SELECT event_id::VARCHAR AS event_id, "
        f"coalesce({given['identifier_id']}, {given['profile_id']})::BIGINT AS identifier_id, "
        f"coalesce({given['profile_id']}, (SELECT i.profile_id FROM identifiers i "
        f"WHERE i.identifier_id = {given['identifier_id']}))::BIGINT AS profile_id, "
        f"name::VARCHAR AS name, occurred_at::TIMESTAMP AS occurred_at, {given['channel']}::VARCHAR AS channel, "
        f"({properties})::VARIANT AS properties FROM {incoming} AS r",
    )
    judged = engine.aside(
        "judged",
        "WITH numbered AS (SELECT *, rowid AS place, "
        f"row_number() OVER (PARTITION BY event_id ORDER BY rowid) AS nth, hash({_CONTENT}) AS content FROM {fresh}), "
        f"known AS (SELECT event_id, hash({_CONTENT}) AS content FROM events SEMI JOIN {fresh} USING (event_id)), "
        "first AS (SELECT event_id, content FROM numbered WHERE nth = 1) "
        "SELECT n.place, k.event_id IS NULL AND n.nth = 1 AS is_new, "
        "n.content <> coalesce(k.content, f.content) AS conflicts, n.event_id "
        "FROM numbered n LEFT JOIN known k USING (event_id) JOIN first f USING (event_id)",
    )
    engine.execute(
        f"INSERT INTO events BY NAME SELECT *, $now AS received_at, $source AS source FROM {fresh} "
        f"WHERE rowid IN (SELECT place FROM {judged} WHERE is_new)",
        {"now": clock(), "source": source},
    )
    if engine.watchers:
        people = engine.query(f"SELECT DISTINCT profile_id FROM {fresh} WHERE profile_id IS NOT NULL")
        touched.people = frozenset(people["profile_id"].to_pylist())
    counted = engine.query(
        "SELECT count(*) FILTER (is_new) AS recorded, count(*) FILTER (NOT is_new) AS repeated, "
        f"coalesce(list(DISTINCT event_id ORDER BY event_id) FILTER (conflicts), []) AS conflicting FROM {judged}"
    ).to_pylist()[0]
    return Recorded(counted["recorded"], counted["repeated"], tuple(counted["conflicting"]))
