"""What came in last, message by message: to see that a sender works."""

from __future__ import annotations

import pyarrow as pa

from coterie.engines import Engine

_LATEST = """
    WITH latest AS (
        SELECT message_id, type, name, source, received_at, occurred_at, properties FROM messages
        WHERE $source IS NULL OR source = $source ORDER BY received_at DESC, message_id LIMIT $most)
    SELECT l.received_at, l.occurred_at, l.source, l.type, l.name AS event, l.message_id, e.profile_id,
        coalesce(e.properties, l.properties)::JSON::VARCHAR AS properties
    FROM latest AS l LEFT JOIN (
        SELECT event_id, profile_id, properties FROM events
        WHERE received_at >= (SELECT min(received_at) FROM latest)) AS e ON e.event_id = l.message_id
    ORDER BY l.received_at DESC, l.message_id"""


def latest_messages(engine: Engine, *, source: str | None = None, most: int = 50) -> pa.Table:
    """The newest messages, at most so many: when, from where, what; ``profile_id`` where it is known whose, ``properties`` as JSON."""
    return engine.query(_LATEST, {"source": source, "most": most})
