"""Events that steps of journeys record of people, from the path."""

from __future__ import annotations

import json
from datetime import datetime
from typing import cast

import pyarrow as pa

from coterie.collect import record_events
from coterie.decide.journeys.publishing import published_definition
from coterie.store.journeys import Journey
from coterie.workspace.stand import Stand


def record_emitted(stand: Stand, published: Journey) -> None:
    """Events that steps record, from the path; those that are known already stay."""
    journey = published_definition(published)
    emits = {place.step.id: properties for place in journey.layout.places for properties in place.step.emits().values()}
    if not emits:
        return
    stage = f"journey events {journey.name}"
    with stand.ledger.reading() as t:
        mark = t.watermarks.get(stage)
        at, _, told = (mark or "").partition(" ")
        since = datetime.fromisoformat(at) if at else published.began_at
        rows = list(t.enrolments.turned(journey.name, emits, since=since))
    if not rows or (at and len(rows) == int(told or 0)):  # all of that instant, and told already
        return
    events = [
        {
            "event_id": f"journey-{journey.name}-{row['enrolment_id']}-{row['visit']}",
            "name": str(row["turn"]),
            "occurred_at": row["occurred_at"],
            "profile_id": row["profile_id"],
            "properties": json.dumps(
                {"journey": journey.name, "step": row["step"], **emits[str(row["step"])]}, ensure_ascii=False
            ),
        }
        for row in rows
    ]
    record_events(stand.engine, pa.Table.from_pylist(events), clock=stand.clock)
    newest = max(cast("datetime", row["occurred_at"]) for row in rows)
    count = sum(row["occurred_at"] == newest for row in rows)
    with stand.ledger.transaction() as t:
        t.watermarks.move(stage, f"{newest.isoformat()} {count}", at=stand.clock())
