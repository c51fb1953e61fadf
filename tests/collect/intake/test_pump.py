"""Each message once for ever, its rows and the mark in one transaction; what is faulty is kept aside, the rest goes in."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta

import pytest

from coterie.collect.intake import pump as pumping
from coterie.collect.intake import seen as seeing
from coterie.collect.intake.pump import Totals
from coterie.errors import CoterieError, StatementFailed, StorageFull, Transient
from tests.collect.intake.conftest import NOW, Yard, track


def test_a_message_that_comes_again_is_no_second_event(yard: Yard) -> None:
    yard.take(track(1), track(1), track(2))
    yard.take(track(2), track(3))
    assert yard.rows("SELECT event_id FROM events ORDER BY 1") == [("m1",), ("m2",), ("m3",)]
    assert yard.pump.read.totals == Totals(accepted=3, duplicate=2)


@pytest.mark.parametrize("is_lost", [False, True], ids=["runs-kept", "runs-lost"])
def test_a_message_is_known_after_a_new_start(yard: Yard, is_lost: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seeing, "_AT_HAND", 4)
    for start in range(0, 30, 3):
        yard.take(*(track(n) for n in range(start, start + 3)))
    assert (yard.folder / "seen" / "runs.json").exists()
    if is_lost:
        shutil.rmtree(yard.folder / "seen")
    again = yard.reopened()
    again.take(*(track(n) for n in range(31)))
    assert again.rows("SELECT count(*), count(DISTINCT event_id) FROM events") == [(31, 31)]
    assert again.pump.read.totals == Totals(accepted=31, duplicate=30)


def test_an_order_and_an_identify_call_count_once_too(yard: Yard) -> None:
    order = track(1, "Order Completed", properties={"order_id": "o1", "revenue": 5})
    person = {"type": "identify", "messageId": "i1", "userId": "u1", "traits": {"email": "ann@shop.example"}}
    yard.take(order, person)
    shutil.rmtree(yard.folder / "seen")
    again = yard.reopened()
    again.take(order, person)
    assert again.pump.read.totals == Totals(accepted=2, duplicate=2)
    assert again.rows("SELECT order_id, revenue::INT FROM orders") == [("o1", 5)]


def test_an_event_that_a_file_brought_is_known(yard: Yard) -> None:
    yard.engine.execute(
        "INSERT INTO events (event_id, name, occurred_at, source, batch_id) VALUES ('m1', 'X', now(), 'file', 1)"
    )
    again = yard.reopened()
    again.take(track(1), track(2))
    assert again.pump.read.totals == Totals(accepted=1, duplicate=1)


def test_a_warehouse_put_back_from_a_backup_takes_again_what_it_lost(
    yard: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seeing, "_AT_HAND", 1)
    yard.take(track(1))
    yard.take(track(2))
    for table in ("events", "messages"):
        yard.engine.execute(f"DELETE FROM {table} WHERE batch_id = 2")
    again = yard.reopened()
    again.take(track(1), track(2))
    assert again.rows("SELECT event_id FROM events ORDER BY 1") == [("m1",), ("m2",)]


def test_the_same_id_with_another_payload_is_a_conflict(yard: Yard) -> None:
    yard.take(track(1, properties={"price": 1}, sentAt="2026-11-29T10:00:00Z"))
    yard.take(track(1, properties={"price": 1}, sentAt="2026-11-29T10:00:05Z"), track(1, properties={"price": 2}))
    assert yard.pump.read.totals == Totals(accepted=1, duplicate=2, conflicting=1)
    assert yard.rows("SELECT value, code FROM quarantine") == [("m1", "conflict")]
    assert yard.rows("SELECT properties.price::INT FROM events") == [(1,)]


BAD = {
    "no-object": ("nonsense", "no_message"),
    "no-type": ({"messageId": "x"}, "no_such_call"),
    "odd-type": ({"messageId": "x", "type": ["track"]}, "no_message"),
    "no-name": ({"messageId": "x", "type": "track", "userId": "u"}, "missing"),
    "no-instant": (track("x", timestamp="soon"), "not_a_date"),
    "ahead": (track("x", timestamp="2026-12-24T00:00:00Z"), "ahead"),
    "long-ago": (track("x", timestamp="0001-01-01T00:00:00Z"), "not_a_date"),
    "nul": (track("x", properties={"a": "b\x00c"}), "nul_byte"),
    "too-long": (track("x", properties={"a": "b" * 600_000}), "too_large"),
    "no-amount": (track("x", "Order Completed", properties={"order_id": "o1"}), "missing"),
    "no-number": (track("x", "Order Completed", properties={"order_id": "o1", "revenue": "dear"}), "not_a_number"),
    "nobody": ({"messageId": "x", "type": "identify", "traits": {"plan": "pro"}}, "nobody"),
}


@pytest.mark.parametrize(("message", "code"), BAD.values(), ids=BAD)
def test_one_faulty_message_is_kept_aside_and_the_others_go_in(yard: Yard, message: object, code: str) -> None:
    yard.take(track(1), message, track(2))
    assert yard.rows("SELECT event_id FROM events ORDER BY 1") == [("m1",), ("m2",)]
    assert yard.rows("SELECT code FROM quarantine") == [(code,)]
    assert yard.pump.read.totals == Totals(accepted=2, refused=1)


def test_a_faulty_message_may_come_again_mended(yard: Yard) -> None:
    yard.take(track(1, timestamp="soon"))
    yard.take(track(1, timestamp="2026-11-29T09:00:00Z"))
    assert yard.pump.read.totals == Totals(accepted=1, refused=1)
    assert yard.rows("SELECT count(*) FROM quarantine WHERE replayed_at IS NULL") == [(0,)]


def test_a_faulty_message_stands_in_nobodys_way_within_a_batch(yard: Yard) -> None:
    yard.take(track(1, timestamp="soon"), track(1, timestamp="2026-11-29T09:00:00Z"), track(1, timestamp="later"))
    assert yard.pump.read.totals == Totals(accepted=1, duplicate=1, refused=1, conflicting=1)
    assert yard.rows("SELECT occurred_at FROM events") == [(datetime(2026, 11, 29, 9),)]


def test_a_message_nested_too_deep_is_kept_aside(yard: Yard) -> None:
    deep: object = 1
    for _ in range(100):
        deep = [deep]
    yard.take(track(1, properties={"a": deep, "text": "[{" * 50}), track(2, properties={"text": "[{" * 50}))
    assert yard.rows("SELECT event_id FROM events") == [("m2",)]


def test_a_batch_that_cannot_be_written_is_halved_until_the_culprit_is_found(yard: Yard) -> None:
    # A number of another shop's order, far away in time: the load of a file is refused as a whole for it.
    yard.engine.execute(
        "INSERT INTO orders (order_id, occurred_at, revenue, status, source) "
        "VALUES ('o3', TIMESTAMP '2020-01-01', 9, 'completed', 'another')"
    )
    orders = [track(n, "Order Completed", properties={"order_id": f"o{n}", "revenue": n}) for n in (3, 1)]
    yard.take(orders[0])
    assert yard.rows("SELECT code FROM quarantine") == [("not_written",)]
    yard.take(orders[1], track(5))
    assert yard.rows("SELECT order_id, revenue::INT FROM orders ORDER BY 1") == [("o1", 1), ("o3", 9)]
    assert yard.pump.read.totals == Totals(accepted=2, refused=1)


def test_a_kill_between_two_halves_repeats_nothing(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    commit, calls = pumping.Pump._commit, []

    def failing(self: pumping.Pump, messages: list[object], position: int, place: int, *, why: str = "") -> None:
        calls.append(len(messages))
        if len(messages) == 4:
            raise pumping.CoterieError("as a whole it does not go")
        if len(calls) == 3:
            raise KeyboardInterrupt
        commit(self, messages, position, place, why=why)

    yard.keep(track(1), track(2), track(3), track(4))
    with monkeypatch.context() as patched:
        patched.setattr(pumping.Pump, "_commit", failing)
        with pytest.raises(KeyboardInterrupt):
            yard.pump.turn()
    again = yard.reopened()
    assert again.pump.read.place == 2
    assert again.pump.turn() == 2
    assert again.rows("SELECT event_id FROM events ORDER BY 1") == [("m1",), ("m2",), ("m3",), ("m4",)]
    assert again.pump.read.totals == Totals(accepted=4)


@pytest.mark.parametrize(
    "fault",
    [StorageFull("full"), StatementFailed("IO Error: Could not write"), StatementFailed("Out of Memory Error: x")],
)
def test_a_fault_of_the_machine_keeps_the_messages_for_later(
    yard: Yard, monkeypatch: pytest.MonkeyPatch, fault: CoterieError
) -> None:
    yard.keep(track(1))

    def failing(*_: object, **__: object) -> None:
        raise fault

    with monkeypatch.context() as patched:
        patched.setattr(pumping, "keep_fact", failing)
        with pytest.raises(Transient):
            yard.pump.turn()
    assert yard.rows("SELECT count(*) FROM events") == [(0,)]
    assert yard.pump.turn() == 1
    assert yard.rows("SELECT count(*) FROM events") == [(1,)]


def test_another_journal_is_read_from_its_beginning(yard: Yard) -> None:
    yard.take(track(1))
    (yard.folder / "journal.sqlite").rename(yard.folder / "old.sqlite")
    again = yard.reopened()
    again.take(track(2))
    assert again.rows("SELECT event_id FROM events ORDER BY 1") == [("m1",), ("m2",)]


@pytest.mark.parametrize(
    ("stamp", "sent_at", "expected"),
    [
        pytest.param("2026-11-29T09:00:00Z", "2026-11-29T10:00:00Z", datetime(2026, 11, 29, 9), id="right-clock"),
        pytest.param("2026-11-29T09:00:00.5+02:00", None, datetime(2026, 11, 29, 7, 0, 0, 500_000), id="zone"),
        pytest.param("2026-11-29T09:00:00", None, datetime(2026, 11, 29, 9), id="no-zone-is-utc"),
        pytest.param("2026-12-25T09:00:00Z", "2026-12-25T10:00:00Z", datetime(2026, 11, 29, 9), id="clock-ahead"),
        pytest.param("1970-01-01T00:00:00Z", "1970-01-01T00:30:00Z", datetime(2026, 11, 29, 9, 30), id="clock-behind"),
        pytest.param("2026-11-29T09:00:00Z", "2026-11-29T10:00:07Z", datetime(2026, 11, 29, 9), id="on-its-way"),
        pytest.param("2019-01-01T00:00:00Z", "2026-11-29T10:00:00Z", datetime(2019, 1, 1), id="history"),
        pytest.param(None, "2026-11-29T08:00:00Z", NOW, id="no-stamp"),
        pytest.param("2026-11-30T09:00:00Z", None, NOW + timedelta(hours=23), id="a-little-ahead"),
    ],
)
def test_a_clients_clock_is_set_right(yard: Yard, stamp: str | None, sent_at: str | None, expected: datetime) -> None:
    yard.take(track(1, timestamp=stamp), sent_at=sent_at)
    assert yard.rows("SELECT occurred_at FROM events") == [(expected,)]


def test_what_means_an_amount_does_not_depend_on_what_comes_beside_it(yard: Yard) -> None:
    lined = {"order_id": "o1", "products": [{"product_id": "p", "price": 10, "quantity": 2, "discount": 4}]}
    other = {"order_id": "o2", "revenue": 8, "quantity": 1, "products": [{"sku": "q", "price": 8}]}
    yard.take(track(1, "Order Completed", properties=lined))
    yard.take(
        track(2, "order_completed", properties=other),
        track(3, "Order Completed", properties={**lined, "order_id": "o3"}),
    )
    assert yard.rows("SELECT order_id, revenue::INT FROM order_lines ORDER BY 1") == [("o1", 16), ("o2", 8), ("o3", 16)]


def test_a_products_catalogue_is_not_overwritten(yard: Yard) -> None:
    yard.engine.execute("INSERT INTO products (product_id, name, category, price) VALUES ('p', 'Pot', 'kitchen', 12)")
    products = [{"product_id": "p", "name": "pot", "price": 10}, {"product_id": "q", "name": "Pan", "price": 1}]
    yard.take(track(1, "Order Completed", properties={"order_id": "o1", "revenue": 11, "products": products}))
    assert yard.rows("SELECT product_id, name, category FROM products ORDER BY 1") == [
        ("p", "Pot", "kitchen"),
        ("q", "Pan", None),
    ]


def test_traits_become_attributes_and_odd_ones_do_no_harm(yard: Yard) -> None:
    traits = {
        "profile_id": 9,
        "batch_id": 1,
        "Plan Name": "pro",
        "address": {"city": "Graz", "x": 1},
        "nested": {"a": 1},
        "createdAt": 1_700_000_000,
    }
    yard.take({"type": "identify", "messageId": "1", "userId": "u1", "traits": traits})
    assert yard.pump.read.totals == Totals(accepted=1)
    assert yard.rows("SELECT plan_name, city, joined_at FROM customer_records") == [
        ("pro", "Graz", datetime(2023, 11, 14, 22, 13, 20))
    ]
