"""What a return takes off which order, and from when: every edge by hand, on the rows that a warehouse has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from datetime import datetime
from decimal import Decimal

import pytest

from coterie.collect import derive_orders
from coterie.collect.settling import Return, Sale, allocate, settle_orders
from coterie.engines import Engine, event_rows, open_warehouse
from coterie.settings import WorkspaceSettings
from tests.resolve import rows as loading
from tests.resolve.rows import bring

ORDERS = ("order_id", "customer_id", "occurred_at", "revenue", "currency", "channel")
BACK = ("order_id", "customer_id", "occurred_at", "revenue")
LINES = ("order_id", "product_id", "customer_id", "occurred_at", "revenue", "quantity")
END = datetime(2026, 12, 1)
Row = tuple[object, ...]
Rows = Sequence[Row]


def load_rows(engine: Engine, kind: str, columns: tuple[str, ...], rows: Rows) -> None:
    loading.load_rows(engine, kind, columns, rows, settings=WorkspaceSettings(currency="EUR"))


@pytest.fixture
def engine() -> Iterator[Engine]:
    with closing(open_warehouse(None, threads=1)) as opened:
        yield opened


def order(number: str, who: str | None, at: str, money: str, currency: str = "EUR", channel: str | None = "web") -> Row:
    return number, who, at, money, currency, channel


def settled(engine: Engine, orders: Rows, back: Rows = (), lines: Rows = ()) -> None:
    for kind, columns, rows in (("orders", ORDERS, orders), ("order_lines", LINES, lines), ("returns", BACK, back)):
        if rows:
            load_rows(engine, kind, columns, rows)
    bring(engine)
    settle_orders(engine, "EUR", {"USD": 0.5})


def stands(
    engine: Engine, at: datetime = END, event: str = "Order Completed", of: str = "order_id"
) -> dict[str, float]:
    """Order → what it is worth as of an instant, of those that stand."""
    rows = engine.query(
        f"SELECT {of} AS name, sum(revenue) AS worth FROM {event_rows(engine, event)} GROUP BY 1 ORDER BY 1",
        {"as_of": at},
    )
    return {row["name"]: float(row["worth"]) for row in rows.to_pylist()}


def refunded(engine: Engine) -> float:
    rows = event_rows(engine, "Order Refunded")
    found = engine.query(f"SELECT coalesce(sum(refunded), 0) AS n FROM {rows}", {"as_of": END})["n"][0].as_py()
    return float(found)


def unmatched(engine: Engine) -> float:
    return float(engine.query("SELECT coalesce(sum(unmatched), 0) AS n FROM orders")["n"][0].as_py())


def apart(case: int, rows: Iterable[Row]) -> list[Row]:
    """``rows`` of people and orders that no other case has, so that all cases are settled at once."""
    return [
        tuple(f"{case}/{value}" if place < 2 and value is not None else value for place, value in enumerate(row))
        for row in rows
    ]


def of_cases(engine: Engine) -> dict[int, dict[str, float]]:
    """Case → its orders and what they are worth."""
    found: dict[int, dict[str, float]] = defaultdict(dict)
    for name, worth in stands(engine).items():
        case, _, number = name.partition("/")
        found[int(case)][number] = worth
    return found


A = [
    order("1", "A", "2026-09-01 10:00", "100"),
    order("2", "A", "2026-09-02 10:00", "40"),
    order("3", "B", "2026-09-02 10:00", "60"),
]
"""Two orders of one person and one of another."""


TAKEN_OFF: dict[str, tuple[list[Row], dict[str, float]]] = {
    "of-the-order-it-names": ([("1", None, "2026-09-05", "30")], {"1": 70, "2": 40, "3": 60}),
    "all-of-it": ([("1", None, "2026-09-05", "100")], {"2": 40, "3": 60}),
    "more-than-it-was-worth-is-taken-off-nothing-else": ([("1", None, "2026-09-05", "130")], {"2": 40, "3": 60}),
    "twice": ([("1", None, "2026-09-05", "30"), ("1", None, "2026-09-06", "50")], {"1": 20, "2": 40, "3": 60}),
    "of-a-person-the-order-of-exactly-that-much": ([("r", "A", "2026-09-05", "40")], {"1": 100, "3": 60}),
    "though-a-newer-one-has-more": ([("1", None, "2026-09-03", "75"), ("r", "A", "2026-09-05", "25")], {"2": 40, "3": 60}),
    "else-the-newest-that-has-so-much": ([("r", "A", "2026-09-05", "25")], {"1": 100, "2": 15, "3": 60}),
    "though-an-older-one": ([("r", "A", "2026-09-05", "70")], {"1": 30, "2": 40, "3": 60}),
    "else-the-newest-ones-until-all-is-taken": ([("r", "A", "2026-09-05", "120")], {"1": 20, "3": 60}),
    "none-of-a-later-day": ([("r", "A", "2026-09-01 09:00", "40")], {"1": 60, "2": 40, "3": 60}),
    "of-its-own-day-though-earlier": ([("r", "A", "2026-09-02 08:00", "40")], {"1": 100, "3": 60}),
    "the-older-return-first": ([("r", "A", "2026-09-05", "40"), ("s", "A", "2026-09-04", "25")], {"1": 60, "2": 15, "3": 60}),
    "of-one-instant-the-greater-first": ([("r", "A", "2026-09-05", "25"), ("s", "A", "2026-09-05", "40")], {"1": 75, "3": 60}),
    "of-nobody-off-nobody": ([("r", None, "2026-09-05", "60")], {"1": 100, "2": 40, "3": 60}),
}  # fmt: skip


def test_a_return_is_taken_off_the_order_that_it_names_or_one_of_its_buyer(engine: Engine) -> None:
    each = list(enumerate(TAKEN_OFF.values()))
    settled(
        engine, [row for n, _ in each for row in apart(n, A)], [row for n, (back, _) in each for row in apart(n, back)]
    )
    found = of_cases(engine)
    assert {name: found[n] for n, name in enumerate(TAKEN_OFF)} == {name: left for name, (_, left) in TAKEN_OFF.items()}


def test_what_could_be_taken_off_nothing_is_told_and_what_was_beyond_an_order_is_not(engine: Engine) -> None:
    settled(
        engine, A, [("1", None, "2026-09-05", "130"), ("r", None, "2026-09-05", "7"), ("s", "B", "2026-09-06", "65")]
    )
    assert (stands(engine), unmatched(engine), refunded(engine)) == ({"2": 40}, 12, 100 + 7 + 65)


def test_orders_of_nobody_are_no_ones_to_take_back_from(engine: Engine) -> None:
    settled(engine, [order("1", None, "2026-09-01 10:00", "50"), *A[1:]], [("r", None, "2026-09-05", "50")])
    assert (stands(engine), unmatched(engine)) == ({"1": 50, "2": 40, "3": 60}, 50)


def test_a_return_is_of_the_money_it_came_back_in(engine: Engine) -> None:
    rows = [
        order("1", "A", "2026-09-01", "40", "USD"),
        order("2", "A", "2026-09-02", "90"),
        order("r", "A", "2026-09-05", "-40"),
    ]
    settled(engine, rows)
    assert stands(engine) == {"1": 20, "2": 50}


def test_an_order_is_less_from_the_instant_of_each_return_and_not_at_it(engine: Engine) -> None:
    settled(
        engine,
        A,
        [
            ("1", None, "2026-09-05 10:00", "30"),
            ("1", None, "2026-09-07 10:00", "20"),
            ("1", None, "2026-09-07 10:00", "10"),
        ],
    )
    seen = {day: stands(engine, datetime(2026, 9, day, 10)).get("1") for day in (5, 6, 7, 8)}
    assert seen == {5: 100, 6: 70, 7: 70, 8: 40}
    assert engine.query("SELECT count(*) AS n FROM order_revisions WHERE order_id = '1'")["n"][0].as_py() == 2


def test_a_return_dated_before_its_order_counts_from_it(engine: Engine) -> None:
    settled(engine, A, [("2", None, "2026-08-01", "10")])
    assert stands(engine, datetime(2026, 9, 2, 10))["2"] == 40
    assert stands(engine, datetime(2026, 9, 2, 10, 1))["2"] == 30


TOLD = ("order_id", "customer_id", "occurred_at", "revenue", "refunded", "status")


TOLD_OF_ONE = {
    "a-column-and-a-file": ("30", [], ["30"], 70),
    "a-file-that-tells-more": ("30", [], ["20", "25"], 55),
    "a-file-that-tells-less": ("30", [], ["20"], 70),
    "rows-and-a-file": ("", ["-30"], ["30"], 70),
    "more-rows-than-files": ("", ["-30", "-30"], ["30"], 40),
    "all-three": ("30", ["-30"], ["30"], 70),
    "two-of-one-kind-are-two": ("", ["-30", "-30"], [], 40),
    "two-of-a-file-are-two": ("", [], ["30", "30"], 40),
}  # fmt: skip


def test_the_greatest_of_what_is_told_of_one_order_came_back(engine: Engine) -> None:
    orders, returned = [], []
    for n, (column, rows, back, _) in enumerate(TOLD_OF_ONE.values()):
        taken = (("1", "A", f"2026-09-1{m}", money, None, None) for m, money in enumerate(rows))
        orders += apart(n, [("1", "A", "2026-09-01", "100", column or None, None), *taken])
        returned += apart(n, [("1", None, f"2026-09-2{m}", money) for m, money in enumerate(back)])
    load_rows(engine, "orders", TOLD, orders)
    load_rows(engine, "returns", BACK, returned)
    bring(engine)
    settle_orders(engine, "EUR", {})
    found = of_cases(engine)
    left = {name: case[-1] for name, case in TOLD_OF_ONE.items()}
    assert {name: found[n]["1"] for n, name in enumerate(TOLD_OF_ONE)} == left
    assert refunded(engine) == sum(100 - worth for worth in left.values())
    gross = engine.query(
        f"SELECT sum(gross_revenue)::INT AS n FROM {event_rows(engine, 'Order Completed')}", {"as_of": END}
    )
    assert gross["n"].to_pylist() == [100 * len(left)]


TOLD_BY_BOTH = {
    "one-amount-of-one-person-is-one": ([("r", "-30")], [("x", "30")], {"1": 100, "2": 10}),
    "though-one-of-the-two-names-its-order": ([("r", "-30")], [("2", "30")], {"1": 100, "2": 10}),
    "and-another-amount-is-another": ([("r", "-30")], [("2", "30"), ("2", "5")], {"1": 100, "2": 5}),
    "two-rows-are-two-though-a-file-knows-one": ([("r", "-30"), ("s", "-30")], [("x", "30")], {"1": 70, "2": 10}),
    "two-of-the-file-are-two-though-rows-know-one": ([("r", "-30")], [("x", "30"), ("y", "30")], {"1": 70, "2": 10}),
    "two-that-name-two-orders-are-two": ([("1", "-30")], [("2", "30")], {"1": 70, "2": 10}),
    "sums-of-a-day-that-are-the-same": ([("r", "-10"), ("s", "-40")], [("x", "50")], {"1": 90}),
}  # fmt: skip


def test_a_return_told_by_both_kinds_of_file_counts_once(engine: Engine) -> None:
    orders, returned = [], []
    for n, (rows, back, _) in enumerate(TOLD_BY_BOTH.values()):
        orders += apart(n, [*A[:2], *(order(number, "A", "2026-09-05 10:00", money) for number, money in rows)])
        returned += apart(n, [(number, "A", "2026-09-05 12:00", money) for number, money in back])
    settled(engine, orders, returned)
    found = of_cases(engine)
    assert {name: found[n] for n, name in enumerate(TOLD_BY_BOTH)} == {
        name: left for name, (*_, left) in TOLD_BY_BOTH.items()
    }


def test_a_refund_is_of_whom_and_where_its_order_was(engine: Engine) -> None:
    settled(engine, A, [("1", None, "2026-09-05", "30")])
    assert engine.query("SELECT channel, profile_id IS NULL AS nobody FROM orders WHERE revenue < 0").to_pylist() == [
        {"channel": "web", "nobody": False}
    ]


def test_a_row_that_says_where_it_came_back_keeps_that(engine: Engine) -> None:
    settled(engine, [*A, order("1", "A", "2026-09-05", "-30", channel="store")])
    assert engine.query("SELECT channel FROM orders WHERE revenue < 0")["channel"].to_pylist() == ["store"]


def line(number: str, item: str, at: str, money: str, pieces: str = "1", who: str = "A") -> Row:
    return number, item, who, at, money, pieces


def test_orders_of_lines_are_their_sum_of_their_first_instant_and_what_came_back_later_a_return(engine: Engine) -> None:
    lines = [
        line("1", "tea", "2026-09-01 10:00", "50"), line("1", "cup", "2026-09-02 10:00", "30"),
        line("1", "jar", "2026-09-01 10:00", "-5", "-1"), line("1", "tea", "2026-09-05 10:00", "-20", "-1"), line("1", "cup", "2026-09-09 10:00", "-30", "-1"),
        line("2", "tea", "2026-09-03 10:00", "10"),
    ]  # fmt: skip
    settled(engine, [order("2", "A", "2026-09-03 10:00", "11")], lines=lines)
    rows = engine.query(
        "SELECT order_id, occurred_at::DATE::VARCHAR AS day, revenue::DOUBLE AS money FROM orders ORDER BY occurred_at, money DESC"
    ).to_pylist()
    assert [(row["order_id"].split(" at ")[0], row["day"], row["money"]) for row in rows] == [
        ("1", "2026-09-01", 75), ("2", "2026-09-03", 11), ("return of 1", "2026-09-05", -20), ("return of 1", "2026-09-09", -30),
    ]  # fmt: skip
    assert [stands(engine, datetime(2026, 9, day)).get("1") for day in (3, 7, 11)] == [75, 55, 25]
    assert stands(engine, event="Product Purchased", of="product_id") == {"tea": 40}


def test_orders_of_lines_follow_their_lines(engine: Engine) -> None:
    settled(engine, [], lines=[line("1", "tea", "2026-09-01 10:00", "50")])
    load_rows(engine, "order_lines", LINES, [line("1", "tea", "2026-09-01 10:00", "60")])
    derive_orders(engine)
    assert [float(v) for v in engine.query("SELECT revenue FROM orders")["revenue"].to_pylist()] == [60]


def test_an_order_of_lines_of_several_people_is_of_who_was_named_first(engine: Engine) -> None:
    settled(
        engine,
        [],
        lines=[
            line("1", "tea", "2026-09-01 10:00", "50", who="A"),
            line("1", "cup", "2026-09-01 10:00", "30", who="B"),
            line("0", "cup", "2026-08-01", "1", who="A"),
        ],
    )
    owner = engine.query("SELECT value FROM orders JOIN identifiers USING (profile_id) WHERE order_id = '1'")[
        "value"
    ].to_pylist()
    assert owner == ["A"]


def test_an_order_stands_while_any_of_its_lines_does(engine: Engine) -> None:
    lines = [(*line("1", "tea", "2026-09-01", "50"), "paid"), (*line("1", "cup", "2026-09-01", "30"), "returned")]
    load_rows(engine, "order_lines", (*LINES, "status"), lines)
    bring(engine)
    settle_orders(engine, "EUR", {})
    assert stands(engine) == {"1": 50}


def test_lines_stand_as_long_as_their_order_and_no_longer(engine: Engine) -> None:
    lines = [
        line("1", "tea", "2026-09-01 10:00", "60"),
        line("1", "cup", "2026-09-01 10:00", "40"),
        line("3", "tea", "2026-09-02 10:00", "60"),
    ]
    settled(
        engine,
        A,
        [("1", None, "2026-09-05 10:00", "60"), ("1", None, "2026-09-07 10:00", "40"), ("3", None, "2026-09-08", "10")],
        lines,
    )
    seen = [
        len(
            engine.query(
                f"SELECT * FROM {event_rows(engine, 'Product Purchased')}", {"as_of": datetime(2026, 9, day, 10)}
            )
        )
        for day in (5, 6, 7, 8)
    ]
    assert seen == [3, 3, 3, 1]


def test_lines_that_came_back_in_part_end_with_their_order(engine: Engine) -> None:
    lines = [line("1", "tea", "2026-09-01 10:00", "100", "2"), line("1", "tea", "2026-09-03 10:00", "-30", "-1")]
    settled(engine, A, [("1", None, "2026-09-03 09:00", "100")], lines)
    rows = engine.query("SELECT stands_from, stands_until FROM order_line_revisions").to_pylist()
    assert all(row["stands_until"] is None or row["stands_until"] > row["stands_from"] for row in rows)
    assert stands(engine, event="Product Purchased", of="product_id") == {}


def test_pieces_come_back_as_the_money_does_and_never_more_than_there_were(engine: Engine) -> None:
    lines = [
        line("1", "tea", "2026-09-01 10:00", "100", "4"),
        line("1", "tea", "2026-09-03 10:00", "-50", "-2"),
        line("1", "tea", "2026-09-04 10:00", "-20", "-9"),
    ]
    settled(engine, [], lines=lines)
    rows = engine.query(
        f"SELECT revenue::DOUBLE AS money, quantity::DOUBLE AS pieces FROM {event_rows(engine, 'Product Purchased')}",
        {"as_of": END},
    ).to_pylist()
    assert rows == [{"money": 30, "pieces": 0}]


def test_pieces_that_were_told_before_come_back_once(engine: Engine) -> None:
    lines = [
        (*line("1", "tea", "2026-09-01 10:00", "100", "10"), "30"),
        (*line("1", "tea", "2026-09-05 10:00", "-50", "-5"), None),
    ]
    load_rows(engine, "order_lines", (*LINES, "refunded"), lines)
    bring(engine)
    settle_orders(engine, "EUR", {})
    rows = engine.query(
        f"SELECT revenue::INT AS money, quantity::INT AS pieces FROM {event_rows(engine, 'Product Purchased')}",
        {"as_of": END},
    )
    assert rows.to_pylist() == [{"money": 50, "pieces": 8}]


def test_a_return_is_taken_off_all_lines_of_its_product_in_its_order(engine: Engine) -> None:
    lines = [
        line("1", "tea", "2026-09-01 10:00", "30"),
        line("1", "tea", "2026-09-01 10:00", "50"),
        line("1", "cup", "2026-09-01 10:00", "9"),
        line("1", "tea", "2026-09-05 10:00", "-40"),
    ]
    settled(engine, [], lines=lines)
    assert (stands(engine), stands(engine, event="Product Purchased", of="product_id")) == (
        {"1": 49},
        {"cup": 9, "tea": 40},
    )


def test_of_several_lines_those_that_tell_a_return_themselves_are_the_ones_it_is_of() -> None:
    day = datetime(2026, 9, 1)
    sales = [Sale(1, "1", "A", None, day, Decimal(50)), Sale(2, "1", "A", None, day, Decimal(20), told=Decimal(30))]
    returns = [
        Return(3, "1", "A", None, day, Decimal(30), Decimal(1)),
        Return(4, "1", "A", None, day, Decimal(80), Decimal(1)),
    ]
    assert allocate(sales, returns[:1]) == {}
    assert [*(sale.left for sale in sales), returns[0].void] == [50, 20, 30]
    assert allocate(sales, returns[1:]) == {}
    assert [*(sale.left for sale in sales), returns[1].void] == [0, 0, 10]


def test_what_nobody_returned_is_taken_off_no_sale_of_nobody() -> None:
    day = datetime(2026, 9, 1)
    sale = Sale(1, "1", None, None, day, Decimal(50))
    assert allocate([sale], [Return(2, "r", None, None, day, Decimal(50), Decimal(0))]) == {2: 50}
    assert sale.left == 50


def test_settling_is_done_anew_where_rates_change_or_people_turn_out_to_be_one(engine: Engine) -> None:
    settled(engine, [*A, order("r", "Z", "2026-09-05", "-40"), order("9", "B", "2026-09-03", "10", "USD")])
    assert (stands(engine)["2"], stands(engine)["9"]) == (40, 5)
    settle_orders(engine, "EUR", {"USD": 0.25})
    assert stands(engine)["9"] == 2.5
    engine.execute("INSERT INTO rates (occurred_on, currency, rate) VALUES ('2026-09-01', 'USD', 0.75)")
    settle_orders(engine, "EUR", {"USD": 0.25})
    assert stands(engine)["9"] == 7.5
    engine.execute("UPDATE rates SET rate = 0.8")
    settle_orders(engine, "EUR", {"USD": 0.25})
    assert stands(engine)["9"] == 8
    engine.execute(
        "UPDATE orders SET profile_id = (SELECT profile_id FROM identifiers WHERE value = 'A') WHERE order_id = 'r'"
    )
    settle_orders(engine, "EUR", {"USD": 0.25})
    assert "2" not in stands(engine)
