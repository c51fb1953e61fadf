"""Events that steps of journeys record of people, from the path."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

import pyarrow as pa

from coterie.collect import record_events
from coterie.decide.journeys.moving import AFTER
from coterie.decide.journeys.publishing import published_definition
from coterie.engines import Engine
from coterie.profile import build_profiles
from coterie.profile.changed import TRAIT_CHANGED
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
    emits = {
        place.step.id: (event, properties)
        for place in journey.layout.places
        for event, properties in place.step.emits().items()
    }
    stage = f"journey events {journey.name}"
    if not emits:
        return EmittedRows(stage, (), {})
    at, _, told = (t.watermarks.get(stage) or "").partition(" ")
    since = datetime.fromisoformat(at) if at else published.began_at
    turned = t.enrolments.turned(journey.name, emits, since=since)
    rows = [row for row in turned if row["turn"] == emits[str(row["step"])][0]]  # the step may have been another
    is_told = bool(at) and len(rows) == int(told or 0)  # all of that instant, and told already
    return EmittedRows(stage, () if is_told else rows, {step: properties for step, (_, properties) in emits.items()})


def record_emitted(stand: Stand, published: Journey, as_of: datetime | None = None) -> int:
    """Events that steps record, from the path, and the attributes that follow from them (``as_of``, all facts where None); how many are new.

    Those that are known already stay.
    """
    with stand.ledger.reading() as t:
        found = untold(t, published)
    if not found.rows:
        return 0
    with stand.engine.transaction():
        recorded = record_events(stand.engine, emitted_events(published.journey, found), clock=stand.clock).recorded
        if recorded:
            follow_alterations(stand.engine, found, as_of)
    newest = max(cast("datetime", row["occurred_at"]) for row in found.rows)
    count = sum(row["occurred_at"] == newest for row in found.rows)
    with stand.ledger.transaction() as t:
        t.watermarks.move(found.stage, f"{newest.isoformat()} {count}", at=stand.clock())
    return recorded


def emitted_events(journey: str, found: EmittedRows) -> pa.Table:
    """The rows of the path as events; each bears the number of its enrolment and visit, by which it is known for ever."""
    return pa.Table.from_pylist(
        [
            {
                "event_id": f"journey-{journey}-{row['enrolment_id']}-{row['visit']}",
                "name": str(row["turn"]),
                "occurred_at": row["occurred_at"],
                "identifier_id": row["profile_id"],  # who has that number by now may be found to be somebody else
                "properties": json.dumps(
                    {"journey": journey, "step": row["step"], "visit": row["visit"], **found.emits[str(row["step"])]},
                    ensure_ascii=False,
                ),
            }
            for row in found.rows
        ]
    )


def follow_alterations(engine: Engine, found: EmittedRows, as_of: datetime | None) -> None:
    """Attributes of those of whom a change was just recorded, as the change has them: what happens at ``as_of`` counts from then on."""
    altered = [row["profile_id"] for row in found.rows if row["turn"] == TRAIT_CHANGED]
    if altered:
        numbers = engine.aside("numbers", pa.table({"number": pa.array(altered, pa.int64())}))
        people = f"SELECT DISTINCT profile_id FROM identifiers WHERE identifier_id IN (FROM {numbers}) AND profile_id IS NOT NULL"
        build_profiles(engine, as_of and as_of + AFTER, touched=engine.aside("altered", people))
