"""An order is an order, whether a file of orders or one of events tells it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from coterie.collect.values.meaning import order_meaning, return_meaning
from coterie.settings import WorkspaceSettings
from coterie.workspace import Workspace, init_workspace, open_workspace

NOW = datetime(2026, 11, 28, 12)
VIEWED, ORDERED, REFUNDED = "Product Viewed", "Order Completed", "Order Refunded"
FACTS = [
    ("1", "u1", VIEWED, "2026-11-01T10:00:00Z", None, None),
    ("2", "u1", ORDERED, "2026-11-01T10:05:00Z", "o1", "25.50"),
    ("3", "u2", ORDERED, "2026-11-02T10:05:00Z", "o2", "10.00"),
    ("4", "u2", ORDERED, "2026-11-03T10:05:00Z", "o3", "12.00"),
    ("5", "u3", VIEWED, "2026-11-03T11:05:00Z", None, None),
    ("6", "u2", REFUNDED, "2026-11-04T10:05:00Z", "o3", "5.00"),
]
"""Id, person, name, instant, order and amount."""


@pytest.fixture
def made(tmp_path: Path) -> Callable[[], Workspace]:
    def make() -> Workspace:
        folder = tmp_path / f"ws{len(list(tmp_path.glob('ws*')))}"
        init_workspace(folder, WorkspaceSettings(currency="EUR", country="DE", timezone="UTC"))
        return open_workspace(folder, clock=lambda: NOW)

    return make


def snake(name: str) -> str:
    return name.lower().replace(" ", "_")


def as_csv(spell: Callable[[str], str]) -> str:
    rows = [
        f"{key},{who},{spell(name)},{at},{order or ''},{amount or ''}" for key, who, name, at, order, amount in FACTS
    ]
    return "\n".join(["event_id,user_id,event,timestamp,order_id,revenue", *rows]) + "\n"


def as_jsonl(spell: Callable[[str], str]) -> str:
    """As Segment's archives have it; the total holds shipping, which is no revenue."""
    lines = []
    for key, who, name, at, order, amount in FACTS:
        told = {"order_id": order, "total": float(amount) + 4, "revenue": float(amount)} if amount else {"price": 3}
        message = {"type": "track", "event": spell(name), "userId": who, "messageId": key, "timestamp": at}
        lines.append(json.dumps({**message, "properties": told}))
    return "\n".join(lines) + "\n"


def known(ws: Workspace) -> list[dict[str, object]]:
    ws.refresh()
    return list(
        ws.query(
            "SELECT i.value AS who, t.revenue, t.orders FROM traits AS t JOIN identifiers AS i USING (profile_id) "
            "WHERE i.namespace = 'customer_id' ORDER BY 1"
        ).rows()
    )


@pytest.mark.parametrize("spell", [str.upper, snake, lambda name: name.replace(" ", "")])
@pytest.mark.parametrize(("ending", "write"), [("csv", as_csv), ("jsonl", as_jsonl)])
def test_they_are_known_however_they_are_spelt(
    tmp_path: Path,
    made: Callable[[], Workspace],
    ending: str,
    write: Callable[[Callable[[str], str]], str],
    spell: Callable[[str], str],
) -> None:
    file = tmp_path / f"events.{ending}"
    file.write_text(write(spell), "utf-8")
    ws = made()
    result = ws.load(file)
    loaded = {each.kind: each.accepted for each in (result, *result.further)}
    assert loaded == ({"messages": 6} if ending == "jsonl" else {"events": 2, "orders": 3, "returns": 1})
    assert sum(each.refused for each in (result, *result.further)) == 0
    amounts = {row["order_id"]: row["revenue"] for row in ws.query("SELECT * FROM orders WHERE undoes IS NULL").rows()}
    assert amounts == {"o1": Decimal("25.5"), "o2": 10, "o3": 12}


def test_orders_among_events_count_as_orders_of_a_file_do(tmp_path: Path, made: Callable[[], Workspace]) -> None:
    (tmp_path / "events.jsonl").write_text(as_jsonl(str), "utf-8")
    (tmp_path / "orders.csv").write_text(
        "order_id,customer_id,order_date,total,refunded\n"
        "o1,u1,2026-11-01 10:05:00,25.50,0\no2,u2,2026-11-02 10:05:00,10.00,0\no3,u2,2026-11-03 10:05:00,12.00,5.00\n"
    )
    ws, other = made(), made()
    ws.load(tmp_path / "events.jsonl")
    other.load(tmp_path / "orders.csv")
    told = {row["who"]: (row["revenue"], row["orders"]) for row in known(ws)}
    assert told == {"u1": (25.5, 1), "u2": (17.0, 2), "u3": (0.0, 0)}
    assert {row["who"]: (row["revenue"], row["orders"]) for row in known(other)} == {w: told[w] for w in ("u1", "u2")}


def test_the_next_file_may_spell_them_otherwise(tmp_path: Path, made: Callable[[], Workspace]) -> None:
    ws, file = made(), tmp_path / "events.csv"
    file.write_text(as_csv(str), "utf-8")
    ws.load(file)
    file.write_text(
        "event_id,user_id,event,timestamp,order_id,revenue\n7,u3,completed_order,2026-11-05T10:00:00Z,o7,9.00\n"
        "8,u3,order cancelled,2026-11-06T10:00:00Z,o7,9.00\n9,u3,Product Viewed,2026-11-05T09:00:00Z,,\n"
    )
    result = ws.load(file)
    assert {each.kind: each.accepted for each in (result, *result.further)} == {"events": 1, "orders": 1, "returns": 1}
    orders = {row["order_id"]: row for row in ws.query("SELECT * FROM orders WHERE undoes IS NULL").rows()}
    assert orders["o7"]["revenue"] == Decimal("9.0000")
    assert ws.query("SELECT count(*) AS n FROM events").rows()[0]["n"] == 3


def test_without_a_number_they_stay_events(tmp_path: Path, made: Callable[[], Workspace]) -> None:
    file = tmp_path / "events.csv"
    file.write_text("event_id,user_id,event,timestamp\n1,u1,Order Completed,2026-11-01T10:00:00Z\n")
    ws = made()
    result = ws.load(file)
    assert (result.kind, result.accepted, result.further) == ("events", 1, ())


def test_events_called_as_orders_do_not_hide_them(tmp_path: Path, made: Callable[[], Workspace]) -> None:
    (tmp_path / "log.csv").write_text(
        "event_id,user_id,event,timestamp\n1,u1,Order Completed,2026-11-01T10:00:00Z\n2,u1,Order Completed,2026-11-02T10:00:00Z\n"
    )
    (tmp_path / "orders.csv").write_text("order_id,customer_id,order_date,total\no1,u1,2026-11-01 10:05:00,25.50\n")
    ws = made()
    ws.load(tmp_path / "log.csv")
    ws.load(tmp_path / "orders.csv")
    assert [(row["revenue"], row["orders"]) for row in known(ws)] == [(25.5, 1)]


@pytest.mark.parametrize(
    ("header", "sold", "undone"),
    [("type", "sale", "refund"), ("Type", "charge", "refund"), ("Typ", "Verkauf", "Erstattung")],
)
@pytest.mark.parametrize("sign", ["", "-"])
def test_a_refund_under_the_number_of_its_sale_is_taken_off(
    tmp_path: Path, made: Callable[[], Workspace], header: str, sold: str, undone: str, sign: str
) -> None:
    file = tmp_path / "till.csv"
    rows = [("1", sold, "a", "100"), ("1", undone, "a", f"{sign}30"), ("2", sold, "b", "200"), ("3", sold, "a", "50")]
    lines = [
        f"{order},{said},{who},2026-11-0{n + 1} 10:00,{amount}" for n, (order, said, who, amount) in enumerate(rows)
    ]
    file.write_text("\n".join([f"order_id,{header},customer_id,occurred_at,amount", *lines]) + "\n", "utf-8")
    with made() as ws:
        assert ws.load(file).accepted == 4
        assert ws.query("SELECT sum(revenue)::INT AS left_over FROM orders").rows() == [{"left_over": 320}]


def meant(**row: object) -> tuple[object, ...]:
    """Status, revenue and undone of a row, by what its file has."""
    kinds = {"cancelled_at": "TIMESTAMP", "refunded_at": "TIMESTAMP"} | dict.fromkeys(
        ("_amount", "quantity", "refunded"), "DECIMAL(18,4)"
    )
    given = ", ".join(f"${name}::{kinds.get(name, 'VARCHAR')} AS {name}" for name in row)
    said = order_meaning(row.keys(), lambda word: "'" + word.replace("'", "''") + "'")
    told = ", ".join(f"{said[name]} AS {name}" for name in ("status", "revenue", "undone", "quantity") if name in said)
    found: tuple[object, ...] | None = duckdb.execute(f"SELECT {told} FROM (SELECT {given})", row).fetchone()
    return found or ()


@pytest.mark.parametrize(
    ("row", "found"),
    [
        pytest.param({"_amount": 10}, ("completed", 10, None), id="an-amount"),
        pytest.param({"_amount": -10, "order_id": "O1"}, ("returned", -10, 10), id="less-than-nothing"),
        pytest.param({"_amount": -10, "order_id": "C123"}, ("cancelled", -10, 10), id="a-number-of-cancellations"),
        pytest.param({"_amount": -10, "order_id": "CX1"}, ("returned", -10, 10), id="a-number-that-begins-so"),
        pytest.param({"_amount": 10, "quantity": -1}, ("returned", -10, 10, -1), id="less-than-none"),
        pytest.param({"_amount": 10, "status": " Paid "}, ("completed", 10, None), id="paid"),
        pytest.param({"_amount": 10, "status": "wc-completed"}, ("completed", 10, None), id="as-a-shop-writes-it"),
        pytest.param({"_amount": 10, "status": None}, ("completed", 10, None), id="nothing-said"),
        pytest.param({"_amount": 10, "status": "pending"}, ("unpaid", 0, 0), id="pending"),
        pytest.param({"_amount": 10, "status": "who knows"}, ("unclear", 0, 0), id="a-word-of-nobody"),
        pytest.param({"_amount": 10, "status": "cancelled", "quantity": 2}, ("cancelled", 0, 10, 0), id="cancelled"),
        pytest.param({"_amount": 10, "status": "refunded"}, ("returned", 0, 10), id="refunded"),
        pytest.param({"_amount": 10, "status": "credit note"}, ("returned", -10, 10), id="a-credit-note"),
        pytest.param({"_amount": 10, "status": "partially refunded"}, ("completed", None, 0), id="nobody-says-how-much"),
        pytest.param({"_amount": 10, "status": "partially refunded", "refunded": 4}, ("completed", 6, 4), id="in-part"),
        pytest.param({"_amount": 10, "refunded": -4}, ("completed", 6, 4), id="in-part-with-a-minus"),
        pytest.param({"_amount": 10, "refunded": 0}, ("completed", 10, None), id="nothing-refunded"),
        pytest.param({"_amount": 10, "refunded": 10}, ("returned", 0, 10), id="all-refunded"),
        pytest.param({"_amount": 10, "refunded": 12}, ("returned", 0, 10), id="more-than-all"),
        pytest.param({"_amount": 0, "refunded": 0}, ("completed", 0, None), id="a-gift"),
        pytest.param({"_amount": 0, "refunded": 3}, ("completed", 0, 0), id="a-refund-of-nothing"),
        pytest.param({"_amount": 10, "status": "paid", "cancelled_at": NOW}, ("cancelled", 0, 10), id="cancelled-at"),
        pytest.param({"_amount": 10, "status": "paid", "cancelled_at": None}, ("completed", 10, None), id="never"),
        pytest.param({"_amount": 10, "refunded_at": NOW}, ("returned", 0, 10), id="refunded-at"),
        pytest.param({"_amount": 10, "refunded_at": None}, ("completed", 10, None), id="never-refunded"),
        pytest.param({"_amount": 10, "status": "paid", "refunded_at": NOW}, ("returned", 0, 10), id="paid-and-refunded-at"),
        pytest.param({"_amount": 10, "refunded": 4, "refunded_at": NOW}, ("completed", 6, 4), id="an-amount-says-more"),
        pytest.param({"_amount": 10, "status": "pending", "refunded_at": NOW}, ("unpaid", 0, 0), id="never-paid"),
        pytest.param({"_amount": 10, "status": "partially refunded", "refunded_at": NOW}, ("completed", None, 0), id="in-part-and-when"),
        pytest.param({"_amount": 10, "is_test": "yes"}, ("unpaid", 0, 0), id="a-test"),
        pytest.param({"_amount": 10, "is_test": "no"}, ("completed", 10, None), id="no-test"),
    ],
)  # fmt: skip
def test_what_stands_of_a_row_and_what_was_taken_back(row, found):
    assert meant(**row) == found


def test_a_refund_takes_back_however_it_is_signed():
    for amount in (4, -4):
        told = ", ".join(f"{sql} AS {name}" for name, sql in return_meaning().items())
        assert duckdb.execute(f"SELECT {told} FROM (SELECT $a AS _amount)", {"a": amount}).fetchone() == (
            "returned",
            -4,
            4,
        )
