"""Files as people really export them: the mapping proposed for them loads them whole."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import Workbook
from pyarrow import parquet

from coterie.collect import load, propose, quarantined, record_events
from coterie.domain import FileFormat, MappedField
from coterie.engines import open_warehouse
from coterie.errors import BadFile, NotReady, Refused
from coterie.settings import WorkspaceSettings
from coterie.store import open_ledger
from coterie.workspace.loading import correct
from tests.collect.conftest import ORDERS, mapping_of

REAL = Path(__file__).parents[3] / "shared" / "data"
GERMAN = (
    "Bestellnummer;Kundennummer;Bestelldatum;Gesamtbetrag;Währung\n"
    "A-1;77;31.01.2025 14:05;1.234,50 €;EUR\nA-2;78;01.02.2025 09:00;12,00 €;EUR\nA-3;77;02.02.2025 10:00;-5,25 €;EUR\n"
)
CHINESE = '订单编号,客户编号,订单时间,金额\n1,7,2011年3月4日 08:05,"¥1,234.50"\n2,8,2011年3月15日 18:00,￥12\n3,7,2011年12月1日 00:00,-5.25\n'
AMERICAN = "Order ID\tCustomer ID\tOrder Date\tTotal\n1\tJosé\t1/31/2025 2:05 PM\t$1,234.50\n2\tAnn\t2/1/2025 9:00 AM\t$12.00\n3\tJosé\t2/2/2025 10:00 AM\t($5.25)\n"


def _workbook():
    book = Workbook()
    book.active.title = "Cover"
    book.active.append(["Orders of the year"])
    sheet = book.create_sheet("Orders")
    sheet.append(["order_id", "customer_id", "order_date", "total"])
    for row in (
        [1, 7, datetime(2025, 1, 31, 14, 5), 1234.5],
        [2, 8, datetime(2025, 2, 1), 12],
        [3, 7, datetime(2025, 2, 2), -5.25],
    ):
        sheet.append(row)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _json_lines():
    rows = [
        {
            "order_id": "1",
            "customer": {"id": 7, "email": "a@x.org"},
            "created_at": "2025-01-31T14:05:00Z",
            "total": 1234.5,
        },
        {
            "order_id": "2",
            "customer": {"id": 8, "email": None},
            "created_at": "2025-02-01T00:00:00+00:00",
            "total": "12",
        },
        {"order_id": "3", "customer": {"id": 7}, "created_at": "2025-02-02T00:00:00Z", "total": -5.25},
    ]
    return "\n".join(map(json.dumps, rows)).encode()


@pytest.mark.parametrize(("content", "name"), [
    pytest.param(GERMAN.encode("utf-8-sig"), "bestellungen.csv", id="german-with-decimal-comma"),
    pytest.param(GERMAN.encode("cp1252"), "bestellungen.csv", id="german-in-windows-letters"),
    pytest.param(CHINESE.encode("gb18030"), "订单.csv", id="chinese-headers-in-gb18030"),
    pytest.param(AMERICAN.encode("latin-1"), "orders.tsv", id="american-dates-tabs-latin-1"),
    pytest.param(_workbook(), "orders.xlsx", id="a-workbook-of-two-sheets"),
    pytest.param(_json_lines(), "orders.jsonl", id="json-lines-with-objects-inside"),
    pytest.param(b"[" + b",\n".join(_json_lines().splitlines()) + b"]", "orders.json", id="a-json-array"),
])  # fmt: skip
def test_a_proposed_mapping_loads_the_file_whole(engine, tmp_path, content, name):
    file = tmp_path / name
    file.write_bytes(content)
    mapping = propose(file).mapping
    result = load(engine, file, mapping, settings=WorkspaceSettings())
    assert (mapping.kind, result.rows, result.accepted) == ("orders", 3, 3), quarantined(engine).to_pylist()
    found = engine.query("SELECT revenue, status, profile_id FROM orders ORDER BY order_id").to_pylist()
    assert [row["revenue"] for row in found] == [Decimal("1234.5"), Decimal(12), Decimal("-5.25")]
    assert [row["status"] for row in found] == ["completed", "completed", "returned"]
    assert found[0]["profile_id"] == found[2]["profile_id"] != found[1]["profile_id"]
    assert (
        load(engine, file, mapping.model_copy(update={"ignored": ("-",)}), settings=WorkspaceSettings()).unchanged == 3
    )


@pytest.mark.parametrize(("options", "text", "expected"), [
    pytest.param({"date_format": "epoch_seconds"}, "1300000000", datetime(2011, 3, 13, 7, 6, 40), id="seconds-since-1970"),
    pytest.param({"date_format": "epoch_milliseconds"}, "1300000000000", datetime(2011, 3, 13, 7, 6, 40), id="milliseconds"),
    pytest.param({"date_format": "excel"}, "40000.5", datetime(2009, 7, 6, 12), id="excel-serial-days"),
    pytest.param({"date_format": "%d/%m/%Y %H:%M|%d/%m/%Y"}, "4/3/2011", datetime(2011, 3, 4), id="the-second-of-two-formats"),
    pytest.param({"timezone": "Asia/Shanghai"}, "2025-07-01 12:00", datetime(2025, 7, 1, 4), id="a-zone-of-its-own"),
    pytest.param({"timezone": "Asia/Shanghai"}, "2025-07-01T12:00:00Z", datetime(2025, 7, 1, 12), id="an-offset-outranks-the-zone"),
    pytest.param({}, "2025-07-01T12:00-05:00", datetime(2025, 7, 1, 17), id="a-negative-offset"),
    pytest.param({"date_format": "%Y-%m-%dT%H:%M:%SZ", "timezone": "Asia/Shanghai"}, "2025-07-01T12:00:00Z", datetime(2025, 7, 1, 12), id="a-literal-Z-is-UTC"),
    pytest.param({}, "2025-07-01 12:00:00 America/New_York", datetime(2025, 7, 1, 16), id="a-zone-by-name-outranks-the-workspace"),
    pytest.param({"timezone": "Europe/Berlin"}, "2025-03-30 02:30", datetime(2025, 3, 30, 1, 30), id="an-hour-that-the-clock-skipped"),
    pytest.param({"timezone": "Europe/Berlin"}, "2025-10-26 02:30", datetime(2025, 10, 26, 0, 30), id="an-hour-that-comes-twice-means-the-first"),
    pytest.param({"timezone": "Europe/Berlin"}, "2025-10-26 03:00", datetime(2025, 10, 26, 2), id="the-hour-after-it"),
    pytest.param({"timezone": "Europe/Berlin", "date_format": "%d.%m.%Y %H:%M"}, "26.10.2025 02:30", datetime(2025, 10, 26, 0, 30), id="twice-by-a-pattern"),
    pytest.param({"timezone": "America/New_York"}, "2026-11-01 01:30:00", datetime(2026, 11, 1, 5, 30), id="twice-in-new-york"),
    pytest.param({"timezone": "Australia/Lord_Howe"}, "2026-04-05 01:45:00", datetime(2026, 4, 4, 14, 45), id="half-an-hour-that-comes-twice"),
    pytest.param({"timezone": "America/Santiago"}, "2026-04-04 23:30:00", datetime(2026, 4, 5, 2, 30), id="twice-before-midnight"),
    pytest.param({"timezone": "America/New_York"}, "2025-07-01", datetime(2025, 7, 1, 4), id="a-midnight"),
])  # fmt: skip
def test_instants_are_read_as_the_mapping_says(engine, load_text, options, text, expected):
    mapping = mapping_of("orders", {**ORDERS, "occurred_at": MappedField(columns=("at",), **options)})
    result = load_text(f"id,who,at,amount\n1,a,{text},1\n", mapping)
    assert result.accepted == 1, quarantined(engine).to_pylist()
    assert engine.query("SELECT occurred_at FROM orders").column(0)[0].as_py() == expected


ZONES = ("UTC", "Asia/Shanghai", "America/New_York", "Pacific/Kiritimati", "Europe/Berlin")
NINTH = datetime(1990, 9, 1).date()


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(("options", "text"), [
    pytest.param({}, "1990-09-01", id="iso"),
    pytest.param({}, "1990-09-01 23:59:59", id="with-a-time-of-day"),
    pytest.param({}, "1990年9月1日", id="chinese"),
    pytest.param({"date_format": "%d/%m/%Y"}, "01/09/1990", id="by-a-pattern"),
    pytest.param({"date_format": "excel"}, "33117", id="excel-serial-days"),
    pytest.param({"timezone": "Asia/Tokyo"}, "1990-09-01", id="a-zone-of-its-own"),
])  # fmt: skip
def test_a_day_is_the_day_that_is_written_in_every_zone(engine, tmp_path, zone, options, text):
    file = tmp_path / "people.csv"
    file.write_text(f"id,born,met\n7,{text},2011-01-05\n", "utf-8")
    born = MappedField(columns=("born",), **options)
    mapping = mapping_of("customers", {"customer_id": MappedField(columns=("id",)), "birth_date": born})
    mapping = mapping.model_copy(update={"extras": {"met": "met"}})
    load(engine, file, mapping, settings=WorkspaceSettings(timezone=zone))
    (row,) = engine.query("SELECT birth_date, met FROM customer_records").to_pylist()
    assert (row["birth_date"], row["met"]) == (NINTH, datetime(2011, 1, 5).date())


@pytest.mark.parametrize(("zone", "start"), [("UTC", 0), ("Asia/Shanghai", -8), ("America/New_York", 4)])
def test_days_of_typed_columns_are_days_and_stand_for_their_midnight(engine, tmp_path, zone, start):
    at = datetime(1990, 9, 1, 2)
    table = pa.table({
        "id": ["7", "8", "9"],
        "born": pa.array([NINTH] * 3, pa.date32()),
        "naive": pa.array([at] * 3, pa.timestamp("us")),
        "true": pa.array([at - timedelta(hours=2) + timedelta(hours=start)] * 3, pa.timestamp("us", "UTC")),
        "bought": pa.array([datetime(2011, 1, 5).date()] * 3, pa.date32()),
        "amount": [1.0, 2.0, 3.0],
    })  # fmt: skip
    file = tmp_path / "people.parquet"
    pq.write_table(table, file)
    settings = WorkspaceSettings(timezone=zone)
    for column in ("born", "naive", "true"):
        fields = {"customer_id": MappedField(columns=("id",)), "birth_date": MappedField(columns=(column,))}
        mapping = mapping_of("customers", fields).model_copy(
            update={"source": column, "format": FileFormat(container="parquet")}
        )
        load(engine, file, mapping, settings=settings)
    assert set(engine.query("SELECT birth_date FROM customer_records").column(0).to_pylist()) == {NINTH}
    fields = {
        "order_id": MappedField(columns=("id",)),
        "customer_id": MappedField(columns=("id",)),
        "occurred_at": MappedField(columns=("bought",)),
        "revenue": MappedField(columns=("amount",)),
    }
    mapping = mapping_of("orders", fields).model_copy(update={"format": FileFormat(container="parquet")})
    load(engine, file, mapping, settings=settings)
    found = engine.query("SELECT DISTINCT occurred_at FROM orders").column(0).to_pylist()
    assert found == [datetime(2011, 1, 5) + timedelta(hours=start + (zone == "America/New_York"))]


@pytest.mark.parametrize(("options", "text"), [
    pytest.param({}, "2025-01-01 10:00:00 PM", id="an-afternoon-that-no-format-told-of"),
    pytest.param({}, "infinity", id="infinity"),
    pytest.param({"date_format": "%Y-%m-%d"}, "epoch", id="a-word-that-the-engine-takes-for-1900"),
])  # fmt: skip
def test_what_is_no_instant_is_refused_even_among_plain_ones(engine, load_text, options, text):
    mapping = mapping_of("orders", {**ORDERS, "occurred_at": MappedField(columns=("at",), **options)})
    result = load_text(f"id,who,at,amount\n1,a,2025-01-01,1\n2,b,{text},1\n", mapping)
    assert result.reasons == {"not_a_date": 1}


LATE = [
    pytest.param("2025-01-02 03:04:05+02:00", "1.5", (datetime(2025, 1, 2, 1, 4, 5), 1.5), id="an-offset"),
    pytest.param("infinity", "1.5", None, id="infinity"),
    pytest.param("epoch", "1.5", None, id="epoch"),
    pytest.param("2025-01-02 03:04:05", "(1.50)", (datetime(2025, 1, 2, 3, 4, 5), -1.5), id="brackets"),
    pytest.param("2025-01-02 03:04:05", "NULL", None, id="a-word-for-nothing"),
]


@pytest.mark.parametrize(("at", "amount", "expected"), LATE)
def test_a_late_row_written_in_another_way_is_read_as_an_early_one_would_be(engine, load_text, at, amount, expected):
    plain = "".join(f"{n},c,2025-01-01 00:00:00,2.5\n" for n in range(1, 6_001))
    result = load_text(f"id,who,at,amount\n{plain}0,c,{at},{amount}\n", mapping_of("orders", ORDERS))
    found = engine.query("SELECT occurred_at, revenue::DOUBLE AS r FROM orders WHERE order_id = '0'").to_pylist()
    assert [tuple(row.values()) for row in found] == ([expected] if expected else [])
    assert (result.accepted, result.refused) == (6_000 + bool(expected), int(not expected))


@pytest.mark.parametrize(("options", "text", "expected"), [
    pytest.param({"decimal": ",", "thousands": "."}, "1.234,5", 1234.5, id="german"),
    pytest.param({"decimal": ",", "thousands": " "}, "1 234,5", 1234.5, id="french"),
    pytest.param({"thousands": "'"}, "1'234.5", 1234.5, id="swiss"),
    pytest.param({"thousands": ","}, "12,34,567.5", 1234567.5, id="indian"),
    pytest.param({}, "(3.50)", -3.5, id="brackets-are-negative"),
    pytest.param({}, "3.50-", -3.5, id="a-minus-behind"),
    pytest.param({}, "USD 5.50", 5.5, id="a-currency-in-letters"),
    pytest.param({}, "1.2万", 12000, id="ten-thousands"),
    pytest.param({}, "１２．５", 12.5, id="wide-digits"),
    pytest.param({"combine": "sum", "columns": ("amount", "extra")}, "2.5", 4.5, id="a-sum-of-two-columns"),
    pytest.param({"combine": "first", "columns": ("extra", "amount")}, "9", 2, id="the-first-that-holds-something"),
    pytest.param({"constant": "7", "columns": ()}, "x", 7, id="a-constant"),
])  # fmt: skip
def test_numbers_are_read_as_the_mapping_says(engine, load_text, options, text, expected):
    field = MappedField(**{"columns": ("amount",), **options})
    mapping = mapping_of("orders", {**ORDERS, "revenue": field}, delimiter="|")
    result = load_text(f"id|who|at|amount|extra\n1|a|2025-01-01|{text}|2\n", mapping)
    assert result.accepted == 1, quarantined(engine).to_pylist()
    assert float(engine.query("SELECT revenue FROM orders").column(0)[0].as_py()) == expected


def test_padded_strings_words_for_nothing_and_renamed_values(engine, load_text):
    fields = {
        "customer_id": "id",
        "city": "city",
        "gender": MappedField(columns=("g",), values={"M": "male", "F": "female"}),
    }
    load_text("id,city,g\n 1 ,   NULL,M\n2,  Bonn   , F\n3,N/A,X\n", mapping_of("customers", fields))
    assert engine.query("SELECT customer_id, city, gender FROM customer_records ORDER BY 1").to_pylist() == [
        {"customer_id": "1", "city": None, "gender": "male"},
        {"customer_id": "2", "city": "Bonn", "gender": "female"},
        {"customer_id": "3", "city": None, "gender": "X"},
    ]


def test_a_word_that_means_no_value_is_told_and_a_column_left_out(engine, load_text):
    mapping = mapping_of("products", {"product_id": "sku", "price": "price"}, extras={"note": "note"})
    text = "sku,price,note\n1,2.5,a\n2,on request,b\n"
    assert load_text(text, mapping).reasons == {"not_a_number": 1}
    for correction in ("price.values.on request=", "note="):
        mapping = correct(mapping, correction, ())
    assert (mapping.extras, mapping.ignored) == ({}, ("note",))
    assert load_text(text, mapping).refused == 0
    assert quarantined(engine).num_rows == 0


def test_ids_written_as_floats_are_whole_again_and_others_stay(engine, load_text):
    text = "id,who,at,amount\n1.0,17850.0,2025-01-01,1\n2.0,,2025-01-01,1\n"
    load_text(text, mapping_of("orders", ORDERS))
    assert engine.query("SELECT order_id FROM orders ORDER BY 1").column(0).to_pylist() == ["1", "2"]
    assert engine.query("SELECT value FROM identifiers").column(0).to_pylist() == ["17850"]
    load_text("sku,n\n1.0,a\n1.1,b\n", mapping_of("products", {"product_id": "sku", "name": "n"}), name="p.csv")
    assert engine.query("SELECT product_id FROM products ORDER BY 1").column(0).to_pylist() == ["1.0", "1.1"]


def test_broken_json_lines_are_refused_one_by_one(engine, load_text):
    text = '{"id":1,"who":"a","at":"2025-01-01","amount":5}\n{"id":2,\n\n{"id":3,"id":4}\n[1]\n{"id":5,"at":"2025-01-02","amount":1}\n'
    result = load_text(text, mapping_of("orders", ORDERS, container="jsonl"), name="x.jsonl")
    assert (result.rows, result.accepted) == (5, 2)
    found = quarantined(engine).to_pylist()
    assert [(row["line"], row["code"]) for row in found] == [
        (2, "broken_json"),
        (4, "repeated_key"),
        (5, "broken_json"),
    ]


@pytest.mark.parametrize("stated", ["A1", "A1:D2", "A1:XFD1048576", ""])
def test_a_sheet_is_read_whole_whatever_size_it_states(load_text, tmp_path, stated):
    file = tmp_path / "orders.xlsx"
    with zipfile.ZipFile(io.BytesIO(_workbook())) as made, zipfile.ZipFile(file, "w") as changed:
        for part in made.namelist():
            text = made.read(part).decode()
            changed.writestr(part, re.sub(r"<dimension [^>]*>", f'<dimension ref="{stated}"/>' if stated else "", text))
    result = load_text(file.read_bytes(), propose(file).mapping, name="orders.xlsx")
    assert (result.rows, result.refused) == (3, 0)


def test_a_sheet_that_is_not_there_is_named(load_text):
    with pytest.raises(BadFile, match="no sheet 'Kunden'; the workbook has Cover, Orders"):
        load_text(_workbook(), mapping_of("orders", ORDERS, container="excel", sheet="Kunden"), name="x.xlsx")


def test_consents_go_to_the_ledger_once(engine, load_text, tmp_path):
    mapping = mapping_of("consents", {"email": "mail", "channel": "c", "granted": "ok", "occurred_at": "at"})
    text = "mail,c,ok,at\na@x.org,E-Mail,yes,2025-01-01\nb@x.org,sms,否,2025-01-02\nc@x.org,email,maybe,2025-01-02\n"
    ledger = open_ledger(tmp_path / "ledger.sqlite")
    with pytest.raises(NotReady, match="ledger"):
        load_text(text, mapping)
    assert engine.query("SELECT count(*) AS n FROM batches").column(0)[0].as_py() == 0
    first = load_text(text, mapping, ledger=ledger)
    assert (first.accepted, first.refused) == (2, 1)
    more = load_text(text + "b@x.org,sms,yes,2025-01-03\n", mapping, ledger=ledger)
    assert (more.accepted, more.unchanged) == (3, 2)
    # As after a kill between the ledger's commit and the warehouse's: the ledger knows, the warehouse does not.
    for table in ("consent_rows", "batches"):
        engine.execute(f"DELETE FROM {table}")
    load_text(text, mapping, ledger=ledger)
    with ledger.reading() as t:
        assert t.consents.of(["email:a@x.org", "email:b@x.org"]).num_rows == 3
    ledger.close()


def test_consents_in_chinese_words_are_those_that_campaigns_ask_for(load_text, tmp_path):
    fields = {"email": "邮箱", "channel": "渠道", "purpose": "用途", "granted": "同意", "occurred_at": "时间"}
    ledger = open_ledger(tmp_path / "ledger.sqlite")
    text = "邮箱,渠道,用途,同意,时间\na@x.cn,邮件,营销,是,2025-01-01\nb@x.cn,短信,促销,否,2025-01-01\n"
    load_text(text, mapping_of("consents", fields), ledger=ledger)
    with ledger.reading() as t:
        kept = t.consents.of(["email:a@x.cn", "email:b@x.cn"]).sort_by("channel").to_pylist()
    ledger.close()
    assert [(row["channel"], row["purpose"], row["state"]) for row in kept] == [
        ("email", "marketing", "granted"),
        ("sms", "marketing", "denied"),
    ]


def test_events_of_our_own_are_unique_for_ever(engine):
    def row(event_id, campaign="a"):
        return {
            "event_id": event_id,
            "name": "Message Opened",
            "occurred_at": datetime(2026, 1, 1),
            "profile_id": 7,
            "properties": {"campaign": campaign},
        }

    first = record_events(engine, pa.Table.from_pylist([row("1"), row("2"), row("2")]))
    assert (first.recorded, first.repeated, first.conflicting) == (2, 1, ())
    second = record_events(engine, pa.Table.from_pylist([row("1"), row("2", "other"), row("3")]))
    assert (second.recorded, second.repeated, second.conflicting) == (1, 2, ("2",))
    found = engine.query("SELECT event_id, properties.campaign::VARCHAR AS c, identifier_id FROM events ORDER BY 1")
    assert found.to_pylist() == [{"event_id": str(n), "c": "a", "identifier_id": 7} for n in (1, 2, 3)]
    with pytest.raises(Refused, match="event_id is missing"):
        record_events(engine, pa.table({"name": ["x"]}))


@pytest.mark.parametrize(("name", "kind", "rows", "refused"), [
    pytest.param("online_retail_to_2011_08.parquet", "order_lines", 320_705, 0, id="online-retail"),
    pytest.param("cdnow_master.parquet", "orders", 69_659, 0, id="cdnow"),
    pytest.param("telco_ibm.parquet", "customers", 7_043, 0, id="telco"),
    pytest.param("febrl_dataset3.parquet", "customers", 5_000, 35, id="febrl-with-impossible-birthdays"),
    pytest.param("mall_customers.csv", "customers", 200, 0, id="mall"),
])  # fmt: skip
def test_real_files_load_and_load_again(engine, name, kind, rows, refused):
    file = REAL / name
    if not file.exists():
        pytest.skip(f"real data is absent: {name} is not in ../shared/data")
    mapping = propose(file).mapping
    result = load(engine, file, mapping, settings=WorkspaceSettings())
    assert (mapping.kind, result.rows, result.refused, result.accepted) == (kind, rows, refused, rows - refused)
    touched = mapping.model_copy(update={"ignored": ("-",)})
    assert load(engine, file, touched, settings=WorkspaceSettings()).unchanged == rows - refused


def test_online_retail_totals_are_those_of_the_file(engine):
    file = REAL / "online_retail_to_2011_08.parquet"
    if not file.exists():
        pytest.skip("real data is absent: online_retail_to_2011_08.parquet is not in ../shared/data")
    load(engine, file, propose(file).mapping, settings=WorkspaceSettings())
    ours = engine.query(
        "SELECT sum(revenue)::DOUBLE AS r, count(*) FILTER (status = 'cancelled') AS c FROM order_lines"
    )
    engine.write("theirs", parquet.read_table(file), append=False)
    theirs = engine.query(
        "SELECT sum(Quantity * UnitPrice) AS r, count(*) FILTER (InvoiceNo LIKE 'C%' AND Quantity < 0) AS c FROM theirs"
    )
    assert ours.column(0)[0].as_py() == pytest.approx(theirs.column(0)[0].as_py(), rel=1e-6)
    assert ours.column(1) == theirs.column(1)


def test_cells_merged_over_lines_say_the_same_of_each(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    sheet.append(["order_id", "customer_id", "order_date", "item", "quantity", "price"])
    day = datetime(2025, 1, 31)
    for row in ([1, 7, day, "tea", 1, 10], [*[None] * 3, "cup", 1, 5], [*[None] * 3, "jar", 1, 7]):
        sheet.append(row)
    sheet.append([2, 8, day, "tea", 1, 10])
    for column in "ABC":
        sheet.merge_cells(f"{column}2:{column}4")
    sheet.merge_cells("A1:A1")
    book.save(tmp_path / "lines.xlsx")
    prepared = propose(tmp_path / "lines.xlsx", kind="order_lines")
    assert prepared.mapping.kind == "order_lines"
    engine = open_warehouse(None)
    result = load(engine, tmp_path / "lines.xlsx", prepared.mapping, settings=WorkspaceSettings())
    assert (result.rows, result.refused) == (4, 0)
    found = engine.query(
        "SELECT order_id, occurred_at, count(*) AS n, sum(revenue) AS r FROM order_lines GROUP BY ALL ORDER BY 1"
    )
    assert found.to_pylist() == [
        {"order_id": "1", "occurred_at": day, "n": 3, "r": 22},
        {"order_id": "2", "occurred_at": day, "n": 1, "r": 10},
    ]
    engine.close()


def test_sums_beneath_groups_are_no_orders(tmp_path: Path) -> None:
    rows = [f"{i},{'ABC'[i % 3]},2026-08-0{i + 1},10" for i in range(6)]
    sums = [",A Total,2026-08-07,20", "7,本月合计:,2026-08-08,60", "8,Grand Total,2026-08-08,60"]
    text = "\n".join(["order_id,customer_id,order_date,total", *rows, *sums, "9,Gas Total,2026-08-08,5"])
    (tmp_path / "report.csv").write_text(text, "utf-8")
    engine = open_warehouse(None)
    mapping = propose(tmp_path / "report.csv").mapping
    load(engine, tmp_path / "report.csv", mapping, settings=WorkspaceSettings())
    found = engine.query("SELECT sum(revenue) AS r, list(order_id ORDER BY order_id) AS ids FROM orders").to_pylist()
    assert found == [{"r": 65, "ids": ["0", "1", "2", "3", "4", "5", "9"]}]
    engine.close()
