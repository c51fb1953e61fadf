"""An order stands or not by all that its row says of it: further statuses, flags and types of documents."""

from __future__ import annotations

from pathlib import Path

import pytest

from coterie.collect.proposals.status_words import meaning_of, stands
from coterie.settings import WorkspaceSettings
from coterie.workspace import Workspace, init_workspace, open_workspace

Rows = list[tuple[str, bool]]

FILES: dict[str, tuple[str, Rows]] = {
    "payment-then-order": (
        "payment_status,order_status",
        [("paid,completed", True), ("paid,cancelled", False), ("pending,processing", False), ("refunded,completed", False), ("paid,pending", True)],
    ),
    "order-then-payment": (
        "order_status,payment_status",
        [("completed,paid", True), ("cancelled,paid", False), ("processing,unpaid", False), ("completed,refunded", False), ("shipped,paid", True)],
    ),
    "fulfilment": (
        "status,fulfillment_status",
        [("paid,fulfilled", True), ("paid,cancelled", False), ("paid,returned", False), ("paid,pending", True)],
    ),
    "returns-in-chinese": (
        "订单状态,售后状态",
        [("交易成功,无售后", True), ("交易成功,退款成功", False), ("已发货,未发起售后", True), ("交易成功,退款关闭", True), ("交易关闭,无售后", False)],
    ),
    "no-return-asked-for": ("订单状态,退款状态", [("交易成功,没有申请退款", True), ("交易成功,退款成功", False), ("交易成功,退款关闭", True)]),
    "completed-and-voided": ("Completed,Voided", [("Yes,No", True), ("Yes,Yes", False), ("No,No", False)]),
    "paid-and-cancelled": ("paid,cancelled", [("yes,no", True), ("yes,yes", False), ("no,no", False)]),
    "paid-in-german": ("bezahlt", [("Ja", True), ("Nein", False), ("Ja", True)]),
    "reversed-in-german": ("storniert", [("Nein", True), ("Ja", False), ("Nein", True)]),
    "deleted": ("is_deleted", [("0", True), ("1", False), ("0", True)]),
    "cancelled-in-chinese": ("是否取消", [("否", True), ("是", False), ("否", True)]),
    "paid-in-chinese": ("是否付款", [("是", True), ("否", False), ("是", True)]),
    "voided-at": ("voided_at", [("", True), ("2026-01-06", False), ("", True)]),
    "refunded-at": ("refunded_at", [("", True), ("2026-01-06", False), ("", True)]),
    "refund-date": ("status,Refund Date", [("paid,", True), ("paid,2026-01-06", False), ("pending,", False)]),
    "refunded-at-in-chinese": ("退款时间", [("", True), ("2026-01-06 10:00", False), ("", True)]),
    "refund-asked-for": ("退款申请时间", [("", True), ("2026-01-06", True), ("", True)]),
    "refunded-at-and-how-much": ("refunded_at,refunded_amount", [(",0", True), ("2026-01-06,4", True), ("2026-01-06,10", False)]),
    "estimates": ("type", [("invoice", True), ("estimate", False), ("credit note", False), ("invoice", True)]),
    "quotations": ("type,status", [("invoice,paid", True), ("quotation,open", False), ("invoice,cancelled", False)]),
    "no-matter-of-standing": ("paid_by_card,gift,newsletter", [("no,yes,no", True), ("yes,no,no", True), ("no,no,yes", True)]),
}  # fmt: skip
"""Further columns of a file of orders, and what stands in them of an order that stands or does not."""


def _load(ws: Workspace, folder: Path, name: str, head: str, rows: Rows, first: int = 0) -> set[str]:
    lines = [f"{first + n},c{first + n}@x.example,2026-01-{n + 1:02d},10,{told}" for n, (told, _) in enumerate(rows)]
    file = folder / name
    file.write_text("\n".join([f"order_id,email,order_date,total,{head}", *lines]) + "\n", "utf-8")
    assert ws.load(file, source="orders" if first else None).refused == 0
    found = ws.query("SELECT order_id FROM orders WHERE status = 'completed'")
    return {number for number in found["order_id"] if int(number) >= first}


@pytest.fixture
def ws(tmp_path: Path) -> Workspace:
    init_workspace(tmp_path / "ws", WorkspaceSettings(currency="EUR", timezone="UTC"))
    return open_workspace(tmp_path / "ws")


@pytest.mark.parametrize("name", FILES)
def test_an_order_stands_where_nothing_in_its_row_undoes_it(tmp_path: Path, ws: Workspace, name: str) -> None:
    head, rows = FILES[name]
    with ws:
        assert _load(ws, tmp_path, "orders.csv", head, rows) == {
            str(n) for n, (_, is_right) in enumerate(rows) if is_right
        }


def test_a_flag_that_the_first_file_never_raised_counts_in_the_next(tmp_path: Path, ws: Workspace) -> None:
    with ws:
        assert len(_load(ws, tmp_path, "orders.csv", "paid,Voided", [("Yes,No", True), ("No,No", False)])) == 1
        later: Rows = [("Yes,Yes", False), ("Yes,No", True)]
        assert _load(ws, tmp_path, "later.csv", "paid,Voided", later, first=100) == {"101"}


def test_what_is_read_for_the_standing_is_kept_besides(tmp_path: Path, ws: Workspace) -> None:
    with ws:
        _load(ws, tmp_path, "orders.csv", *FILES["fulfilment"])
        kept = ws.query("SELECT fulfillment_status AS told FROM orders ORDER BY order_id")
    assert kept["told"] == ["fulfilled", "cancelled", "returned", "pending"]


WORDS = {
    "on backorder (not paid)": "unpaid", "on backorder (paid)": True, "incomplete payment": "unpaid", "to be paid": "unpaid",
    "payment not completed": "unpaid", "unshipped - unpaid": "unpaid", "paid, not shipped": True, "not delivered": None, "undeliverable": None,
    "delivery failed": "cancelled", "awaiting cash on delivery validation": None, "paid in full": True, "out for delivery by bike": True,
    "refund declined": True, "chargeback reversed": True, "canceled reversal": True, "return rejected": True, "cancel request denied": True,
    "cancelled, refunded": "returned", "refunded by staff": "returned", "part of it refunded": "partially refunded",
    "unshipped, refunded": "returned", "not shipped, cancelled": "cancelled", "未发货，退款成功": "returned", "无售后或售后取消": None,
    "已部分退款成功": "partially refunded", "cancelled (refund declined)": "cancelled", "shipped (not refunded)": True,
    "退款失败": True, "拒绝退款": True, "退款已撤销": True, "未签收": None, "发货失败": None, "未发货已付款": True, "没有申请退款": None,
    "noch nicht bezahlt": "unpaid", "versendet, nicht bezahlt": "unpaid", "komplett bezahlt": True, "wiedergutschrift": "returned",
    "storniert / abgelehnt": "cancelled", "erstattet (teilweise)": "partially refunded", "2. mahnung": "unpaid",
}  # fmt: skip
"""Status → True where the order stands, what it comes to where it does not, None where nobody knows."""


@pytest.mark.parametrize("word", WORDS)
def test_a_status_says_what_it_says_whole(word: str) -> None:
    right = WORDS[word]
    is_known = right in {True, None}
    assert (meaning_of(word), stands(word)) == (None if is_known else right, right is True)


@pytest.mark.parametrize(
    "name", ["New client", "New customer", "First time customer", "Nouveau client", "新客户", "Repeat customer"]
)
def test_whether_somebody_is_new_names_nobody(tmp_path: Path, ws: Workspace, name: str) -> None:
    rows = "".join(f"{n},R{n},{n % 2},c{n}@x.example,10.00,Paid,2026-01-0{n}\n" for n in range(1, 5))
    (tmp_path / "orders.csv").write_text(f"ID,Reference,{name},Email,Total,Status,Date\n{rows}", "utf-8")
    with ws:
        ws.load(tmp_path / "orders.csv")
        ws.refresh()
        assert ws.query("SELECT count(*) AS n FROM profiles")["n"] == [4]


@pytest.mark.parametrize(
    "name", ["Total incl. tax", "Total (incl. VAT)", "Total with tax", "Total TTC", "含税总额", "税込合計"]
)
def test_a_total_with_its_tax_is_the_worth_of_an_order(tmp_path: Path, ws: Workspace, name: str) -> None:
    rows = "1,a@x.example,2026-01-05,100.00,21.00,121.00\n2,b@x.example,2026-01-06,50.00,10.50,60.50\n"
    (tmp_path / "orders.csv").write_text(f"Order number,Email,Date,Net,Tax,{name}\n{rows}", "utf-8")
    with ws:
        ws.load(tmp_path / "orders.csv")
        assert sorted(map(float, ws.query("SELECT revenue FROM orders")["revenue"])) == [60.5, 121]
