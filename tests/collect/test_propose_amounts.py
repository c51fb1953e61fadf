"""What is proposed is also worth what it should be, and says how sure it is."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from coterie.collect import load, propose
from coterie.domain import Mapping, Proposal
from coterie.errors import BadFile
from coterie.settings import WorkspaceSettings
from coterie.workspace.loading import answer, correct
from tests.collect.conftest import open_warehouse
from tests.collect.exports import Export, at, money
from tests.collect.exports_platforms import OPEN_DISCOUNTS, PLATFORMS, STRANGERS

ROWS = 90


def _proposed(folder: Path, text: str) -> Proposal:
    (folder / "export.csv").write_text(text, "utf-8")
    return propose(folder / "export.csv")


def _loaded(folder: Path, mapping: Mapping, sql: str) -> list[object]:
    engine = open_warehouse(None)
    load(engine, folder / "export.csv", mapping, settings=WorkspaceSettings())
    found = list(engine.query(sql).to_pylist()[0].values())
    engine.close()
    return found


def _sum(mapping: Mapping) -> str:
    column = "amount" if mapping.kind == "costs" else "revenue"
    return f"SELECT sum({column})::DOUBLE AS total, count(*) AS rows FROM {mapping.kind}"


@pytest.mark.parametrize("export", [pytest.param(each, id=each.name) for each in PLATFORMS if each.amount])
def test_the_amounts_are_those_of_the_file_and_nothing_counts_twice(tmp_path: Path, export: Export) -> None:
    assert export.amount is not None
    mapping = _proposed(tmp_path, export.text(ROWS)).mapping
    total, rows = _loaded(tmp_path, mapping, _sum(mapping))
    assert total == pytest.approx(sum(map(export.amount, range(ROWS))), abs=0.01)
    assert rows == ROWS


@pytest.mark.parametrize("export", [pytest.param(each, id=each.name) for each in PLATFORMS if each.when])
def test_the_instants_keep_their_time_of_day(tmp_path: Path, export: Export) -> None:
    assert export.when is not None
    mapping = _proposed(tmp_path, export.text(ROWS)).mapping
    sql = f"SELECT min(occurred_at) AS first, max(occurred_at) AS last FROM {mapping.kind}"
    assert _loaded(tmp_path, mapping, sql) == [export.when(0), export.when(ROWS - 1)]


@pytest.mark.parametrize("export", [pytest.param(each, id=each.name) for each in OPEN_DISCOUNTS])
def test_a_discount_that_nothing_proves_is_taken_off_and_asked(tmp_path: Path, export: Export) -> None:
    assert export.amount is not None
    proposal = _proposed(tmp_path, export.text(ROWS))
    assert [question.field for question in proposal.questions] == ["discount"]
    assert proposal.questions[0].text in proposal.notes
    assert proposal.confidence < 0.9
    total, _ = _loaded(tmp_path, proposal.mapping, _sum(proposal.mapping))
    assert total == pytest.approx(sum(map(export.amount, range(ROWS))), abs=0.01)
    left_alone = answer(proposal.mapping, proposal.questions[0], "discount=")
    gross, _ = _loaded(tmp_path, left_alone, _sum(left_alone))
    assert gross == pytest.approx(sum((1 + n % 3) * float(money(n, 20, 90)) for n in range(ROWS)), abs=0.01)


def test_percent_off_is_a_choice_where_whole_numbers_may_be_either(tmp_path: Path) -> None:
    rows = "".join(f"{n // 2},{n % 9},{at(n // 2)},S{n % 7},2,50.00,{(0, 5, 10)[n % 3]}\n" for n in range(60))
    proposal = _proposed(tmp_path, "order_id,customer_id,order_date,sku,qty,price,discount\n" + rows)
    assert "discount.unit=percent" in proposal.questions[0].options
    mapping = answer(proposal.mapping, proposal.questions[0], "discount.unit=percent")
    assert _loaded(
        tmp_path, mapping, "SELECT sum(revenue)::DOUBLE AS r, sum(discount)::DOUBLE AS d FROM order_lines"
    ) == [
        5700.0,
        300.0,
    ]


def test_a_discount_of_more_than_everything_is_refused(tmp_path: Path) -> None:
    rows = "".join(f"{n // 2},{n % 9},{at(n // 2)},S{n % 7},2,50.00,{0.1 if n else 0.2}\n" for n in range(60))
    mapping = _proposed(tmp_path, "order_id,customer_id,order_date,sku,qty,price,discount\n" + rows).mapping
    text = (tmp_path / "export.csv").read_text("utf-8")
    (tmp_path / "export.csv").write_text(text + f"99,1,{at(3)},S1,2,50.00,15\n", "utf-8")
    assert _loaded(tmp_path, mapping, "SELECT count(*) AS n, min(revenue)::DOUBLE AS least FROM order_lines") == [
        60,
        80.0,
    ]


@pytest.mark.parametrize("export", [pytest.param(each, id=each.name) for each in STRANGERS])
def test_a_file_of_no_kind_is_refused_or_proposed_with_doubt(tmp_path: Path, export: Export) -> None:
    try:
        confidence = _proposed(tmp_path, export.text(ROWS)).confidence
    except BadFile:
        return
    assert confidence < 0.8


def test_nothing_is_left_open_where_every_column_is_called_as_usual(tmp_path: Path) -> None:
    rows = "".join(f"{n // 2},S{n % 7},{n % 9},{at(n // 2)},2,50.00\n" for n in range(60))
    text = "order_id,product_id,customer_id,order_date,quantity,unit_price\n" + rows
    assert _proposed(tmp_path, text).confidence == 1.0


def test_dates_of_which_most_cannot_be_read_are_refused_with_an_example(tmp_path: Path) -> None:
    days = ("1 stycznia 2023", "3 lutego 2023", "7 sierpnia 2023")
    rows = "".join(f"{n};{n % 9};{days[n % 3]};9,50\n" for n in range(30))
    with pytest.raises(BadFile, match="“1 stycznia 2023”|“3 lutego 2023”|“7 sierpnia 2023”"):
        _proposed(tmp_path, "order_id;customer_id;order_date;total\n" + rows)


def test_a_total_beneath_next_months_file_is_refused_under_the_saved_mapping(tmp_path: Path) -> None:
    rows = "".join(f"A{n},K{n % 9},2023-05-{1 + n % 28:02d},2.00\n" for n in range(30))
    saved = _proposed(tmp_path, "order_id,customer_id,order_date,total\n" + rows).mapping
    (tmp_path / "export.csv").write_text(
        "order_id,customer_id,order_date,total\n" + rows + "Grand Total,,2023-05-31,60\n"
    )
    mapping = propose(tmp_path / "export.csv", saved=saved).mapping
    sql = "SELECT (SELECT sum(revenue)::DOUBLE FROM orders) AS sum, (SELECT list(column_name) FROM quarantine) AS why"
    assert _loaded(tmp_path, mapping, sql) == [60.0, ["order_id"]]


def test_a_day_and_a_time_named_by_a_person_are_joined(tmp_path: Path) -> None:
    rows = "".join(f"{n},{n % 9},2023-05-{1 + n % 28:02d},{8 + n % 9}:15,2.00\n" for n in range(30))
    mapping = _proposed(tmp_path, "order_id,customer_id,order_date,at_clock,total\n" + rows).mapping
    joined = correct(mapping, "occurred_at=order_date + at_clock", ())
    assert _loaded(tmp_path, joined, "SELECT min(occurred_at) FROM orders") == [datetime(2023, 5, 1, 8, 15)]


@pytest.mark.parametrize(("column", "amounts", "total"), [
    ("total_cents", ("1999", "-250"), 17.49),
    ("amountCents", ("1999.0", "250.0"), 22.49),
    ("订单金额(分)", ("1999", "250"), 22.49),
    ("total_cents", ("19.99", "2.50"), 22.49),
    ("percent_total", ("1999", "250"), 2249),
])  # fmt: skip
def test_money_named_for_cents_and_whole_is_read_as_hundredths(tmp_path, column, amounts, total):
    text = f"order_id,customer_id,order_date,{column}\n" + "".join(
        f"A{n},{n},2025-01-0{n + 1},{amount}\n" for n, amount in enumerate(amounts)
    )
    (tmp_path / "export.csv").write_text(text, "utf-8")
    mapping = correct(propose(tmp_path / "export.csv", kind="orders").mapping, f"revenue={column}", ())
    assert _loaded(tmp_path, mapping, _sum(mapping))[0] == pytest.approx(total)


def test_numbers_that_a_till_begins_anew_are_joined_with_their_instant_and_asked(tmp_path):
    rows = [
        (n, f"c{7 * day + n}", f"2025-01-{day:02d} 09:{n:02d}", item)
        for day in range(1, 10)
        for n in range(5)
        for item in "AB"
    ]
    text = "receipt_no,customer_id,datetime,product_id,quantity,price\n"
    proposal = _proposed(tmp_path, text + "".join(f"{n},{who},{at},{item},1,2.50\n" for n, who, at, item in rows))
    (question,) = proposal.questions
    assert question.options == ("order_id=receipt_no+datetime", "order_id=receipt_no")
    assert proposal.confidence < 1
    orders = "SELECT count(DISTINCT order_id) AS orders, count(*) AS rows, min(occurred_at) AS first FROM order_lines"
    for mapping in (proposal.mapping, answer(proposal.mapping, question, question.options[0])):
        assert _loaded(tmp_path, mapping, orders) == [45, 90, datetime(2025, 1, 1, 9)]
    plain = answer(proposal.mapping, question, question.options[1])
    assert _loaded(tmp_path, plain, orders) == [5, 90, datetime(2025, 1, 1, 9)]


def test_amounts_in_several_currencies_are_doubted(tmp_path):
    rows = "".join(f"A{n},{n % 9},2025-01-05,{'€' if n % 2 else '$'}{n}.50\n" for n in range(40))
    proposal = _proposed(tmp_path, "order_id,customer_id,order_date,total\n" + rows)
    assert "several currencies (USD, EUR)" in proposal.reasons["revenue"]
    assert proposal.confidence < 0.8


def test_an_impossible_age_is_an_age_all_the_same(tmp_path: Path) -> None:
    rows = "".join(f"{n},Ann,a{n}@x.example,{age}\n" for n, age in enumerate((34, 214, 25, 41, 52)))
    (tmp_path / "people.csv").write_text("customer_id,name,email,age\n" + rows)
    assert propose(tmp_path / "people.csv").mapping.fields["age"].columns == ("age",)
