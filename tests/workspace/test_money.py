"""What orders are worth, end to end: files in, the same figure in every room out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

import coterie
from coterie.errors import BadFile, UnknownName
from tests.laws import by_day

CASES = Path(__file__).parent / "money"
NOW = datetime(2026, 10, 20, 12)
Loaded = Callable[..., coterie.Workspace]


@pytest.fixture
def loaded(tmp_path: Path) -> Iterator[Loaded]:
    """A refreshed workspace with the given files or texts of orders."""
    opened: list[coterie.Workspace] = []

    def load(*files: Path | str, kind: str | None = None, currency: str = "EUR") -> coterie.Workspace:
        ws = coterie.open(
            coterie.init(tmp_path / f"shop{len(opened)}", coterie.WorkspaceSettings(name="shop", currency=currency)),
            clock=lambda: NOW,
        )
        opened.append(ws)
        for place, file in enumerate(files):
            if isinstance(file, Path):
                ws.load(file, kind=kind)
                continue
            (tmp_path / f"file{place}.csv").write_text(file, "utf-8")
            ws.load(tmp_path / f"file{place}.csv", kind=kind)
        ws.refresh(as_of=NOW)
        return ws

    yield load
    for ws in opened:
        ws.close()


def worth(ws: coterie.Workspace, columns: str = "revenue") -> dict[str, object]:
    """Customer or address → what the traits say."""
    rows = ws.query(
        f"SELECT value, {columns} FROM traits JOIN identifiers USING (profile_id) "
        "WHERE namespace IN ('customer_id', 'email') ORDER BY value"
    ).rows()
    names = columns.split(", ")
    return {row["value"]: row[names[0]] if len(names) == 1 else tuple(row[n] for n in names) for row in rows}


@pytest.mark.parametrize("file", by_day(["returns.csv", "lines.csv"], "returns.csv"))
def test_a_return_leaves_nothing_of_its_order_in_every_room(loaded: Loaded, file: str) -> None:
    ws = loaded(CASES / file)
    assert worth(ws) == {"A": 0, "B": 100, "C": 150}
    assert worth(ws, "orders, gross_revenue") == {"A": (0, 100), "B": (1, 100), "C": (1, 200)}
    assert ws.segments.preview({"trait": "revenue", ">=": 150}).size == 1
    kpis = {row["kpi"]: row["value"] for row in ws.kpis.show("revenue", "gross_revenue", "orders").rows()}
    assert kpis == {"revenue": 250, "gross_revenue": 400, "orders": 2}
    grid = ws.segmentations.rfm()
    assert sum(part["revenue"] for part in grid.parts) == 250


HEAD = "order_id,customer_id,occurred_at,total,status,refunded\n"


def test_lines_stand_no_longer_than_their_order(loaded: Loaded, tmp_path: Path) -> None:
    ws = loaded(HEAD + "1,A,2026-09-01,50,paid,\n2,A,2026-09-02,30,cancelled,\n3,B,2026-09-03,80,pending,\n4,B,2026-09-04,70,paid,20\n"
                "5,B,2026-09-05,60,paid,\n", kind="orders")  # fmt: skip
    lines = "order_id,product_id,quantity,unit_price,customer_id,occurred_at\n" + "".join(
        f"{order},P{order},1,{price},{who},2026-09-0{order}\n"
        for order, who, price in [(1, "A", 50), (2, "A", 30), (3, "B", 80), (4, "B", 70), (5, "B", 60)]
    )
    for kind, text in {
        "order_lines": lines,
        "returns": "order_id,refunded_at,refund_amount\n5,2026-09-20,60\n",
    }.items():
        (tmp_path / f"{kind}.csv").write_text(text, "utf-8")
        ws.load(tmp_path / f"{kind}.csv", kind=kind)
    ws.refresh(as_of=NOW)
    assert worth(ws, "orders, products_bought") == {"A": (1, 1), "B": (1, 1)}
    ws.refresh(as_of=datetime(2026, 9, 20))  # a return at the as-of does not count yet
    assert worth(ws, "orders, products_bought") == {"A": (1, 1), "B": (2, 2)}


def test_what_was_loaded_since_the_refresh_is_taken_off_before_anything_is_told(loaded: Loaded, tmp_path: Path) -> None:
    ws = loaded(HEAD + "1,A,2026-09-01,50,paid,\n2,B,2026-09-02,30,paid,\n", kind="orders")
    (tmp_path / "returns.csv").write_text("order_id,refunded_at,refund_amount\n1,2026-09-20,50\n", "utf-8")
    ws.load(tmp_path / "returns.csv", kind="returns")
    kpis = {r["kpi"]: r["value"] for r in ws.kpis.show("revenue", "gross_revenue", "orders", "refunded_share").rows()}
    assert kpis == {"revenue": 30, "gross_revenue": 80, "orders": 1, "refunded_share": pytest.approx(50 / 80)}


def test_a_refund_told_by_the_order_and_by_a_file_counts_once(loaded: Loaded, tmp_path: Path) -> None:
    ws = loaded(HEAD + "1,A,2026-09-01,50,refunded,\n2,B,2026-09-02,100,paid,30\n3,C,2026-09-03,100,paid,30\n"
                "4,D,2026-09-04,50,paid,\n", kind="orders")  # fmt: skip
    back = "order_id,refunded_at,refund_amount\n1,2026-09-10,50\n2,2026-09-11,30\n3,2026-09-12,20\n3,2026-09-13,25\n"
    (tmp_path / "returns.csv").write_text(back, "utf-8")
    ws.load(tmp_path / "returns.csv", kind="returns")
    ws.refresh(as_of=NOW)
    assert worth(ws, "revenue, gross_revenue") == {"A": (0, 50), "B": (70, 100), "C": (55, 100), "D": (50, 50)}
    kpis = {r["kpi"]: r["value"] for r in ws.kpis.show("revenue", "refunded_share").rows()}
    assert kpis == {"revenue": 175, "refunded_share": pytest.approx(125 / 300)}


TAKEN_BACK = [
    pytest.param(
        "1,A,2026-09-01,50,paid,\n2,A,2026-09-02,30,refunded,\n3,B,2026-09-03,80,partially_refunded,20\n", id="refunded"
    ),
    pytest.param("1,A,2026-09-01,50,paid,\n2,A,2026-09-02,30,paid,30\n3,B,2026-09-03,80,paid,20\n", id="by-a-column"),
]


@pytest.mark.parametrize("rows", by_day(TAKEN_BACK, "refunded"))
def test_gross_is_what_stands_and_what_was_taken_back_in_every_room(loaded: Loaded, rows: str) -> None:
    ws = loaded(HEAD + rows + "4,B,2026-09-04,999,pending,\n", kind="orders")
    assert worth(ws, "revenue, gross_revenue, orders") == {"A": (50, 80, 1), "B": (60, 80, 1)}
    kpis = {r["kpi"]: r["value"] for r in ws.kpis.show("revenue", "gross_revenue", "refunded_share").rows()}
    assert kpis == {"revenue": 110, "gross_revenue": 160, "refunded_share": pytest.approx(50 / 160)}


NEVER = "order_id,customer_id,occurred_at,total,status,refunded,cancelled_at\n"


@pytest.mark.parametrize(
    ("rows", "refunds"),
    by_day(
        [
            pytest.param("2,A,2026-09-02,30,cancelled,,\n", "", id="by-its-word"),
            pytest.param("2,A,2026-09-02,30,paid,,2026-09-04\n", "", id="paid-and-cancelled-later"),
            pytest.param("2,A,2026-09-02,30,refunded,30,2026-09-04\n", "", id="paid-cancelled-and-refunded"),
            pytest.param("2,A,2026-09-02,30,cancelled,30,\n", "2,2026-09-05,30\n", id="refunded-in-a-file-too"),
            pytest.param("2,A,2026-09-02,30,cancelled,,\n", "2,2026-09-05,20\n", id="a-part-refunded-in-a-file"),
        ],
        "a-part-refunded-in-a-file",
    ),
)
def test_a_cancelled_order_never_stood_in_any_room(loaded: Loaded, rows: str, refunds: str) -> None:
    rest = "1,A,2026-09-01,50,paid,,\n3,B,2026-09-03,80,paid,20,\n"
    back = ["order_id,refunded_at,refund_amount\n" + refunds] if refunds else []
    ws = loaded(NEVER + rest + rows, *back)
    assert worth(ws, "revenue, gross_revenue, orders, refunds") == {
        "A": (50, 50, 1, 1),
        "B": (60, 80, 1, 1),
    }
    kpis = {r["kpi"]: r["value"] for r in ws.kpis.show("revenue", "gross_revenue", "orders", "refunded_share").rows()}
    assert kpis == {"revenue": 110, "gross_revenue": 130, "orders": 2, "refunded_share": pytest.approx(20 / 130)}
    told = ws.segments.preview({"did": "Order Placed", "where": {"gross_revenue": {"=": 30}}})
    assert (told.size, ws.segments.preview({"did": "Order Placed"}).size) == (0, 2)


def test_a_cancelled_line_is_no_part_of_what_was_sold(loaded: Loaded) -> None:
    ws = loaded(
        "order_id,product_id,quantity,unit_price,customer_id,occurred_at,status\n"
        "1,tea,1,50,A,2026-09-01 10:00,paid\n1,cup,1,30,A,2026-09-01 10:00,cancelled\n"
        "2,tea,1,50,B,2026-09-02 10:00,returned\n2,cup,1,30,B,2026-09-02 10:00,cancelled\n3,cup,1,9,B,2026-09-02 10:00,cancelled\n",
        kind="order_lines",
    )
    assert worth(ws, "revenue, gross_revenue, orders") == {"A": (50, 50, 1), "B": (0, 50, 0)}
    kpis = {r["kpi"]: r["value"] for r in ws.kpis.show("revenue", "gross_revenue", "refunded_share").rows()}
    assert kpis == {"revenue": 50, "gross_revenue": 100, "refunded_share": 0.5}


def test_statuses_and_a_refund_column_say_what_stands(loaded: Loaded) -> None:
    ws = loaded(CASES / "woo.csv")
    assert {n: v for n, v in worth(ws).items() if "@" in n} == {
        "rosa@diaz-post.es": 100, "luis@gil-post.es": 0, "eva@sanz-post.es": 60, "noa@paz-post.es": 0,
    }  # fmt: skip
    standing = ws.query("SELECT order_id, revenue FROM orders WHERE status = 'completed' ORDER BY order_id").rows()
    assert [(row["order_id"], float(row["revenue"])) for row in standing] == [
        ("9001", 45), ("9002", 55), ("9008", 45), ("9009", 15),
    ]  # fmt: skip


def test_what_does_not_stand_is_told_by_status(loaded: Loaded, tmp_path: Path) -> None:
    ws = loaded()
    result = ws.load(CASES / "woo.csv")
    assert result.statuses == {"unpaid": 5, "cancelled": 1, "returned": 1, "partly_returned": 1}
    assert [str(each) for each in result.notes] == [
        "By their status these do not count, or not whole: unpaid 5, cancelled 1, partly returned 1, returned 1."
    ]
    ws.refresh(as_of=NOW)
    findings = [row["finding"] for row in ws.quality().rows()]
    assert any("5 orders or lines were never paid" in finding for finding in findings)
    page = ws.report(tmp_path / "report.html").read_text("utf-8")
    assert "By their status some orders do not count: unpaid 5, cancelled 1, returned 1." in page


@pytest.mark.parametrize(
    ("word", "stands"),
    by_day([
        *[pytest.param(word, 1, id=word) for word in ("paid", "Shipped", "wc-processing", "bezahlt", "交易成功")],
        *[pytest.param(word, 0, id=word) for word in ("Pending payment", "draft", "On hold", "failed", "VOIDED", "待付款")],
        pytest.param("Rejected by finance", 0, id="like-cancelled"),
        pytest.param("zzz-17", 0, id="a-word-nobody-knows"),
    ], "交易成功", "like-cancelled"),
)  # fmt: skip
def test_only_an_order_that_its_status_lets_stand_counts(loaded: Loaded, word: str, stands: int) -> None:
    ws = loaded(
        f"order_id,customer_id,occurred_at,total,status\n1,A,2026-09-01 10:00,30,{word}\n2,B,2026-09-02 10:00,20,paid\n"
    )
    assert worth(ws, "orders, revenue") == {"A": (stands, 30 * stands), "B": (1, 20)}


def test_a_refund_without_an_amount_leaves_an_order_whose_worth_is_not_known(loaded: Loaded) -> None:
    ws = loaded(
        "order_id,customer_id,occurred_at,total,status\n"
        "1,A,2026-09-01 10:00,30,partially_refunded\n2,B,2026-09-02 10:00,20,paid\n3,C,2026-09-02 10:00,50,refunded\n"
    )
    assert worth(ws, "orders, revenue") == {"A": (1, 0), "B": (1, 20), "C": (0, 0)}
    assert any("is not known" in row["finding"] for row in ws.quality().rows())
    assert worth(ws, "gross_revenue")["C"] == 50


def test_everything_refunded_is_a_rate_of_one(loaded: Loaded) -> None:
    rate = loaded(CASES / "all_refunded.csv").kpis.show("refund_rate").rows()[0]
    assert rate["value"] == 1


def test_a_return_counts_from_its_own_instant(loaded: Loaded) -> None:
    ws = loaded(CASES / "returns.csv")
    ws.refresh(as_of=datetime(2026, 9, 5, 10))
    assert worth(ws) == {"A": 100, "B": 100, "C": 200}
    ws.refresh(as_of=datetime(2026, 9, 5, 10, 0, 1))
    assert worth(ws) == {"A": 0, "B": 100, "C": 200}


def test_a_file_of_refunds_needs_no_buyer(loaded: Loaded) -> None:
    ws = loaded(
        "order_id,customer_id,occurred_at,total\n1,A,2026-09-01 10:00,30\n2,A,2026-09-02 10:00,20\n",
        "order_id,refunded_at,refund_amount\n1,2026-09-05 09:00,12\n",
    )
    assert worth(ws, "orders, revenue, refunds, largest_order") == {"A": (2, 38, 1, 20)}


def test_more_taken_back_than_was_sold_is_taken_off_nothing(loaded: Loaded) -> None:
    ws = loaded("order_id,customer_id,occurred_at,revenue\n1,A,2026-09-01 10:00,30\n2,A,2026-09-02 10:00,-50\n")
    assert worth(ws, "orders, revenue") == {"A": (0, 0)}


def test_a_return_without_an_order_is_taken_off_the_base_and_off_nobody(loaded: Loaded, tmp_path: Path) -> None:
    ws = loaded(
        "order_id,customer_id,occurred_at,revenue\n1,A,2026-08-01 10:00,30\n2,A,2026-09-02 10:00,-50\n"
        "3,,2026-09-03 10:00,40\n4,,2026-09-05 10:00,-15\n5,B,2026-10-01 10:00,60\n"
    )
    assert worth(ws, "revenue, orders") == {"A": (0, 0), "B": (60, 1)}
    names = ("revenue", "gross_revenue", "orders", "average_order_value", "refunded_share", "revenue_per_buyer")
    kpis = {row["kpi"]: row["value"] for row in ws.kpis.show(*names, since=datetime(2026, 8, 1)).rows()}
    assert kpis == {
        "revenue": 65, "gross_revenue": 130, "orders": 2, "average_order_value": 32.5, "refunded_share": 0.5, "revenue_per_buyer": 60,
    }  # fmt: skip
    by_month = ws.kpis.show("revenue", by=["period"], since=datetime(2026, 8, 1)).rows()
    assert [row["value"] for row in by_month] == [5, 60]  # a return of no order counts in its own month
    (finding,) = (row["finding"] for row in ws.quality().rows() if row["measure"] == "returns_of_known_orders")
    assert finding.startswith(
        "2 of 2 returns name nobody, or no order of theirs is known that they could be of: worth 35.00"
    )
    page = ws.report(tmp_path / "report.html").read_text("utf-8")
    assert "Returns worth €35 name nobody, or no order of theirs is known" in page
    assert "1 order (38% of net revenue) names no customer" in page
    assert "€65" in page


def test_a_refund_of_an_order_that_a_status_undid_is_taken_off_no_other_order(loaded: Loaded) -> None:
    ws = loaded(
        HEAD + "1,A,2026-09-01,50,cancelled,\n2,A,2026-09-02,30,paid,\n",
        "order_id,refunded_at,refund_amount\n1,2026-09-05 09:00,50\n",
    )
    assert worth(ws, "revenue, orders") == {"A": (30, 1)}
    assert ws.kpis.show("revenue").rows()[0]["value"] == 30


@pytest.mark.slow  # by day, `test_what_was_loaded_since…` asks for figures, and tests of reading see that a report writes nothing
def test_a_report_is_of_one_instant_whatever_was_loaded_since(loaded: Loaded, tmp_path: Path) -> None:
    ws = loaded(HEAD + "".join(f"{n},{n % 3},2026-09-{n:02},{10 * n},paid,\n" for n in range(1, 13)), kind="orders")
    (tmp_path / "rich.yaml").write_text("segments:\n- name: rich\n  rule: {trait: revenue, '>=': 200}\n", "utf-8")
    ws.apply(tmp_path / "rich.yaml")
    ws.refresh(as_of=NOW)
    assert "€780" in ws.report(tmp_path / "report.html").read_text("utf-8")
    (tmp_path / "returns.csv").write_text(
        "order_id,refunded_at,refund_amount\n12,2026-09-20,120\n9,2026-11-01,90\n", "utf-8"
    )
    before = ws.query("SELECT * FROM membership_changes").rows()
    ws.load(tmp_path / "returns.csv", kind="returns")
    told = ws.report(tmp_path / "report.html").read_text("utf-8")
    assert ws.query("SELECT * FROM membership_changes").rows() == before
    ws.refresh(as_of=NOW)
    assert _figures(ws.report(tmp_path / "report.html").read_text("utf-8")) == _figures(told)
    assert "€660" in told  # what came back after the as-of does not count


def _figures(page: str) -> list[str]:
    """Every number that a report prints outside its pictures."""
    text = re.sub(r"<svg.*?</svg>|<img[^>]*>|<style.*?</style>|<script.*?</script>|<[^>]+>", " ", page, flags=re.DOTALL)
    return re.findall(r"[\d.,:%€]+", text)


def test_currencies_are_never_one_sum_without_a_rate(loaded: Loaded, tmp_path: Path) -> None:
    ws = loaded(CASES / "currencies.csv")
    assert "revenue" not in ws.query("SELECT * FROM traits LIMIT 1").rows()[0]
    with pytest.raises(UnknownName, match=r"no rate is known for GBP, JPY"):
        ws.segments.preview({"trait": "revenue", ">=": 1})
    (told,) = ws.kpis.show("revenue").rows()
    assert told["value"] is None
    assert told["reason"] == "there is no rate for GBP, JPY"
    page = ws.report(tmp_path / "report.html").read_text("utf-8")
    assert "no rate is known for GBP, JPY" in page
    assert "5,197" not in page
    assert worth(ws, "orders") == {"A": 2, "B": 1, "C": 2}


def test_rates_make_one_currency_of_several(loaded: Loaded, tmp_path: Path) -> None:
    ws = loaded(CASES / "currencies.csv")
    rates = tmp_path / "rates.csv"
    rates.write_text("date,currency,rate\n2026-09-01,GBP,1.15\n2026-09-06,GBP,9\n2026-09-04,JPY,0.006\n", "utf-8")
    assert ws.rates.load(rates) == 3
    ws.refresh(as_of=NOW)
    assert worth(ws) == {"A": pytest.approx(41.90 + 36 * 1.15), "B": pytest.approx(30), "C": 120}
    assert [row["currency"] for row in ws.query("SELECT currency FROM orders ORDER BY order_id").rows()] == [
        "EUR", "GBP", "JPY", "EUR", "EUR",
    ]  # fmt: skip


def test_rates_may_be_set_by_hand(loaded: Loaded, tmp_path: Path) -> None:
    folder = coterie.init(
        tmp_path / "set", coterie.WorkspaceSettings(name="set", currency="EUR", rates={"GBP": 1.2, "JPY": 0.01})
    )
    with coterie.open(folder, clock=lambda: NOW) as ws:
        ws.load(CASES / "currencies.csv")
        ws.refresh(as_of=NOW)
        assert worth(ws) == {"A": pytest.approx(41.90 + 43.2), "B": pytest.approx(50), "C": 120}


@pytest.mark.parametrize(
    "row",
    by_day(
        ["2026-09-01,GBP,-1", "2026-09-01,GBP,nan", "soon,GBP,1", "2026-09-01,gold,1", "2026-09-01,GBP,"],
        "soon,GBP,1",
    ),
)
def test_a_rate_that_is_none_is_refused_with_all_its_file(loaded: Loaded, tmp_path: Path, row: str) -> None:
    rates = tmp_path / "rates.csv"
    rates.write_text(f"date,currency,rate\n2026-09-01,JPY,1\n{row}\n", "utf-8")
    ws = loaded()
    with pytest.raises(BadFile, match="line 3"):
        ws.rates.load(rates)
    assert ws.rates.list().rows() == []


@pytest.mark.parametrize(
    ("header", "price", "revenue"),
    by_day(
        [
            pytest.param("customer,date,item,price", ",4.50", {"A": 13.5, "B": 9}, id="with-a-price"),
            pytest.param("Member_number,Date,itemDescription", "", None, id="without-a-price"),
        ],
        "with-a-price",
    ),
)
def test_lines_without_an_order_number_are_orders_by_customer_and_day(
    loaded: Loaded, tmp_path: Path, header: str, price: str, revenue: dict[str, float] | None
) -> None:
    bought = [("A", "2026-09-21"), ("A", "2026-09-21"), ("A", "2026-09-22"), ("B", "2026-09-22"), ("B", "2026-09-22")]
    file = tmp_path / "receipts.csv"
    lines = [
        f"{who},{day},{item}{price}"
        for (who, day), item in zip(bought, ["milk", "tea", "milk", "milk", "bread"], strict=True)
    ]
    file.write_text("\n".join([header, *lines]) + "\n", "utf-8")
    ws = loaded()
    assert any("what one customer bought on one day" in note for note in ws.propose(file).notes)
    loaded_lines = ws.load(file)
    assert (loaded_lines.kind, loaded_lines.refused) == ("order_lines", 0)
    ws.refresh(as_of=NOW)
    assert worth(ws, "orders") == {"A": 2, "B": 1}
    if revenue:
        assert worth(ws) == revenue


def test_notes_on_stock_are_no_orders_and_no_returns(loaded: Loaded) -> None:
    ws = loaded(
        "InvoiceNo,StockCode,Quantity,InvoiceDate,UnitPrice,CustomerID\n"
        "1,tea,2,2026-09-01 10:00,5,A\n2,tea,1,2026-09-02 10:00,5,\nC3,tea,-1,2026-09-03 10:00,5,A\n"
        "4,tea,-40,2026-09-04 10:00,0,\n5,cup,60,2026-09-05 10:00,0,\n6,cup,1,2026-09-06 10:00,0,A\n",
        kind="order_lines",
    )
    figures = {row["kpi"]: row["value"] for row in ws.kpis.show(since="2026-09-01").rows()}
    assert (figures["orders"], figures["revenue"], figures["refund_rate"]) == (3, 10, 1 / 3)
    assert figures["average_order_value"] == pytest.approx(10 / 3)


def test_a_refund_of_more_than_its_order_takes_back_its_order_and_no_more(loaded: Loaded) -> None:
    ws = loaded(
        "order_id,customer_id,occurred_at,total\n1,A,2026-09-01,100\n2,A,2026-09-02,50\n",
        "order_id,refunded_at,refund_amount\n1,2026-09-03,130\n",
    )
    figures = {row["kpi"]: row["value"] for row in ws.kpis.show(since="2026-09-01").rows()}
    assert (figures["revenue"], figures["gross_revenue"]) == (50, 150)
    assert figures["refunded_share"] == pytest.approx(100 / 150)


def test_who_took_everything_back_is_not_said_to_have_never_ordered(loaded: Loaded) -> None:
    parts = {part["segment"]: str(part["meaning"]) for part in loaded(CASES / "returns.csv").segmentations.rfm().parts}
    assert parts["no_orders"] == "Known, but without an order that stands."
