"""Shapes of files that nobody planned: how amounts, words and columns of other places are read."""

from __future__ import annotations

from pathlib import Path

import pytest

from coterie.collect import propose
from coterie.errors import BadFile
from coterie.settings import WorkspaceSettings
from coterie.workspace import init_workspace, open_workspace

AMOUNTS = {
    "swiss": ("CHF 1’{n:03d}.50", "CHF", 1000.5),
    "swiss-upright": ("1'{n:03d}.50 CHF", "CHF", 1000.5),
    "swiss-short": ("Fr. {n}.50", "CHF", 0.5),
    "japanese": ("{n},500円", "JPY", 500),
    "danish": ("kr. 1.{n:03d},50", "DKK", 1000.5),
    "turkish": ("₺1.{n:03d},50", "TRY", 1000.5),
    "indian": ("Rs. 1,02,{n:03d}.50", "INR", 102000.5),
    "french": ("1\u202f{n:03d},50 €", "EUR", 1000.5),
}
"""How the amount of order ``n`` is written, in which currency, and what it is beside its number of the right size."""


@pytest.mark.parametrize("name", AMOUNTS)
def test_amounts_are_read_as_they_are_written_there(tmp_path: Path, name: str) -> None:
    shape, currency, rest = AMOUNTS[name]
    orders = range(1, 13)
    file = tmp_path / "orders.csv"
    lines = [f"{n};c{n % 3}@post.example;2026-10-{n:02d};{shape.format(n=n)}" for n in orders]
    file.write_text("\n".join(["order_id;email;order_date;total", *lines]) + "\n", "utf-8")
    init_workspace(tmp_path / "ws", WorkspaceSettings(currency=currency))
    with open_workspace(tmp_path / "ws") as ws:
        assert ws.load(file).refused == 0
        found = ws.query("SELECT order_id, revenue::DOUBLE AS revenue, currency FROM orders").to_pandas()
    unit = 1000 if name == "japanese" else 1
    assert dict(zip(found["order_id"], found["revenue"], strict=True)) == {str(n): unit * n + rest for n in orders}
    assert set(found["currency"]) == {currency}


def test_gross_amounts_of_a_german_invoice_are_the_revenue(tmp_path: Path) -> None:
    file = tmp_path / "rechnungen.csv"
    lines = [f"{n};c{n % 3}@post.example;{n:02d}.10.2026;100,00;19,00;119,00" for n in range(1, 13)]
    file.write_text("\n".join(["Rechnungsnummer;E-Mail;Rechnungsdatum;Netto;MwSt;Brutto", *lines]) + "\n", "utf-8")
    found = propose(file, country="DE", currency="EUR")
    assert (found.mapping.kind, found.mapping.fields["revenue"].columns) == ("orders", ("Brutto",))


REFUNDED = (
    "Erstattet", "Rückerstattung", "Retourenbetrag", "Remboursé", "Montant du remboursement", "Reembolsado", "Importe devuelto", "Rimborsato",
    "Terugbetaald", "Återbetalt", "Zwrócono", "Сумма возврата", "iade tutarı", "返金額", "환불금액", "退款金额",
)  # fmt: skip


@pytest.mark.parametrize("column", REFUNDED)
def test_what_was_paid_back_is_known_in_other_languages(tmp_path: Path, column: str) -> None:
    file = tmp_path / "orders.csv"
    lines = [f"{n},c{n % 3}@post.example,2026-10-{n:02d},{n}0.00,{n if n % 3 == 0 else 0}.50" for n in range(1, 13)]
    file.write_text("\n".join([f"order_id,email,order_date,total,{column}", *lines]) + "\n", "utf-8")
    found = propose(file, country="DE", currency="EUR").mapping
    assert (found.kind, found.fields["refunded"].columns) == ("orders", (column,))


@pytest.mark.parametrize("price", ["price", "Unit Price", "Einzelpreis", "单价"])
def test_the_price_of_a_piece_times_how_many_is_what_was_paid(tmp_path: Path, price: str) -> None:
    file = tmp_path / "sales.csv"
    rows = "1,ann@post.example,2026-10-01,T,2,10.00\n2,ann@post.example,2026-10-05,T,-1,10.00\n3,bo@post.example,2026-10-07,S,4,2.50\n"
    file.write_text(f"order_id,email,date,sku,qty,{price}\n{rows}", "utf-8")
    init_workspace(tmp_path / "ws", WorkspaceSettings(currency="EUR"))
    with open_workspace(tmp_path / "ws") as ws:
        assert ws.load(file).kind == "order_lines"
        ws.refresh()
        rows = ws.query("SELECT sum(revenue)::DOUBLE AS revenue FROM orders").rows()
        assert rows[0]["revenue"] == 20


@pytest.mark.parametrize("column", ["Buyer Accepts Marketing", "Customer Newsletter", "client opt-in", "Customer VIP"])
def test_a_yes_or_a_no_numbers_nobody(tmp_path: Path, column: str) -> None:
    file = tmp_path / "orders.csv"
    rows = "".join(
        f"{n},c{n % 3}@post.example,2026-10-{n:02d},{n}.00,{'yes' if n % 3 else 'no'}\n" for n in range(1, 13)
    )
    file.write_text(f"Order ID,Email,Order Date,Total,{column}\n{rows}")
    found = propose(file, country="DE", currency="EUR")
    assert (found.mapping.kind, "customer_id" in found.mapping.fields) == ("orders", False)
    assert [each.mapping.kind for each in found.further] == ["consents"] * ("VIP" not in column)


@pytest.mark.parametrize(
    "header",
    ["Erstattung;Bestellnummer;Erstattet am;Betrag", "Remboursement;Numéro de commande;Remboursé le;Montant", "Reembolso;Número de pedido;Fecha de reembolso;Importe"],
)  # fmt: skip
def test_a_file_of_refunds_is_one_in_other_languages(tmp_path: Path, header: str) -> None:
    file = tmp_path / "export.csv"
    file.write_text(f"{header}\nR1;1;05.10.2026;20,00\nR2;2;15.10.2026;50,00\n", "utf-8")
    found = propose(file, country="DE", currency="EUR").mapping
    assert (found.kind, set(found.fields)) == ("returns", {"order_id", "occurred_at", "revenue"})


@pytest.mark.parametrize(
    ("columns", "kind"),
    [
        ("total_price,financial_status", "orders"),
        ("order_total,status", "orders"),
        ("total_spent,state", "customers"),
        ("total_spent,tags", "customers"),
    ],
)
def test_what_is_called_an_orders_is_no_customers(tmp_path: Path, columns: str, kind: str) -> None:
    file = tmp_path / "export.csv"
    rows = "".join(f"{n},c{n}@post.example,2026-10-{n:02d},{n}.50,paid\n" for n in range(1, 13))
    file.write_text(f"id,email,created_at,{columns}\n{rows}")
    assert propose(file, country="DE", currency="EUR").mapping.kind == kind


@pytest.mark.parametrize(
    "lines",
    ["ann@post.example\nBo <bo@post.example>\nmailto:cy@post.example", "Ann <ann@post.example>\nbo@post.example\ncy@post.example",
     "mailto:ann@post.example\nbo@post.example\ncy@post.example", "ann@post.example\nbo@post.example\ncy@post.example"],
)  # fmt: skip
def test_the_first_of_a_list_without_a_header_is_in_it(tmp_path: Path, lines: str) -> None:
    file = tmp_path / "stopliste.txt"
    file.write_text(lines + "\n")
    init_workspace(tmp_path / "ws", WorkspaceSettings(currency="EUR", country="DE"))
    with open_workspace(tmp_path / "ws") as ws:
        assert (loaded := ws.load(file)).kind == "consents"
        assert (loaded.accepted, loaded.refused) == (3, 0)


def test_a_second_shop_that_counts_from_one_takes_no_orders_place(tmp_path: Path) -> None:
    header = "order_id,email,date,total\n"
    (tmp_path / "shop_a.csv").write_text(f"{header}1,ann@post.example,2026-10-01,10\n2,bo@post.example,2026-10-02,20\n")
    (tmp_path / "shop_b.csv").write_text(f"{header}1,ann@post.example,2026-10-05,1\n2,cy@post.example,2026-10-06,2\n")
    init_workspace(tmp_path / "ws", WorkspaceSettings(currency="EUR", country="DE"))
    with open_workspace(tmp_path / "ws") as ws:
        ws.load(tmp_path / "shop_a.csv")
        with pytest.raises(BadFile, match="would take their place"):
            ws.load(tmp_path / "shop_b.csv")
