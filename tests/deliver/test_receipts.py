"""Receipts become events once, and belong to whom the person is now."""

from __future__ import annotations

from datetime import datetime

import pyarrow as pa
from tests.deliver.outbox import Audience, launch, people

from coterie.deliver import record_receipts
from coterie.domain import Origin, Outcome
from coterie.engines import Engine, open_warehouse

AT = datetime(2026, 11, 21, 18)


def _warehouse(count: int) -> Engine:
    engine = open_warehouse(None)
    numbers = pa.array(range(1, count + 1), pa.int64())
    engine.write("identifiers", pa.table({"identifier_id": numbers, "profile_id": numbers}))
    return engine


def _settle(audience: Audience, states: dict[str, str]) -> None:
    rows = {str(row["address"]).partition("@")[0]: str(row["message_id"]) for row in audience.rows()}
    with audience.ledger.transaction() as t:
        t.outbox.mark_sending([rows[name] for name in states], batch="b", now=AT)
        t.outbox.record_outcomes(
            Outcome(rows[name], state, AT, 250 if state == "sent" else 550, "words")  # type: ignore[arg-type]
            for name, state in states.items()
        )


def _take_in(audience: Audience, engine: Engine) -> int:
    with audience.ledger.reading() as t:
        return record_receipts(engine, t.outbox.messages(Origin("campaign", "spring")))


def _events(engine: Engine) -> list[tuple[object, ...]]:
    rows = engine.query(
        "SELECT name, profile_id, properties.campaign::VARCHAR AS campaign FROM events ORDER BY profile_id, name"
    )
    return [tuple(row.values()) for row in rows.to_pylist()]


def test_each_end_is_an_event_and_what_never_left_is_none() -> None:
    audience, engine = launch(None, people(4), at=AT), _warehouse(4)
    _settle(audience, {"p0": "sent", "p1": "failed", "p2": "unknown"})
    assert _take_in(audience, engine) == 3
    assert _events(engine) == [
        ("Message Sent", 1, "spring"),
        ("Message Bounced", 2, "spring"),
        ("Message Unknown", 3, "spring"),
    ]


def test_the_same_receipts_told_again_add_nothing() -> None:
    audience, engine = launch(None, people(3), at=AT), _warehouse(3)
    _settle(audience, {"p0": "sent", "p1": "failed"})
    assert [_take_in(audience, engine) for _ in range(3)] == [2, 0, 0]


def test_an_unknown_message_that_is_settled_later_adds_its_end() -> None:
    audience, engine = launch(None, people(1), at=AT), _warehouse(1)
    _settle(audience, {"p0": "unknown"})
    first = _take_in(audience, engine)
    _settle(audience, {"p0": "sent"})
    assert (first, _take_in(audience, engine)) == (1, 1)
    assert [name for name, _, _ in _events(engine)] == ["Message Sent", "Message Unknown"]


def test_an_event_belongs_to_the_person_as_merged_now() -> None:
    audience, engine = launch(None, people(2), at=AT), _warehouse(2)
    _settle(audience, {"p1": "sent"})
    engine.execute("UPDATE identifiers SET profile_id = 1 WHERE identifier_id = 2")
    _take_in(audience, engine)
    assert _events(engine) == [("Message Sent", 1, "spring")]
