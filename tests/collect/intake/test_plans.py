"""What breaks the tracking plan of its source is counted, or kept out, and the rest of its batch comes in."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from coterie.collect import quarantined
from coterie.collect.tracking import drift, plan_of, read_traffic, violations, with_examples
from coterie.collect.tracking.plan import TrackingPlan
from coterie.words import restored
from tests.collect.intake.conftest import NOW, Yard, track

VIEWED = {
    "name": "Product Viewed",
    "properties": [
        {"name": "sku", "type": "text", "required": True},
        {"name": "price", "type": "number"},
        {"name": "tags", "type": "list"},
    ],
}


def plan(yard: Yard, act: str, *events: object, name: str = "web") -> None:
    with yard.ledger.transaction() as t:
        t.definitions.save(
            "tracking_plan", name, {"name": name, "violations": act, "events": list(events)}, author="ann", at=NOW
        )


def counted(yard: Yard) -> dict[tuple[str, str, str], int]:
    return {(r["act"], r["code"], r["property"]): r["messages"] for r in violations(yard.engine).to_pylist()}


SOUND = [
    track(1, properties={"sku": "a", "price": 3, "further": {"x": 1}}),
    track(2, "product_viewed", properties={"sku": "a", "price": None, "tags": []}),
]
BROKEN = [
    (track(10, "Invoice Sent"), "unknown_event", ""),
    (track(11, properties={"price": 3}), "missing_property", "sku"),
    (track(12, properties={"sku": None}), "missing_property", "sku"),
    (track(13), "missing_property", "sku"),
    (track(14, properties={"sku": 7}), "other_type", "sku"),
    (track(15, properties={"sku": "a", "price": "3"}), "other_type", "price"),
    (track(16, properties={"sku": "a", "price": True}), "other_type", "price"),
    (track(17, properties={"sku": "a", "tags": {"a": 1}}), "other_type", "tags"),
    ({"type": "page", "messageId": "m18", "userId": "u1"}, "unknown_event", ""),
    ({"type": "identify", "messageId": "m19", "userId": "u1", "traits": {}}, "unknown_event", ""),
]


@pytest.mark.parametrize(("message", "code", "name"), BROKEN, ids=[f"{m['messageId']}-{c}" for m, c, _ in BROKEN])
def test_what_breaks_a_plan_is_kept_out_and_the_rest_comes_in(
    yard: Yard, message: dict[str, object], code: str, name: str
) -> None:
    plan(yard, "refuse", VIEWED)
    yard.take(SOUND[0], message, SOUND[1])
    totals = yard.pump.read.totals
    assert (totals.accepted, totals.refused, totals.duplicate) == (2, 1, 0)
    [row] = quarantined(yard.engine).to_pylist()
    assert (row["code"], json.loads(row["raw"])["messageId"]) == (code, message["messageId"])
    assert row["reason"]
    assert counted(yard) == {("refused", code, name): 1}


def test_what_is_flagged_comes_in_and_is_counted(yard: Yard) -> None:
    plan(yard, "flag", VIEWED)
    yard.take(*SOUND, *(message for message, _, _ in BROKEN[:8]))
    yard.take(track(30, properties={}), at=NOW + timedelta(minutes=1))
    assert yard.pump.read.totals.accepted == 11
    assert counted(yard)["flagged", "missing_property", "sku"] == 4
    assert counted(yard)["flagged", "unknown_event", ""] == 1
    row = next(r for r in violations(yard.engine, source="web").to_pylist() if r["code"] == "missing_property")
    assert (row["last_message_id"], row["last_at"] - row["first_at"]) == ("m30", timedelta(minutes=1))


def test_the_reason_names_all_that_is_wrong(yard: Yard) -> None:
    plan(yard, "refuse", VIEWED)
    yard.take(track(1, properties={"price": "3"}))
    said = yard.rows("SELECT reason FROM quarantine")[0][0]
    assert restored(str(said)).told("en") == (
        "sku of Product Viewed is missing, and the tracking plan requires it; "
        "price of Product Viewed is text; the tracking plan says number"
    )
    assert "缺少" in restored(str(said)).told("zh")


def test_another_source_and_a_changed_plan(yard: Yard) -> None:
    plan(yard, "refuse", VIEWED)
    yard.take(track(1, "Invoice Sent"), source="shop")
    assert yard.pump.read.totals.accepted == 1
    yard.take(track(2, "Invoice Sent"))
    assert yard.pump.read.totals.refused == 1
    plan(yard, "refuse", VIEWED, {"name": "Invoice Sent"})
    yard.take(track(2, "Invoice Sent"))  # refused before, so its id is free
    assert yard.pump.read.totals.accepted == 2


def test_a_duplicate_stays_one_whatever_the_plan_says(yard: Yard) -> None:
    yard.take(track(1, "Invoice Sent"))
    plan(yard, "refuse", VIEWED)
    yard.take(track(1, "Invoice Sent"))
    totals = yard.pump.read.totals
    assert (totals.accepted, totals.duplicate, totals.refused) == (1, 1, 0)
    assert counted(yard) == {}


def test_the_plan_that_the_traffic_implies_lets_that_traffic_in(yard: Yard) -> None:
    sent = [
        *SOUND,
        track(3, "Order Completed", properties={"order_id": "o1", "revenue": 5, "currency": "USD"}),
        {"type": "identify", "messageId": "m4", "userId": "u1", "traits": {"email": "ann@shop.example"}},
        {"type": "page", "messageId": "m5", "userId": "u1", "name": "Home", "properties": {"path": "/"}},
        {"type": "group", "messageId": "m6", "userId": "u1", "groupId": "g", "traits": {"size": 3}},
        {"type": "alias", "messageId": "m7", "userId": "u1", "previousId": "d1"},
        track(8, "order_completed", properties={"order_id": "o2", "revenue": 5}),
    ]
    yard.take(*sent)
    found = read_traffic(yard.engine, since=NOW - timedelta(days=1))
    implied = plan_of("web", found, "refuse")
    plan(yard, "refuse", *(each.model_dump() for each in implied.events))
    yard.take(*({**each, "messageId": f"again-{each['messageId']}"} for each in sent))
    assert yard.pump.read.totals.refused == 0, quarantined(yard.engine).to_pylist()
    assert yard.pump.read.totals.accepted == 16


@pytest.mark.parametrize(("messages", "is_required"), [(9, False), (10, True)])
def test_what_few_messages_have_is_not_required(yard: Yard, messages: int, is_required: bool) -> None:
    yard.take(*(track(n, properties={"sku": "a"}) for n in range(messages)))
    [event] = plan_of("web", read_traffic(yard.engine, since=NOW - timedelta(days=1))).events
    assert [each.required for each in event.properties] == [is_required]


def test_traffic_is_counted_by_event_and_property(yard: Yard) -> None:
    yard.take(*SOUND, track(3, properties={"sku": 9}), at=NOW)
    yard.take(track(4, "Invoice Sent"), at=NOW + timedelta(hours=1), source="shop")
    found = {(t.source, t.event, t.property): t for t in read_traffic(yard.engine, since=NOW - timedelta(days=1))}
    assert found["web", "Product Viewed", None].messages == 3
    sku = found["web", "Product Viewed", "sku"]
    assert (sku.messages, sku.share, sku.types) == (3, 1.0, {"text": 2, "number": 1})
    assert found["web", "Product Viewed", "price"].share == pytest.approx(1 / 3)  # null is no value
    assert found["shop", "Invoice Sent", None].first_at == NOW + timedelta(hours=1)
    later = read_traffic(yard.engine, since=NOW + timedelta(minutes=1))
    assert [t.source for t in later] == ["shop"]
    assert {t.source for t in read_traffic(yard.engine, since=NOW - timedelta(days=1), source="web")} == {"web"}


def test_examples_are_what_several_people_sent(yard: Yard) -> None:
    def said(person: int, properties: dict[str, object]) -> dict[str, object]:
        return {**track(f"{person}-{len(properties)}", properties=properties), "userId": f"u{person}"}

    common = [
        said(n, {"city": "Oslo", "note": f"for {n}", "mail": "us@shop.example", "tel": 12345678}) for n in range(5)
    ]
    yard.take(*common, said(9, {"city": "Bergen"}))
    since = NOW - timedelta(days=1)
    found = {
        t.property: t.examples for t in with_examples(yard.engine, read_traffic(yard.engine, since=since), since=since)
    }
    assert found == {None: (), "city": ("Oslo",), "note": (), "mail": (), "tel": ()}


def test_drift_is_what_is_new_and_what_has_gone(yard: Yard) -> None:
    yard.take(*SOUND, track(3, "Invoice Sent"))
    kept = TrackingPlan.model_validate({"name": "web", "events": [VIEWED, {"name": "Cart Viewed"}]})
    found = list(drift(kept, read_traffic(yard.engine, since=NOW - timedelta(days=1))))
    assert {(d.event, d.property, d.change, d.messages) for d in found} == {
        ("Invoice Sent", None, "new_event", 1),
        ("Product Viewed", "further", "new_property", 1),
        ("Cart Viewed", None, "silent_event", 0),
    }
    assert all(d.finding.told("en") != d.finding.told("zh") for d in found)
