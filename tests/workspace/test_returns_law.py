"""One truth about orders and what came back of them, in every shape of file: every room says the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import coterie

NOW = datetime(2026, 9, 1, 12)
START = datetime(2026, 3, 1, 10)
KPIS = ("revenue", "gross_revenue", "orders", "buyers")


@dataclass(frozen=True)
class Order:
    """An order of whole money and what came back of it, how many days later."""

    buyer: str
    day: int
    amount: int
    returned: int
    later: int


@st.composite
def truths(draw: st.DrawFn) -> list[Order]:
    """Orders of four people, no two of one person alike in amount, so that a return without a number finds its own."""
    orders = []
    for buyer in "ABCD":
        amounts = draw(st.lists(st.integers(10, 300), min_size=0, max_size=4, unique=True))
        for amount in amounts:
            back = draw(st.sampled_from([0, 0, amount, amount // 3]))
            orders.append(Order(buyer, draw(st.integers(0, 100)), amount, back, draw(st.integers(1, 20))))
    return orders


def _placed(order: Order, number: int) -> str:
    return str(START + timedelta(days=order.day, minutes=number))


def _taken(order: Order, number: int) -> str:
    return str(START + timedelta(days=order.day + order.later, minutes=number))


def negative_rows(orders: list[Order]) -> dict[str, list[str]]:
    rows = ["order_id,customer_id,occurred_at,revenue"]
    for n, o in enumerate(orders):
        rows.append(f"o{n},{o.buyer},{_placed(o, n)},{o.amount}")
        if o.returned:
            rows.append(f"o{n},{o.buyer},{_taken(o, n)},-{o.returned}")
    return {"orders": rows}


def refund_column(orders: list[Order]) -> dict[str, list[str]]:
    rows = ["order_id,customer_id,occurred_at,total,refunded_amount"]
    rows += [f"o{n},{o.buyer},{_placed(o, n)},{o.amount},{o.returned}" for n, o in enumerate(orders)]
    return {"orders": rows}


def statuses(orders: list[Order]) -> dict[str, list[str]]:
    rows = ["order_id,customer_id,occurred_at,total,status,refunded_amount"]
    for n, o in enumerate(orders):
        word = "paid" if not o.returned else "refunded" if o.returned == o.amount else "partially_refunded"
        rows.append(f"o{n},{o.buyer},{_placed(o, n)},{o.amount},{word},{o.returned if o.returned < o.amount else ''}")
    rows.append(f"never,A,{START},999,pending,")
    return {"orders": rows}


def refund_file(orders: list[Order]) -> dict[str, list[str]]:
    rows = ["order_id,customer_id,occurred_at,total"]
    rows += [f"o{n},{o.buyer},{_placed(o, n)},{o.amount}" for n, o in enumerate(orders)]
    back = ["order_id,refunded_at,refund_amount"]
    back += [f"o{n},{_taken(o, n)},{o.returned}" for n, o in enumerate(orders) if o.returned]
    return {"orders": rows} | ({"returns": back} if len(back) > 1 else {})


def lines(orders: list[Order]) -> dict[str, list[str]]:
    rows = ["InvoiceNo,StockCode,Quantity,InvoiceDate,UnitPrice,CustomerID"]
    for n, o in enumerate(orders):
        rows.append(f"o{n},item{n},{o.amount},{_placed(o, n)},1,{o.buyer}")
        if o.returned:
            rows.append(f"o{n},item{n},-{o.returned},{_taken(o, n)},1,{o.buyer}")
    return {"order_lines": rows}


def unnamed_rows(orders: list[Order]) -> dict[str, list[str]]:
    """Whole returns under numbers of their own, as tills write them; a part of an order keeps its order's number."""
    rows = ["order_id,customer_id,occurred_at,revenue"]
    for n, o in enumerate(orders):
        rows.append(f"o{n},{o.buyer},{_placed(o, n)},{o.amount}")
        if o.returned:
            rows.append(f"{'r' if o.returned == o.amount else 'o'}{n},{o.buyer},{_taken(o, n)},-{o.returned}")
    return {"orders": rows}


def told_twice(orders: list[Order]) -> dict[str, list[str]]:
    """A status or a column beside a refund file that tells the same."""
    return refund_file(orders) | statuses(orders)


SHAPES = {
    "negative rows": negative_rows,
    "refund column": refund_column,
    "status words": statuses,
    "refund file": refund_file,
    "told twice": told_twice,
    "order lines": lines,
    "returns without a number": unnamed_rows,
}


def told(shape: dict[str, list[str]], folder: Path) -> dict[str, object]:
    """What traits, a rule, RFM, a KPI and the report's figures say of a shape."""
    home = coterie.init(folder / "shop")
    with coterie.open(home, clock=lambda: NOW) as ws:
        for kind, rows in shape.items():
            file = folder / f"{kind}.csv"
            file.write_text("\n".join(rows), "utf-8")
            result = ws.load(file, kind=kind)
            assert result.refused == 0, result.reasons
        ws.refresh(as_of=NOW)
        query = ws.query
        traits = query(
            "SELECT i.value AS who, orders, revenue, gross_revenue, revenue_180d, average_order_value, recency_days,"
            " largest_order, orders >= 1 AS bought FROM traits JOIN (SELECT DISTINCT profile_id, value FROM identifiers) i"
            " USING (profile_id) ORDER BY who"
        )
        grid = ws.segmentations.rfm()
        return {
            "traits": traits.rows(),
            "spent 100": ws.segments.preview({"trait": "revenue", ">=": 100}).size,
            "bought lately": ws.segments.preview({"did": "Order Completed", "within": "150d"}).size,
            "rfm": sorted((part["segment"], part["size"], part["revenue"]) for part in grid.parts),
            "kpis": [(r["kpi"], r["value"]) for r in ws.kpis.show(*KPIS).rows()],
        }


@settings(max_examples=2, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(truths())
def test_the_same_truth_says_the_same_in_every_shape_of_file(orders: list[Order]) -> None:
    if not orders:
        return
    found = {}
    for name, render in SHAPES.items():
        with TemporaryDirectory() as folder:
            found[name] = told(render(orders), Path(folder))
    expected = {
        buyer: sum(o.amount - o.returned for o in orders if o.buyer == buyer) for buyer in {o.buyer for o in orders}
    }
    for name, said in found.items():
        assert {row["who"]: row["revenue"] for row in said["traits"]} | {"A": expected.get("A", 0)} == expected | {
            "A": expected.get("A", 0)
        }, name
        assert said == found["negative rows"], name
