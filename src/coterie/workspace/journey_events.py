"""Events that steps of journeys record of people, from the path."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

import pyarrow as pa

from coterie.collect import record_events
from coterie.decide.journeys.publishing import published_definition
from coterie.store import Transaction
from coterie.store.journeys import Journey
from coterie.workspace.stand import Stand


@dataclass(frozen=True)
class EmittedRows:
    """What steps recorded of people and is not told yet, with the properties that they give; ``stage`` is whose watermark says so."""

    stage: str
    rows: Sequence[Mapping[str, object]]
    emits: Mapping[str, Mapping[str, object]]


def untold(t: Transaction, published: Journey) -> EmittedRows:
    """Events of the path that may not be recorded yet: those of the newest instant that was told stand beside fresh ones."""
    journey = published_definition(published)
    emits = {place.step.id: properties for place in journey.layout.places for properties in place.step.emits().values()}
    stage = f"journey events {journey.name}"
    if not emits:
        return EmittedRows(stage, (), {})
    at, _, told = (t.watermarks.get(stage) or "").partition(" ")
    since = datetime.fromisoformat(at) if at else published.began_at
    rows = list(t.enrolments.turned(journey.name, emits, since=since))
    is_told = bool(at) and len(rows) == int(told or 0)  # all of that instant, and told already
    return EmittedRows(stage, () if is_told else rows, emits)


def record_emitted(stand: Stand, published: Journey) -> None:
    """Events that steps record, from the path; those that are known already stay."""
    with stand.ledger.reading() as t:
        found = untold(t, published)
    if not found.rows:
        return
    events = [
        {
            "event_id": f"journey-{published.journey}-{row['enrolment_id']}-{row['visit']}",
            "name": str(row["turn"]),
            "occurred_at": row["occurred_at"],
            "profile_id": row["profile_id"],
            "properties": json.dumps(
                {"journey": published.journey, "step": row["step"], **found.emits[str(row["step"])]},
                ensure_ascii=False,
            ),
        }
        for row in found.rows
    ]
    record_events(stand.engine, pa.Table.from_pylist(events), clock=stand.clock)
    newest = max(cast("datetime", row["occurred_at"]) for row in found.rows)
    count = sum(row["occurred_at"] == newest for row in found.rows)
    with stand.ledger.transaction() as t:
        t.watermarks.move(found.stage, f"{newest.isoformat()} {count}", at=stand.clock())
