"""Quality says how full, valid, single, agreeing, fresh and plausible the facts are, and counts exactly."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from coterie.collect import load, propose, quality, quality_by_source
from coterie.collect.checks.rules import DIMENSIONS, RULES, country_code, currency_code
from coterie.engines import Engine, open_warehouse
from coterie.settings import WorkspaceSettings
from coterie.words import say

AS_OF = datetime(2023, 6, 1)


@pytest.fixture
def engine() -> Iterator[Engine]:
    engine = open_warehouse(None)
    engine.execute("ALTER TABLE order_lines ADD COLUMN unit_price DECIMAL(18,4)")
    yield engine
    engine.close()


def _found(engine: Engine, measure: str, **narrowed: str) -> dict[str, Any]:
    rows = [
        row
        for row in quality(engine, as_of=AS_OF).to_pylist()
        if row["measure"] == measure and all(row[name] == value for name, value in narrowed.items())
    ]
    assert len(rows) == 1, rows
    return dict(rows[0])


def _customers(engine: Engine, column: str, kind: str, *values: object) -> None:
    engine.execute(f'ALTER TABLE customer_records ADD COLUMN "{column}" {kind}')
    for place, value in enumerate(values):
        engine.execute(
            f"INSERT INTO customer_records (identifier_id, profile_id, source, \"{column}\") VALUES ($id, $id, 'crm', $value)",
            {"id": place, "value": value},
        )


@pytest.mark.parametrize(
    ("column", "kind", "values", "measure", "failing"),
    [
        pytest.param("email", "VARCHAR", ["a@b.cn", "Ann <a@b.cn>", "mailto:a@b.cn", "a.b.cn", "x@y", None], "email_form", 2, id="email-form"),
        pytest.param("email", "VARCHAR", ["test@test.com", "noreply@x.cn", "li@x.cn"], "email_stand_in", 2, id="test-emails"),
        pytest.param("phone", "VARCHAR", ["+86 138 1234 5678", "12345", "1" * 20], "phone_digits", 2, id="phone-digits"),
        pytest.param("phone", "VARCHAR", ["0000000000", "13812345678"], "phone_stand_in", 1, id="phone-stand-in"),
        pytest.param("birth_date", "DATE", ["1980-05-05", "1880-05-05", "2031-01-02"], "birth_range", 2, id="birth-range"),
        pytest.param("birth_date", "DATE", ["1980-01-01", "1981-05-05"], "birth_first_of_january", 1, id="default-birthdays"),
        pytest.param("age", "DOUBLE", [34, -1, 130], "age_range", 2, id="age"),
        pytest.param("country", "VARCHAR", ["France", "德国", "Atlantis"], "country_name", 1, id="countries"),
        pytest.param("country", "VARCHAR", ["UK", "United Kingdom", "United Kingdom", "FR"], "country_spellings", 1, id="country-spellings"),
        pytest.param("email", "VARCHAR", ["a@b.cn", "a@b.cn", "c@b.cn"], "shared_email", 1, id="shared-emails"),
        pytest.param("joined_at", "TIMESTAMP", ["2023-01-01", "2024-01-01"], "joined_in_future", 1, id="joined-in-future"),
    ],
)  # fmt: skip
def test_people_are_judged(
    engine: Engine, column: str, kind: str, values: list[object], measure: str, failing: int
) -> None:
    _customers(engine, column, kind, *values)
    assert _found(engine, measure)["failing"] == failing


def _order(engine: Engine, **values: object) -> None:
    row = {
        "source": "shop",
        "identifier_id": 1,
        "profile_id": 1,
        "occurred_at": datetime(2023, 5, 30),
        "status": "completed",
    } | values
    engine.execute(f"INSERT INTO orders ({', '.join(row)}) VALUES ({', '.join('$' + name for name in row)})", row)


def _line(engine: Engine, **values: object) -> None:
    row = {
        "source": "shop",
        "identifier_id": 1,
        "profile_id": 1,
        "occurred_at": datetime(2023, 5, 30),
        "status": "completed",
    } | values
    engine.execute(f"INSERT INTO order_lines ({', '.join(row)}) VALUES ({', '.join('$' + name for name in row)})", row)


def test_orders_that_differ_from_their_lines_are_counted(engine: Engine) -> None:
    for order, total in (("1", 30), ("2", 99)):
        _order(engine, order_id=order, revenue=total)
        _line(engine, order_id=order, product_id="a", revenue=10, quantity=1, unit_price=10)
        _line(engine, order_id=order, product_id="b", revenue=20, quantity=2, unit_price=10)
    row = _found(engine, "lines_add_up")
    assert (row["checked"], row["failing"]) == (2, 1)
    assert row["finding"] == "1 of 2 orders has another amount than its lines add up to."


@pytest.mark.parametrize(
    ("values", "failing"),
    [
        ({"revenue": 25, "discount": 5}, 0),
        ({"revenue": 25, "discount": -5}, 0),
        ({"revenue": 34.9, "shipping": 4.9}, 0),
        ({"revenue": 32.9, "discount": 5, "shipping": 4.9, "taxes": 3}, 0),
        ({"revenue": 20, "discount": 5}, 1),
        ({"revenue": 0, "status": "cancelled"}, None),
        ({"revenue": 10, "undone": 20}, None),
    ],
)
def test_an_order_may_differ_from_its_lines_by_its_own_discount_shipping_and_taxes(
    engine: Engine, values: dict[str, object], failing: int | None
) -> None:
    for name in ("shipping", "taxes"):
        engine.execute(f"ALTER TABLE orders ADD COLUMN {name} DOUBLE")
    _order(engine, order_id="1", **values)
    _line(engine, order_id="1", product_id="a", revenue=30)
    rows = [row for row in quality(engine, as_of=AS_OF).to_pylist() if row["measure"] == "lines_add_up"]
    assert [row["failing"] for row in rows] == ([] if failing is None else [failing])


def test_a_quantity_of_zero_is_no_fault_of_what_does_not_stand(engine: Engine) -> None:
    for status in ("completed", "cancelled", "unpaid"):
        _line(engine, order_id="1", product_id=status, revenue=0, quantity=0, status=status)
    assert _found(engine, "quantity_zero")["failing"] == 1


def test_products_that_nobody_knows_are_counted(engine: Engine) -> None:
    engine.execute("INSERT INTO products (product_id, source) VALUES ('a', 'shop')")
    _line(engine, order_id="1", product_id="a", revenue=10)
    _line(engine, order_id="1", product_id="b", revenue=10)
    assert _found(engine, "products_known")["failing"] == 1


def test_orders_before_their_buyer_joined_are_counted(engine: Engine) -> None:
    _customers(engine, "joined_at", "TIMESTAMP", "2023-01-01", "2023-05-31")
    _order(engine, order_id="1", revenue=10)
    _order(engine, order_id="2", revenue=10, occurred_at=datetime(2023, 5, 31))
    assert _found(engine, "bought_before_joining")["failing"] == 1


def test_currencies_that_are_mixed_are_counted(engine: Engine) -> None:
    for order, currency in (("1", "USD"), ("2", "USD"), ("3", "EUR")):
        _order(engine, order_id=order, revenue=10, currency=currency)
    assert _found(engine, "one_currency")["failing"] == 1


def test_an_order_of_several_people_is_counted(engine: Engine) -> None:
    _line(engine, order_id="1", product_id="a", revenue=1)
    _line(engine, order_id="1", product_id="b", revenue=1, identifier_id=2)
    assert _found(engine, "one_buyer_an_order")["failing"] == 1


def test_lines_that_are_no_product_of_price_and_quantity_are_counted(engine: Engine) -> None:
    _line(engine, order_id="1", product_id="a", quantity=2, unit_price=5, revenue=10)
    _line(engine, order_id="1", product_id="b", quantity=2, unit_price=5, revenue=9, discount=1)
    _line(engine, order_id="1", product_id="c", quantity=-2, unit_price=5, revenue=-10, status="returned")
    _line(engine, order_id="1", product_id="d", quantity=2, unit_price=5, revenue=17)
    assert _found(engine, "amount_is_product")["failing"] == 1


def test_rows_that_name_nobody_and_repeat_one_another_are_counted(engine: Engine) -> None:
    _line(engine, order_id="1", product_id="a", revenue=1, profile_id=None, identifier_id=None)
    _line(engine, order_id="1", product_id="a", revenue=1)
    _line(engine, order_id="2", product_id="a", revenue=1)
    assert _found(engine, "names_a_person")["failing"] == 1
    assert _found(engine, "repeated_rows")["failing"] == 1


@pytest.mark.parametrize(
    ("last", "share", "severity"),
    [
        pytest.param(datetime(2023, 5, 26), 1.0, "ok", id="this-week"),
        pytest.param(datetime(2022, 12, 1), 0.5112, "warning", id="half-a-year"),
        pytest.param(datetime(2020, 1, 1), 0.0, "serious", id="years"),
    ],
)
def test_facts_grow_old(engine: Engine, last: datetime, share: float, severity: str) -> None:
    _order(engine, order_id="1", revenue=1, occurred_at=last)
    row = _found(engine, "last_fact")
    assert row["share"] == pytest.approx(share, abs=0.001)
    assert row["severity"] == severity


def test_days_without_facts_are_noticed_where_most_days_have_some(engine: Engine) -> None:
    engine.execute(
        "INSERT INTO orders (order_id, source, occurred_at, revenue) SELECT i::VARCHAR, 'shop', "
        "TIMESTAMP '2023-01-01' + to_days(i::INT), 5 FROM range(120) t(i) WHERE i NOT BETWEEN 40 AND 54"
    )
    row = _found(engine, "missing_days")
    assert row["failing"] == 15
    assert "2023-02-09" in row["finding"]


def test_facts_of_the_future_are_counted(engine: Engine) -> None:
    _order(engine, order_id="1", revenue=1)
    _order(engine, order_id="2", revenue=1, occurred_at=datetime(2023, 6, 2))
    assert _found(engine, "not_in_future")["failing"] == 1


def test_sources_are_told_apart(engine: Engine) -> None:
    _order(engine, order_id="1", revenue=1, currency="USD")
    _order(engine, order_id="2", revenue=1, currency="XQX", source="till")
    assert _found(engine, "currency_code", source="shop")["failing"] == 0
    assert _found(engine, "currency_code", source="till")["failing"] == 1


def test_refused_rows_count_by_reason(engine: Engine, tmp_path: Path) -> None:
    rows = "".join(f"{n},{n % 5},2023-05-{1 + n % 28:02d},{'abc' if n in (3, 7) else n}\n" for n in range(1, 60))
    (tmp_path / "shop.csv").write_text("order_id,customer_id,order_date,total\n" + rows, "utf-8")
    mapping = propose(tmp_path / "shop.csv").mapping
    load(engine, tmp_path / "shop.csv", mapping, settings=WorkspaceSettings())
    row = _found(engine, "refused_not_a_number")
    assert (row["checked"], row["failing"], row["table"]) == (59, 2, "quarantine")
    summed = quality_by_source(quality(engine, as_of=AS_OF)).to_pylist()
    assert [(each["source"], each["rows"], each["refused"]) for each in summed] == [("shop", 57, 2)]


def test_a_summary_names_the_weakest_dimension(engine: Engine) -> None:
    for order in range(10):
        _order(engine, order_id=str(order), revenue=1, profile_id=None if order else 1)
    row = quality_by_source(quality(engine, as_of=AS_OF)).to_pylist()[0]
    assert row["words"].startswith("Quality is ")
    assert "Weakest is completeness" in row["words"]
    assert "9 of 10 rows name nobody" in row["words"]


def test_an_empty_warehouse_has_nothing_to_say(engine: Engine) -> None:
    assert quality(engine, as_of=AS_OF).num_rows == 0
    assert quality_by_source(quality(engine, as_of=AS_OF)).num_rows == 0


def test_every_finding_is_said_in_chinese(engine: Engine) -> None:
    _customers(engine, "email", "VARCHAR", "a@b.cn", "x")
    _order(engine, order_id="1", revenue=-1, currency="USD")
    _line(engine, order_id="1", product_id="a", quantity=0, unit_price=5, revenue=3)
    findings = quality(engine, as_of=AS_OF, locale="zh").to_pylist()
    assert [
        row["finding"] for row in findings if not any("\u4e00" <= letter <= "\u9fff" for letter in row["finding"])
    ] == []
    spoken = [
        *DIMENSIONS,
        *DIMENSIONS.values(),
        *(rule.finding for rule in RULES),
        *(rule.name.replace("_", " ") for rule in RULES),
    ]
    assert [sentence for sentence in spoken if say(sentence, "zh") == sentence] == []


@pytest.mark.parametrize(
    ("name", "code"),
    [
        pytest.param(" united kingdom ", "GB", id="english"),
        pytest.param("EIRE", "IE", id="irish"),
        pytest.param("法国", "FR", id="chinese"),
        pytest.param("中国台湾", "TW", id="chinese-usage"),
        pytest.param("USA", "US", id="three-letters"),
        pytest.param("cn", "CN", id="two-letters"),
        pytest.param("Unspecified", None, id="no-country"),
    ],
)
def test_countries_become_codes(name: str, code: str | None) -> None:
    assert country_code(name) == code


def test_currencies_become_codes() -> None:
    assert [currency_code(name) for name in ("gbp", "£", "元", "港币", "shells")] == ["GBP", "GBP", "CNY", "HKD", None]
