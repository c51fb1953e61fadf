"""One truth about orders and what came back of them, in every shape of file: every room says the same.

The truth is told once a shape, to one workspace, each time of other people: who they are in one shape they are in all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import coterie
from coterie.measure import CampaignFacts, read_out
from coterie.report.wording import money

NOW = datetime(2026, 9, 1, 12)
START = datetime(2026, 3, 1, 10)
HALF = START + timedelta(days=100)
"""When the campaign of the readout was sent."""
BUYERS = "ABCDEFGH"
KPIS = (
    "revenue",
    "gross_revenue",
    "orders",
    "buyers",
    "average_order_value",
    "repeat_rate",
    "refund_rate",
    "refunded_share",
)
SUMS = ("revenue", "gross_revenue", "refunded_share")
TRAITS = "orders, revenue, gross_revenue, revenue_180d, average_order_value, recency_days, largest_order, tenure_days"


@dataclass(frozen=True)
class Order:
    """An order of whole money and what came back of it, how many days later."""

    number: str
    buyer: str
    day: int
    amount: int
    returned: int
    later: int

    @property
    def placed(self) -> str:
        return str(START + timedelta(days=self.day))

    @property
    def taken(self) -> str:
        return str(START + timedelta(days=self.day + self.later, hours=1))


@st.composite
def truths(draw: st.DrawFn) -> list[Order]:
    """Orders of eight people, of one person no two alike in amount or day, so that a return without a number finds its own.

    Orders come on even days and returns on odd ones: what a file without numbers tells of one day is one order.
    """
    orders = []
    days, amounts = st.integers(0, 80).map(lambda n: 2 * n), st.integers(10, 300)
    for buyer in BUYERS:
        pairs = st.tuples(days, amounts)
        placed = draw(st.lists(pairs, max_size=4, unique_by=(lambda p: p[0], lambda p: p[1])))
        for place, (day, amount) in enumerate(placed):
            back = draw(st.sampled_from([0, 0, amount, amount // 3]))
            later = 2 * draw(st.integers(0, 9)) + 1
            orders.append(Order(f"{buyer}{place}", buyer, day, amount, back, later))
    return orders


Files = dict[str, list[str]]
ORDERS = "order_id,customer_id,occurred_at,channel,total"
BACK = "order_id,refunded_at,refund_amount"


def _orders(
    orders: Iterable[Order], shape: str, more: Callable[[Order], str] = lambda _: "", title: str = ""
) -> list[str]:
    """A row an order, whose further columns are ``title`` and say ``more``."""
    rows = [f"{shape}-{o.number},{shape}-{o.buyer},{o.placed},{shape},{o.amount}{more(o)}" for o in orders]
    return [ORDERS + title, *rows]


def negative_rows(orders: list[Order], shape: str) -> Files:
    back = [f"{shape}-{o.number},{shape}-{o.buyer},{o.taken},{shape},-{o.returned}" for o in orders if o.returned]
    return {"orders": [*_orders(orders, shape), *back]}


def refund_column(orders: list[Order], shape: str) -> Files:
    return {"orders": _orders(orders, shape, lambda o: f",{o.returned}", ",refunded_amount")}


def statuses(orders: list[Order], shape: str) -> Files:
    def more(order: Order) -> str:
        if not order.returned:
            return ",paid,"
        return ",refunded," if order.returned == order.amount else f",partially_refunded,{order.returned}"

    never = f"{shape}-never,{shape}-A,{START},{shape},999,pending,"
    return {"orders": [*_orders(orders, shape, more, ",status,refunded_amount"), never]}


def refund_file(orders: list[Order], shape: str, beyond: int = 0) -> Files:
    back = [
        f"{shape}-{o.number},{o.taken},{o.returned + beyond * (o.returned == o.amount)}" for o in orders if o.returned
    ]
    return {"orders": _orders(orders, shape)} | ({"returns": [BACK, *back]} if back else {})


def beyond_the_order(orders: list[Order], shape: str) -> Files:
    """A refund of more than its order was worth, as where postage is paid back too."""
    return refund_file(orders, shape, beyond=7)


def refund_file_first(orders: list[Order], shape: str) -> Files:
    return dict(reversed(refund_file(orders, shape).items()))


def told_twice(orders: list[Order], shape: str) -> Files:
    """A status or a column beside a refund file that tells the same."""
    return refund_file(orders, shape) | statuses(orders, shape)


def negative_rows_and_refund_file(orders: list[Order], shape: str) -> Files:
    return refund_file(orders, shape) | negative_rows(orders, shape)


def lines(orders: list[Order], shape: str, number: bool = True) -> Files:
    rows = ["InvoiceNo,StockCode,Quantity,InvoiceDate,UnitPrice,CustomerID,channel"]
    for o in orders:
        line = f"item{o.number},{{quantity}},{{at}},1,{shape}-{o.buyer},{shape}"
        rows.append(f"{shape}-{o.number}," + line.format(quantity=o.amount, at=o.placed))
        if o.returned:
            rows.append(f"{shape}-{o.number}," + line.format(quantity=-o.returned, at=o.taken))
    return {"order_lines": rows if number else [row.split(",", 1)[1] for row in rows]}


def lines_without_numbers(orders: list[Order], shape: str) -> Files:
    """What a person bought on a day is one order; what came back finds the purchase of its item."""
    return lines(orders, shape, number=False)


def _with_refunds(told: Files, orders: list[Order], shape: str) -> Files:
    """The same returns told by a refund file too, which knows its customers."""
    back = [f"{shape}-{o.number},{shape}-{o.buyer},{o.taken},{o.returned}" for o in orders if o.returned]
    return told | ({"returns": ["order_id,customer_id,refunded_at,refund_amount", *back]} if back else {})


def lines_and_refund_file(orders: list[Order], shape: str) -> Files:
    return _with_refunds(lines(orders, shape), orders, shape)


def lines_without_numbers_and_refund_file(orders: list[Order], shape: str) -> Files:
    return _with_refunds(lines_without_numbers(orders, shape), orders, shape)


def unnamed_rows(orders: list[Order], shape: str) -> Files:
    """Whole returns under numbers of their own, as tills write them; a part of an order keeps its order's number."""
    back = [
        f"{shape}-{'r' if o.returned == o.amount else ''}{o.number},{shape}-{o.buyer},{o.taken},{shape},-{o.returned}"
        for o in orders
        if o.returned
    ]
    return {"orders": [*_orders(orders, shape), *back]}


def currencies(orders: list[Order], shape: str) -> Files:
    """Every other order in a currency of half the worth."""
    rows = []
    for place, o in enumerate(orders):
        times, code = (2, "USD") if place % 2 else (1, "EUR")
        start = f"{shape}-{o.number},{shape}-{o.buyer},{o.placed},{shape}"
        rows.append(f"{start},{times * o.amount},{code},{times * o.returned}")
    return {"orders": [f"{ORDERS},currency,refunded_amount", *rows]}


SHAPES = (
    negative_rows, refund_column, statuses, refund_file, beyond_the_order, refund_file_first, told_twice,
    negative_rows_and_refund_file, lines, lines_without_numbers, lines_and_refund_file,
    lines_without_numbers_and_refund_file, unnamed_rows, currencies,
)  # fmt: skip
NUMBERLESS = (lines_without_numbers, lines_without_numbers_and_refund_file)
"""Of these nobody knows which of a person's orders a partial return was of: only their sums are known."""
NAMES = {f"s{place:02}": shape for place, shape in enumerate(SHAPES)}


def loaded(orders: list[Order], folder: Path) -> coterie.Workspace:
    """A workspace that was told the truth in every shape."""
    set_up = coterie.WorkspaceSettings(name="shop", currency="EUR", rates={"USD": 0.5})
    ws = coterie.open(coterie.init(folder / "shop", set_up), clock=lambda: NOW)
    for code, shape in NAMES.items():
        for kind, rows in shape(orders, code).items():
            file = folder / f"{code}_{kind}.csv"
            file.write_text("\n".join(rows), "utf-8")
            result = ws.load(file, kind=kind)
            assert result.refused == 0, (shape.__name__, result.reasons)
    ws.refresh(as_of=NOW)
    return ws


def by_shape(ws: coterie.Workspace, sql: str) -> dict[str, list[dict[str, object]]]:
    """Name of the shape → rows about its people, each by the name that it has in every shape."""
    rows = ws.query(
        f"SELECT split_part(i.value, '-', 1) AS shape, split_part(i.value, '-', 2) AS who, f.* EXCLUDE (profile_id) FROM ({sql}) AS f"
        " JOIN (SELECT DISTINCT profile_id, value FROM identifiers) AS i USING (profile_id) ORDER BY ALL"
    ).rows()
    groups = groupby(rows, key=lambda row: row["shape"])
    return {
        NAMES[str(code)].__name__: [{k: v for k, v in row.items() if k != "shape"} for row in of] for code, of in groups
    }


def agree(found: dict[str, object], but_for: tuple[Callable[..., Files], ...] = ()) -> None:
    """Fail by the name of the shape that says something else than the first does."""
    first = found["negative_rows"]
    asked = {shape.__name__ for shape in SHAPES if shape not in but_for}
    assert not {name: said for name, said in found.items() if name in asked and said != first}, first
    assert asked <= set(found)


def arms(ws: coterie.Workspace) -> dict[str, tuple[object, ...]]:
    """What a readout says of each shape, were it an arm."""
    engine = ws._stand.engine
    exposures = engine.query(
        """SELECT profile_id, split_part(any_value(value), '-', 1) AS arm, $at AS exposed_at FROM identifiers
        GROUP BY profile_id""",
        {"at": HALF},
    )
    facts = CampaignFacts(campaign="c", within=timedelta(days=60), control="s00", before=timedelta(days=100))
    assert isinstance(exposures, pa.Table)
    read = read_out(engine, exposures=exposures, facts=facts, as_of=NOW)
    return {
        NAMES[arm.arm].__name__: (arm.exposed, arm.conversions, arm.revenue, arm.revenue_per_profile)
        for arm in read.arms
    }


@settings(max_examples=2, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(orders=truths())
def test_the_same_truth_says_the_same_in_every_shape_of_file(orders: list[Order]) -> None:
    if not orders:
        return
    with TemporaryDirectory() as folder, loaded(orders, Path(folder)) as ws:
        expected = {b: sum(o.amount - o.returned for o in orders if o.buyer == b) for b in {o.buyer for o in orders}}
        traits = by_shape(ws, f"SELECT profile_id, {TRAITS} FROM traits")
        # The order that was never paid makes a customer of A where nothing else does.
        known = {name: [row for row in rows if row["who"] in expected] for name, rows in traits.items()}
        agree(dict(known), NUMBERLESS)
        for name, rows in known.items():
            assert {row["who"]: row["revenue"] for row in rows} == expected, name
        for kept in ("rfm_cell", "lifecycle"):
            sql = (
                f"SELECT profile_id, segment FROM assignments WHERE segmentation = '{kept}' AND segment <> 'no_orders'"
            )
            agree(dict(by_shape(ws, sql)), NUMBERLESS)
        rich, since = sum(worth >= 100 for worth in expected.values()), NOW - timedelta(days=150)
        assert ws.segments.preview({"trait": "revenue", ">=": 100}).size == rich * len(SHAPES)
        late = {o.buyer for o in orders if o.returned < o.amount and START + timedelta(days=o.day) >= since}
        asked = {"all": [{"did": "Order Completed", "within": "150d"}, *map(_elsewhere, NUMBERLESS)]}
        assert ws.segments.preview(asked).size == len(late) * (len(SHAPES) - len(NUMBERLESS))
        told = ws.kpis.show(*KPIS, by=["channel"], since="2026-01-01").rows()
        figures = {
            shape.__name__: {r["kpi"]: r["value"] for r in told if r["channel"] == code}
            for code, shape in NAMES.items()
        }
        agree(dict(figures), NUMBERLESS)
        agree({name: [said[kpi] for kpi in SUMS] for name, said in figures.items()})
        standing = sum(expected.values())
        assert figures["negative_rows"]["revenue"] == standing
        agree(dict(arms(ws)), NUMBERLESS)
        report = ws.report(Path(folder) / "report.html").read_text("utf-8")
        assert money(standing * len(SHAPES), "EUR") in report


def _elsewhere(shape: Callable[..., Files]) -> dict[str, object]:
    """Nobody of this shape."""
    code = next(code for code, each in NAMES.items() if each is shape)
    return {"not": {"trait": {"favorite": "channel", "event": "Order Completed"}, "=": code}}
