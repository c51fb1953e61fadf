"""How often plans were broken: counted by source, event, property and how."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import pyarrow as pa

from coterie.collect.tracking.checking import Violation
from coterie.engines import Engine

_KEY = "source, version, act, code, event, property"
_COUNTED = pa.schema(
    [
        *((name, pa.string()) for name in ("source", "act", "code", "event", "property", "message_id")),
        ("version", pa.int64()),
        ("received_at", pa.timestamp("us")),
    ]
)


def count_violations(
    engine: Engine, found: Iterable[tuple[str, int, str, Violation, str, datetime]], table: str = "tracking_violations"
) -> None:
    """Count violations: of each the source, the plan's version, what was done (flagged or refused), the message and its instant.

    Inside the transaction that writes the messages.
    """
    rows = [
        {
            "source": source,
            "version": version,
            "act": act,
            "code": each.code,
            "event": each.event,
            "property": each.property_name,
            "message_id": message_id,
            "received_at": at,
        }
        for source, version, act, each, message_id, at in found
    ]
    if not rows:
        return
    with engine.temporary("broken", pa.Table.from_pylist(rows, _COUNTED)) as told:
        summed = (
            f"SELECT {_KEY}, count(*) AS messages, min(received_at) AS first_at, max(received_at) AS last_at, "
            f"arg_max(message_id, received_at) AS last_message_id FROM {told} GROUP BY ALL"
        )
        same = " AND ".join(f"t.{name} = s.{name}" for name in _KEY.split(", "))
        engine.execute(
            f"UPDATE {table} AS t SET messages = t.messages + s.messages, first_at = least(t.first_at, s.first_at), "
            f"last_at = greatest(t.last_at, s.last_at), last_message_id = s.last_message_id FROM ({summed}) AS s WHERE {same}"
        )
        engine.insert(table, f"SELECT s.* FROM ({summed}) AS s WHERE NOT EXISTS (FROM {table} AS t WHERE {same})")


def violations(engine: Engine, *, source: str | None = None) -> pa.Table:
    """How often each plan was broken and how, the newest first: ``source, version, act, code, event, property, messages, first_at, last_at, last_message_id``."""
    chosen, values = ("WHERE source = $source", {"source": source}) if source is not None else ("", None)
    return engine.query(
        "SELECT source, version, act, code, event, property, messages, first_at, last_at, last_message_id "
        f"FROM tracking_violations {chosen} ORDER BY last_at DESC, source, event, property, code, version",
        values,
    )
