"""Tasks that journeys gave people of the business."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import cast

import pyarrow as pa

from coterie.collect import record_events
from coterie.decide.journeys.steps.task import TASK, TASK_DONE
from coterie.errors import UnknownName
from coterie.workspace.frame import Frame
from coterie.workspace.stand import Stand


@dataclass(frozen=True)
class TaskFinished:
    """A task that is done: since when (naive UTC) and by whom; ``is_new`` is False where it had been ticked off before."""

    task_id: str
    task: str
    journey: str
    step: str
    done_at: datetime
    done_by: str
    note: str
    is_new: bool


def tasks_of(stand: Stand, *, only_open: bool = False) -> Frame:
    """Every task, the newest first, with an identifier of the person by which others find them, and who did it when."""
    with stand.brought():
        return Frame.of([row for row in _tasks(stand) if not (only_open and row["done_at"])], schema=_TASKS)


def finish_task(stand: Stand, task: str, note: str = "") -> TaskFinished:
    """Tick off the task of that number: an event of the person whom it is about. What is done already stays as it was.

    Raises ``UnknownName`` with the numbers of open tasks where there is none of that number.
    """
    rows = _tasks(stand)
    found = next((row for row in rows if row["task_id"] == task), None)
    if found is None or found["profile"] is None:
        raise UnknownName("task", task, [str(row["task_id"]) for row in rows if not row["done_at"]])
    told = {name: found[name] for name in ("task_id", "task", "assigned_to", "journey", "step")}
    done = {
        "event_id": _done(task),
        "name": TASK_DONE,
        "occurred_at": stand.clock(),
        "identifier_id": found["profile"],
        "properties": json.dumps({**told, "done_by": stand.actor, "note": note}, ensure_ascii=False),
    }
    is_new = record_events(stand.engine, pa.Table.from_pylist([done]), clock=stand.clock).recorded > 0
    kept = next(row for row in _tasks(stand) if row["task_id"] == task)
    told_of = {name: str(kept[name] or "") for name in ("task_id", "task", "journey", "step", "done_by", "note")}
    return TaskFinished(**told_of, done_at=cast("datetime", kept["done_at"]), is_new=is_new)


def _done(task: str) -> str:
    return f"done-{task}"


def _tasks(stand: Stand) -> list[dict[str, object]]:
    engine = stand.engine
    if engine.query("SELECT 1 FROM events WHERE name = $name LIMIT 1", {"name": TASK}).num_rows == 0:
        return []
    found: list[dict[str, object]] = engine.query(
        f"""SELECT e.event_id AS task_id, e.profile_id AS profile, i.namespace || ':' || i.value AS person,
            CAST(e.properties.task AS VARCHAR) AS task, CAST(e.properties.assigned_to AS VARCHAR) AS assigned_to,
            CAST(e.properties.journey AS VARCHAR) AS journey, CAST(e.properties.step AS VARCHAR) AS step, e.occurred_at,
            d.occurred_at AS done_at, {_told("done_by")} AS done_by, {_told("note")} AS note
        FROM events AS e LEFT JOIN identifiers AS i ON i.identifier_id = e.profile_id
        LEFT JOIN events AS d ON d.event_id = '{_done("")}' || e.event_id AND d.name = $done AND d.source = 'coterie'
        WHERE e.name = $name AND e.source = 'coterie' ORDER BY e.occurred_at DESC, e.event_id""",
        {"name": TASK, "done": TASK_DONE},
    ).to_pylist()
    return found


def _told(name: str) -> str:
    return f"TRY_CAST(VARIANT_EXTRACT(d.properties, '{name}') AS VARCHAR)"


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
        ("done_at", pa.timestamp("us")),
        ("done_by", pa.string()),
        ("note", pa.string()),
    ]
)
