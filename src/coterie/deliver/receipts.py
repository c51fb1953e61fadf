"""What became of messages comes back in as events like any other."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from coterie.collect import record_events
from coterie.domain import Clock, utc_now
from coterie.engines import Engine
from coterie.store import Ledger

EVENT_NAMES = {"sent": "Message Sent", "failed": "Message Bounced", "unknown": "Message Unknown"}
"""State of a message → the event that says so. What was never sent is no event."""


def record_receipts(engine: Engine, outcomes: pa.Table, *, clock: Clock = utc_now) -> int:
    """Write the settled messages among ``outcomes`` as events; how many were new.

    ``outcomes`` are rows of the outbox (``message_id, origin_kind, origin, profile_id, channel, arm,
    variant, state, finished_at, code, reply``). An event is known by its message and state, so the same
    rows told again add nothing, and an unknown message that is settled later adds its end.
    The event belongs to the person as resolved now.
    """
    settled = outcomes.filter(pc.is_in(outcomes["state"], value_set=pa.array(list(EVENT_NAMES), pa.string())))
    settled = settled.filter(pc.greater_equal(settled["profile_id"], 0))  # those of erased people are nobody's
    if not settled.num_rows:
        return 0
    place = pc.index_in(settled["state"], value_set=pa.array(list(EVENT_NAMES), pa.string()))
    events = pa.table(
        {
            "event_id": pc.binary_join_element_wise(settled["message_id"], settled["state"], "-"),
            "name": pa.array(list(EVENT_NAMES.values()), pa.string()).take(place),
            "occurred_at": settled["finished_at"],
            "profile_id": people_now(engine, settled["profile_id"]),
            "channel": settled["channel"],
            "properties": _properties(settled),
        }
    )
    return record_events(engine, events, source="coterie", clock=clock).recorded


TOLD_NAMES: Mapping[str, str] = {
    "delivered": "Message Delivered",
    "bounced": "Message Bounced",
    "soft_bounced": "Message Soft Bounced",
    "complaint": "Message Complained",
    "unsubscribed": "Message Unsubscribed",
}
"""What a provider told of a message → the event that says so."""

_EVENTS = pa.schema(
    [
        ("event_id", pa.string()),
        ("name", pa.string()),
        ("occurred_at", pa.timestamp("us")),
        ("profile_id", pa.int64()),
        ("channel", pa.string()),
        ("properties", pa.string()),
    ]
)


def record_told(engine: Engine, ledger: Ledger, most: int, *, clock: Clock = utc_now) -> int:
    """Write up to ``most`` receipts of known messages as events, and note that they are; how many that were.

    An event is known by its provider and what that calls it, so that writing it again after a kill adds nothing.
    """
    with ledger.reading() as t:
        rows = t.receipts.in_state("matched", most)
        messages = {
            row["message_id"]: row for row in t.outbox.messages({str(row["message_id"]) for row in rows}).to_pylist()
        }
    if not rows:
        return 0
    told = [
        _told(row, message)
        for row in rows
        if (message := messages.get(row["message_id"])) and message["profile_id"] >= 0
    ]
    if told:
        record_events(engine, events_of(engine, told), source="coterie", clock=clock)
    with ledger.transaction() as t:
        t.receipts.amend({int(str(row["receipt_id"])): {"state": "told"} for row in rows})
    return len(rows)


def _told(row: Mapping[str, object], message: Mapping[str, object]) -> dict[str, object]:
    said = {"campaign": message["origin"], "provider": row["provider"], "code": row["code"], "reply": row["words"]}
    said |= {name: message[name] for name in ("origin_kind", "message_id", "channel", "arm", "variant")}
    return {
        "event_id": f"receipt-{row['provider']}-{row['event_id']}",
        "name": TOLD_NAMES[str(row["kind"])],
        "occurred_at": row["occurred_at"],
        "profile_id": message["profile_id"],
        "channel": message["channel"],
        "properties": json.dumps(said, ensure_ascii=False),
    }


def events_of(engine: Engine, told: Sequence[Mapping[str, object]]) -> pa.Table:
    """Rows of ``event_id, name, occurred_at, profile_id, channel, properties`` as events, each of the person as resolved now."""
    events = pa.Table.from_pylist(told, _EVENTS)
    people = pc.cast(people_now(engine, events["profile_id"]), pa.int64())
    return events.set_column(events.column_names.index("profile_id"), "profile_id", people)


def people_now(engine: Engine, numbers: pa.ChunkedArray) -> pa.ChunkedArray:
    """The profiles that these have become; a profile bears the number of one of its identifiers."""
    asked = {"numbers": pc.unique(numbers).to_pylist()}
    known = engine.query(
        "SELECT i.identifier_id, i.profile_id FROM identifiers AS i "
        "JOIN (SELECT unnest($numbers) AS number) AS asked ON asked.number = i.identifier_id",
        asked,
    )
    place = pc.index_in(numbers, value_set=known["identifier_id"].combine_chunks())
    return pc.coalesce(known["profile_id"].combine_chunks().take(place.combine_chunks()), numbers.combine_chunks())


def _properties(settled: pa.Table) -> pa.Array:
    names = ["origin", "origin_kind", "message_id", "channel", "arm", "variant", "code", "reply"]
    return pa.StructArray.from_arrays(
        [settled[name].combine_chunks() for name in names], names=["campaign", *names[1:]]
    )
