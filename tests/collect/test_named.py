"""Exports that people really have are known by their headers, and come to what is right."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import Workbook

from coterie.collect import derive_orders, propose, settle_orders
from coterie.collect.kinds import KINDS
from coterie.collect.named.formats import has, named_formats, plain, plain_names, recognize
from coterie.domain import LoadResult
from coterie.engines import event_rows
from coterie.errors import BadFile
from coterie.settings import WorkspaceSettings
from coterie.workspace import Workspace, init_workspace, open_workspace
from tests.collect.named_rows import CASES, Case

LOADED = sorted(name for name, form in named_formats().items() if form.loads)
FORMATS = pytest.mark.parametrize("name", LOADED)


def _write(folder: Path, name: str, content: bytes | None = None, **dress: object) -> Path:
    file = folder / CASES[name].file
    file.write_bytes(content if content is not None else CASES[name].text(name, **dress).encode())
    return file


@pytest.fixture
def ws(tmp_path: Path) -> Workspace:
    init_workspace(tmp_path / "ws", WorkspaceSettings(currency="EUR", country="US", timezone="UTC"))
    return open_workspace(tmp_path / "ws")


def test_every_named_export_has_a_case() -> None:
    assert set(CASES) == set(LOADED)
    assert all(form.loads or form.refused for form in named_formats().values())


@FORMATS
def test_what_an_export_reads_stands_in_its_real_header_or_is_a_known_alternative(name: str) -> None:
    form = named_formats()[name]
    header = plain_names(form.header)
    assert [each for each in form.needs if not has(header, each)] == []
    for load in form.loads[:1]:
        lacking = [
            field
            for field in KINDS[load.kind].required
            if load.fields[field].constant is None
            and not any(plain(each) in header for each in (*load.fields[field].columns, *load.fields[field].all_of))
        ]
        assert lacking == []


@FORMATS
def test_an_export_is_known_in_whatever_dress(tmp_path: Path, name: str) -> None:
    title, case = named_formats()[name].title, CASES[name]
    plain_file = propose(_write(tmp_path, name))
    assert plain_file.known_as == title
    kinds = [each.mapping.kind for each in (plain_file, *plain_file.further)]
    for dress in ({"turned": True}, {"loud": True}):
        found = propose(_write(tmp_path, name, **dress))
        assert (found.known_as, [each.mapping.kind for each in (found, *found.further)]) == (title, kinds)
        assert len(found.mapping.fields) == len(plain_file.mapping.fields)
    for encoding in ("utf-8-sig", "gb18030"):
        found = propose(_write(tmp_path, name, case.text(name).encode(encoding)))
        assert (found.known_as, found.mapping.fields) == (title, plain_file.mapping.fields)


@FORMATS
def test_columns_that_may_be_missing_are_not_missed(tmp_path: Path, name: str) -> None:
    form = named_formats()[name]
    read = {
        plain(each) for load in form.loads for field in load.fields.values() for each in (*field.columns, *field.all_of)
    }
    needed = {plain(each) for need in form.needs for each in ([need] if isinstance(need, str) else need)}
    spare = tuple(each for each in form.header if plain(each) not in read | needed)
    assert propose(_write(tmp_path, name, leave_out=spare)).known_as == form.title


@FORMATS
def test_an_export_comes_to_what_is_right(tmp_path: Path, ws: Workspace, name: str) -> None:
    case = CASES[name]
    result = ws.load(_write(tmp_path, name))
    assert [each.refused for each in (result, *result.further)] == [0] * (1 + len(result.further))
    engine = ws._stand.engine
    derive_orders(engine)
    currency = engine.query("SELECT coalesce(min(currency), 'EUR') FROM orders").column(0)[0].as_py()
    settle_orders(engine, currency, {})
    standing = event_rows(engine, "Order Completed", "TIMESTAMP '2027-01-01'")
    found = engine.query(
        "SELECT count(*) FILTER (revenue > 0), coalesce(sum(revenue), 0), coalesce(sum(discount), 0), "
        f"(SELECT count(*) FROM orders) FROM {standing}"
    )
    stands, revenue, discount, orders = (column[0].as_py() for column in found.columns)
    assert (stands, revenue, discount, orders) == (
        case.stands,
        Decimal(case.revenue),
        Decimal(case.discount),
        case.orders,
    )
    assert _count(ws, "order_lines") == case.lines
    assert _count(ws, "customer_records") == case.people
    assert _said(ws, case) == {key: set(who) for key, who in case.said.items()}


@FORMATS
def test_an_export_loaded_again_changes_nothing(tmp_path: Path, ws: Workspace, name: str) -> None:
    file = _write(tmp_path, name)
    first, again = ws.load(file), ws.load(file)
    assert _sources(first) == _sources(again)
    assert all(each.unchanged == each.accepted for each in (again, *again.further))


def test_an_export_as_a_workbook_is_known(tmp_path: Path) -> None:
    book = Workbook()
    for line in CASES["taobao_orders"].text("taobao_orders").splitlines():
        book.active.append(line.split(","))
    book.save(tmp_path / "export.xlsx")
    assert propose(tmp_path / "export.xlsx").known_as == "淘宝/天猫 订单"


def test_a_list_of_products_without_its_orders_says_which_file_to_load(tmp_path: Path) -> None:
    file = tmp_path / "ExportOrderDetailList.csv"
    file.write_text('订单编号,标题,价格,购买数量,外部系统编号,商品属性\n="18001",茶,10.00,2,T1,红\n', "gb18030")
    with pytest.raises(BadFile, match="ExportOrderList"):
        propose(file)


def test_other_files_are_no_named_export() -> None:
    assert recognize(["order_id", "customer_id", "date", "amount", "status"], "orders.csv") is None
    assert recognize(["Name", "Email", "Total"], "orders.csv") is None


def test_a_kind_asked_for_takes_that_part_of_an_export(tmp_path: Path) -> None:
    found = propose(_write(tmp_path, "shopify_orders"), kind="order_lines")
    assert (found.mapping.kind, found.further) == ("order_lines", ())
    assert found.mapping.fields["unit_price"].columns == ("Lineitem price",)


def _count(ws: Workspace, table: str) -> int:
    return int(ws._stand.engine.query(f"SELECT count(*) FROM {table}").column(0)[0].as_py())


def _sources(result: LoadResult) -> list[str]:
    return [each.source for each in (result, *result.further)]


def _said(ws: Workspace, case: Case) -> dict[str, set[str]]:
    """Channel and state → the addresses of which it was said."""
    people = {str(cell) for row in case.rows for cell in row.values() if "@" in str(cell)}
    with ws._stand.ledger.reading() as t:
        rows = t.consents.of(f"email:{each}" for each in people).to_pylist()
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(f"{row['channel']} {row['state']}", set()).add(row["identity"].removeprefix("email:"))
    return found


def test_who_bought_is_found_in_a_column_that_an_export_calls_otherwise(tmp_path: Path) -> None:
    file = tmp_path / "订单.csv"
    head = "订单号,订单状态,买家付款时间,订单创建时间,收货人/提货人手机号,买家昵称,订单实付金额,订单已退款金额\n"
    file.write_text(head + "E1,交易完成,2026-10-01 10:00:00,2026-10-01 09:59:00,13800000001,小明,100.00,\n", "utf-8")
    found = propose(file, country="CN")
    assert found.known_as is not None
    assert found.mapping.fields["phone"].columns == ("收货人/提货人手机号",)
