"""Two lines that name the columns: headings of groups above the names, or units and translations below them."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook

from coterie.collect import propose
from coterie.settings import WorkspaceSettings
from coterie.workspace import Workspace, init_workspace, open_workspace

GROUPS = "Order,,,Customer,\nID,Date,Total,ID,Email\n"
UNITS = "order_id,order_date,total,customer_id,email\n,yyyy-mm-dd,EUR,,\n"
CHINESE = "order_id,order_date,total,customer_id,email\n订单编号,下单时间,金额,客户编号,邮箱\n"
HEADINGS = "订单信息,,,客户,\n订单编号,下单时间,订单金额,编号,邮箱\n"
BODY = "".join(f"{n},2026-01-{n:02d},{n}.50,{n % 4},p{n % 4}@x.example\n" for n in range(1, 21))
TITLE = "Monthly export,,,,\n,,,,\n"


@pytest.fixture(scope="module")
def ws(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder = tmp_path_factory.mktemp("shop") / "ws"
    init_workspace(folder, WorkspaceSettings(currency="EUR", country="DE", timezone="UTC"))
    return open_workspace(folder)


@pytest.mark.parametrize("title", ["", TITLE], ids=["bare", "titled"])
@pytest.mark.parametrize("head", [GROUPS, UNITS, CHINESE, HEADINGS], ids=["groups", "units", "chinese", "headings"])
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_both_lines_name_the_columns(ws: Workspace, tmp_path: Path, head: str, ending: str, title: str) -> None:
    file = tmp_path / f"orders.{ending}"
    if ending == "csv":
        file.write_text(title + head + BODY, "utf-8")
    else:
        book = Workbook()
        for line in (title + head + BODY).splitlines():
            book.active.append([cell or None for cell in line.split(",")])
        book.save(file)
    result = ws.load(file, dry_run=True)
    assert (result.kind, result.rows, result.refused) == ("orders", 20, 0)
    read = {name: field.columns for name, field in result.mapping.fields.items()}
    assert set(read) >= {"order_id", "customer_id", "email", "occurred_at", "revenue"}, read


@pytest.mark.parametrize(
    "text",
    [
        "order_id,order_date,total,customer_id\n" + "".join(f"{n},2026-01-0{n},{n},{n}\n" for n in range(1, 9)),
        "email,city,joined\na@x.example,Rome,2026-01-02\nb@x.example,Oslo,2026-01-03\nc@x.example,Rome,2026-01-04\n",
        "customer_id,email,age\n1,a@x.example,\n2,b@x.example,34\n3,c@x.example,41\n",
        "customer_id,first_name,age,points\n1,Ann,unknown,5\n2,Bo,34,6\n3,Cy,41,9\n",
    ],
)
def test_a_first_row_is_no_second_header(tmp_path: Path, text: str) -> None:
    file = tmp_path / "x.csv"
    file.write_text(text, "utf-8")
    assert propose(file).mapping.format.header_lines == 1
