"""Tasks that journeys gave people of the business."""

from __future__ import annotations

import pyarrow as pa

from coterie.decide.journeys.steps.task import TASK
from coterie.workspace.frame import Frame
from coterie.workspace.stand import Stand


def tasks_of(stand: Stand) -> Frame:
    """Every task, the newest first, with an identifier of the person by which others find them."""
    with stand.brought():
        if stand.engine.query("SELECT 1 FROM events WHERE name = $name LIMIT 1", {"name": TASK}).num_rows == 0:
            return Frame.of([], schema=_TASKS)
        found = stand.engine.query(
            """SELECT e.event_id AS task_id, e.profile_id AS profile, i.namespace || ':' || i.value AS person,
                CAST(e.properties.task AS VARCHAR) AS task, CAST(e.properties.assigned_to AS VARCHAR) AS assigned_to,
                CAST(e.properties.journey AS VARCHAR) AS journey, CAST(e.properties.step AS VARCHAR) AS step, e.occurred_at
            FROM events AS e LEFT JOIN identifiers AS i ON i.identifier_id = e.profile_id
            WHERE e.name = $name AND e.source = 'coterie' ORDER BY e.occurred_at DESC, e.event_id""",
            {"name": TASK},
        )
    return Frame.of(found.to_pylist(), schema=_TASKS)


_TASKS = pa.schema(
    [
        ("task_id", pa.string()),
        ("profile", pa.int64()),
        ("person", pa.string()),
        ("task", pa.string()),
        ("assigned_to", pa.string()),
        ("journey", pa.string()),
        ("step", pa.string()),
        ("occurred_at", pa.timestamp("us")),
    ]
)
