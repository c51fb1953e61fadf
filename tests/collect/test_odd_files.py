"""Small files as people have them: nothing is lost, nothing silently wrong."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from coterie.collect import derive_orders, settle_orders
from coterie.engines import event_rows
from coterie.errors import BadFile
from coterie.settings import WorkspaceSettings
from coterie.workspace import Workspace, init_workspace, open_workspace

PLAIN = "order_id,customer_id,date,amount\n"


@pytest.fixture
def ws(tmp_path: Path) -> Workspace:
    init_workspace(tmp_path / "ws", WorkspaceSettings(currency="EUR", country="DE", timezone="UTC"))
    return open_workspace(tmp_path / "ws")


def _standing(ws: Workspace) -> tuple[int, Decimal]:
    engine = ws._stand.engine
    derive_orders(engine)
    settle_orders(engine, "EUR", {})
    rows = event_rows(engine, "Order Completed", "TIMESTAMP '2030-01-01'")
    found = engine.query(f"SELECT count(*) FILTER (revenue > 0) AS n, coalesce(sum(revenue), 0) AS s FROM {rows}")
    return found["n"][0].as_py(), found["s"][0].as_py()


@pytest.mark.parametrize(
    ("text", "rows", "refused", "stands", "revenue"),
    [
        pytest.param(PLAIN + "1,7,2026-01-02,10\n" + PLAIN + "2,8,2026-01-03,20\n", 3, {"not_a_date": 1}, 2, 30, id="put-together"),
        pytest.param("order_id,customer_id,date,amount\n2.01901E+17,7,2026-01-02,10\n2.01901E+17,8,2026-01-03,20\n2.01902E+17,9,2026-01-04,30\n", 3, {}, 3, 60, id="cut-short"),
        pytest.param("customer_id,date,amount\nc1,2026-01-02,10\nc2,2026-01-03,20\nc3,2026-01-04,30\n", 3, {}, 3, 60, id="each-once"),
        pytest.param("email,date,amount\na@x.example,2026-01-02,10\nb@x.example,2026-01-03,20\n", 2, {}, 2, 30, id="donations"),
        pytest.param("Bestellnr;Kundennr;Bestelldatum;Betrag\n1;0007;03.04.2026;1.234,50\n2;0008;13.04.2026;€ 20,00\n", 2, {}, 2, Decimal("1254.5"), id="german"),
        pytest.param('order_id,customer_id,date,amount\n"=""0012""",\'0007,2026-01-02,3k\n"=""0013""",\'0008,2026-01-03,20€\n', 2, {}, 2, 3020, id="spreadsheet-text"),
        pytest.param("订单编号,会员号,下单时间,实付金额\nA1,1,2026-01-02,1.2万\nA2,2,2026-01-03,2千\nA3,3,2026-01-03,1万5\n", 3, {"not_a_number": 1}, 2, 14000, id="ten-thousands"),
        pytest.param("N° commande;N° client;Date;Quantité;Prix unitaire\n1;7;2026-01-02;2;5,50\n2;8;2026-01-03;1;3,00\n", 2, {}, 2, 14, id="accents"),
    ],
)  # fmt: skip
def test_orders_come_whole(
    tmp_path: Path, ws: Workspace, text: str, rows: int, refused: dict[str, int], stands: int, revenue: object
) -> None:
    (tmp_path / "file.csv").write_text(text, "utf-8")
    result = ws.load(tmp_path / "file.csv")
    assert (result.rows, result.reasons) == (rows, refused)
    assert result.accepted + result.refused == result.rows
    assert _standing(ws) == (stands, revenue)


def test_a_header_that_comes_again_is_nobody(tmp_path: Path, ws: Workspace) -> None:
    (tmp_path / "people.csv").write_text("Email,Name\na@x.example,Ann\nb@x.example,Bo\nEmail,Name\nc@x.example,Cy\n")
    result = ws.load(tmp_path / "people.csv")
    assert (result.accepted, result.reasons) == (3, {"header": 1})


def test_customers_with_their_turnover_are_customers(tmp_path: Path, ws: Workspace) -> None:
    text = "Kundennummer;Vorname;E-Mail;Newsletter;Umsatz\n00012;Ann;ann@x.example;Ja;1.234,50\n00013;Bo;bo@x.example;Nein;0,00\n"
    (tmp_path / "kunden.csv").write_text(text)
    result = ws.load(tmp_path / "kunden.csv")
    assert [result.kind, *(each.kind for each in result.further)] == ["customers", "consents"]


@pytest.mark.parametrize(
    ("amounts", "codes"),
    [
        (["€100", "$50", "50kr", "20"], ["EUR", "USD", "SEK", "EUR"]),
        (["EUR 100", "50USD", "JPY 5,000", "A$5"], ["EUR", "USD", "JPY", "AUD"]),
        (["100 €", "20 €", "20", "5 €"], ["EUR"] * 4),
    ],
)
def test_each_amount_keeps_its_currency(tmp_path: Path, ws: Workspace, amounts: list[str], codes: list[str]) -> None:
    rows = "".join(f'{n},{n},2026-01-0{n + 1},"{amount}"\n' for n, amount in enumerate(amounts))
    (tmp_path / "file.csv").write_text(PLAIN + rows, "utf-8")
    ws.load(tmp_path / "file.csv")
    found = ws._stand.engine.query("SELECT currency FROM orders ORDER BY order_id")
    assert found["currency"].to_pylist() == codes
    if len(set(codes)) > 1:
        assert _standing(ws) == (0, 0)  # no sum without rates


def test_what_a_spreadsheet_cut_short_is_told(tmp_path: Path, ws: Workspace) -> None:
    text = PLAIN + "2.01901E+17,7,2026-01-02,10\n2.01901E+17,8,2026-01-03,20\n2.01902E+17,9,2026-01-04,30\n"
    (tmp_path / "file.csv").write_text(text)
    assert any("cut short by a spreadsheet" in note for note in ws.propose(tmp_path / "file.csv").notes)


def test_the_row_that_counts_customers_is_none(tmp_path: Path, ws: Workspace) -> None:
    text = "ID,Name,E-mail\n1,Ann,a@x.example\n2,Bo,b@x.example\n3,Cy,c@x.example\nTotal,3,\n"
    (tmp_path / "people.csv").write_text(text)
    result = ws.load(tmp_path / "people.csv")
    assert (result.accepted, result.reasons) == (3, {"total": 1})


@pytest.mark.parametrize("day", ["2 stycznia 2026", "3 февраля 2026", "2 Ocak 2026"])
def test_months_in_words_that_are_not_read_are_told(tmp_path: Path, ws: Workspace, day: str) -> None:
    (tmp_path / "file.csv").write_text(PLAIN + f"1,7,{day},10\n2,8,{day},20\n", "utf-8")
    with pytest.raises(BadFile):
        ws.load(tmp_path / "file.csv", kind="orders")
