"""Tables with a column for each month are refused with what would work, however the months are written, and that works."""

from __future__ import annotations

import csv
import re
from datetime import date
from pathlib import Path

import openpyxl
import pytest

import coterie
from coterie.collect import propose
from coterie.collect.formats.detection import detect_format
from coterie.collect.proposals.months import first_day, months_among
from coterie.errors import BadFile

MONTHS = {
    "numbers": ["2024-01", "2024-02", "2024-03", "2024-04"],
    "numbers-together": ["sales 202401", "sales 202402", "sales 202403"],
    "numbers-alone": ["202401", "202402", "202412"],
    "a-letter-between": ["2024M01", "2024M02", "2024M12"],
    "first-days": ["2024-01-01", "2024-02-01", "2024-03-01"],
    "last-days": ["31/01/2024", "29/02/2024", "31/03/2024"],
    "last-days-month-first": ["01/31/2024", "02/29/2024", "03/31/2024"],
    "month-first": ["01/2024", "02/2024", "03/2024"],
    "words": ["Jan 2024", "Feb 2024", "Mar 2024", "Sep 2024"],
    "short-years": ["Jan-24", "Feb-24", "Mar-24"],
    "no-year": ["January", "February", "March"],
    "german": ["Januar 2024", "Februar 2024", "März 2024", "Mai 2024"],
    "french": ["janvier", "février", "mars", "août"],
    "chinese": ["一月", "二月", "三月", "十二月"],
    "chinese-years": ["2024年1月", "2024年2月", "2024年11月"],
    "with-a-word": ["revenue_2024_01", "revenue_2024_02", "revenue_2024_03"],
    "with-a-word-behind": ["Jan 2024 sales", "Feb 2024 sales", "Mar 2024 sales"],
}


def table(folder: Path, names: list[str]) -> Path:
    file = folder / "months.csv"
    rows = [f"C{n},Name {n}," + ",".join(f"{10 * n + place}.50" for place in range(len(names))) for n in range(30)]
    file.write_text("\n".join(["customer_id,name," + ",".join(names), *rows]) + "\n", "utf-8")
    return file


@pytest.mark.parametrize("names", MONTHS.values(), ids=MONTHS)
def test_a_column_for_each_month_is_refused_with_what_works(tmp_path, names):
    assert months_among(["customer_id", *names, "name"]) == tuple(names)
    with pytest.raises(BadFile, match="a row for each customer and month") as told:
        propose(table(tmp_path, names))
    assert f"{names[0]} … {names[-1]}" in str(told.value)
    kept = propose(table(tmp_path, names), kind="customers").mapping
    assert set(names) <= set(kept.extras)


@pytest.mark.parametrize(
    "names",
    [
        pytest.param(["2024-01", "2024-02"], id="two-may-be-a-comparison"),
        pytest.param(["2024-01-05", "2024-01-06", "2024-01-07"], id="days"),
        pytest.param(["may_contact", "mar_status", "set_by"], id="words-within-words"),
        pytest.param(["Sales Jan", "Visits Feb", "Calls Mar"], id="other-things"),
        pytest.param(["score_1", "score_2", "score_3", "score_2024"], id="numbers"),
        pytest.param(["orders_30d", "orders_90d", "orders_365d"], id="windows"),
    ],
)
def test_what_only_looks_like_months_is_none(names):
    assert months_among(names) == ()


def test_months_of_words_are_what_is_known_of_people(tmp_path):
    file = tmp_path / "plans.csv"
    rows = [f"C{n},ann{n}@x.example,basic,basic,{'gold' if n % 2 else 'basic'}" for n in range(30)]
    file.write_text("\n".join(["customer_id,email,Jan 2024,Feb 2024,Mar 2024", *rows]) + "\n", "utf-8")
    assert propose(file).mapping.kind == "customers"


@pytest.mark.parametrize("names", MONTHS.values(), ids=MONTHS)
def test_what_the_sentence_asks_for_is_loaded_as_orders(tmp_path, names):
    wide = table(tmp_path, names)
    with pytest.raises(BadFile) as told:
        propose(wide)
    columns, example = re.search(
        r"the columns (\S+, date and amount) .* such as (\S+), and load it", str(told.value)
    ).groups()
    rows = list(csv.DictReader(wide.read_text("utf-8").splitlines()))
    assert example.split(",")[:2] == [rows[0]["customer_id"], first_day(names[0])]
    long = tmp_path / "long.csv"
    lines = [
        f"{row['customer_id']},{first_day(name).replace('YYYY', '2024')},{row[name]}" for row in rows for name in names
    ]
    long.write_text("\n".join([columns.replace(" and", ",").replace(" ", ""), *lines]) + "\n", "utf-8")
    assert propose(long).mapping.kind == "orders"
    months = {date.fromisoformat(first_day(name).replace("YYYY", "2024")) for name in names}
    assert {str(day) for day in months} == {line.split(",")[1] for line in lines}
    if names is MONTHS["numbers"]:
        with coterie.open(coterie.init(tmp_path / "shop")) as ws:
            ws.load(long)
            found = ws.query(
                "SELECT i.value, count(*) AS orders, sum(o.revenue)::DOUBLE AS revenue FROM orders AS o "
                "JOIN identifiers AS i USING (identifier_id) GROUP BY ALL"
            )
        spent = {row["customer_id"]: sum(float(row[name]) for name in names) for row in rows}
        assert dict(zip(found["value"], found["revenue"], strict=True)) == spent
        assert set(found["orders"]) == {len(names)}


def test_heads_that_a_workbook_keeps_as_dates_are_months(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["customer_id", "name", *(date(2024, month, 1) for month in range(1, 5))])
    for n in range(30):
        book.active.append([f"C{n}", f"Name {n}", *(10 * n + place for place in range(4))])
    book.save(tmp_path / "months.xlsx")
    with pytest.raises(BadFile, match=r"the columns customer_id, date and amount .* such as C0,2024-01-01,"):
        propose(tmp_path / "months.xlsx")


@pytest.mark.parametrize(
    ("rows", "is_named"),
    [
        pytest.param(["customer,2021,2022,2023", "Ann,10.5,,7", "Bo,3,4,5"], True, id="years"),
        pytest.param(["Ann,2024-01-01,2024-02-01,2024-03-01", "Bo,2024-01-04,2024-02-02,2024-03-07"], False, id="dates"),
        pytest.param(["202401,202402,202403", "202404,202405,202406"], False, id="nothing-but-numbers"),
        pytest.param(["Ann,202401,202401,202401", "Bo,5,6,7"], False, id="one-month-thrice"),
        pytest.param(["Ann,202401,202402,202403", "Bo,202401,6,7"], False, id="months-below"),
    ],
)  # fmt: skip
def test_a_first_row_of_periods_names_columns_of_something_else(tmp_path, rows, is_named):
    file = tmp_path / "rows.csv"
    file.write_text("\n".join(rows) + "\n", "utf-8")
    assert detect_format(file).has_header is is_named
