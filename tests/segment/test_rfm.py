"""What an RFM grid promises."""

import random
from bisect import bisect_left, bisect_right
from datetime import datetime, timedelta

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.laws import tries

from coterie.engines import open_warehouse
from coterie.errors import UnknownName
from coterie.segment.segmentations.rfm import RfmDefinition, rfm, rfm_grid
from coterie.segment.segmentations.rfm_names import GRID, SEGMENTS, segment_of

AS_OF = datetime(2026, 3, 1)


def base_of(rows):
    """A warehouse whose ``traits`` hold (recency, frequency, monetary) per profile."""
    engine = open_warehouse(None)
    engine.write(
        "people",
        pa.table(
            {
                "profile_id": list(range(1, len(rows) + 1)),
                "days": pa.array([row[0] for row in rows], pa.float64()),
                "orders": pa.array([row[1] for row in rows], pa.int64()),
                "spend": pa.array([row[2] for row in rows], pa.float64()),
            }
        ),
        append=False,
    )
    engine.execute("CREATE OR REPLACE VIEW traits AS SELECT * FROM people")
    return engine


BY_TRAITS = RfmDefinition(recency="days", frequency="orders", monetary="spend")


def cells_of(engine):
    rows = engine.query("SELECT profile_id, segment FROM assignments WHERE segmentation = 'rfm_cell' ORDER BY 1")
    return dict(zip(rows["profile_id"].to_pylist(), rows["segment"].to_pylist(), strict=True))


def parts_of(engine):
    rows = engine.query("SELECT profile_id, segment FROM assignments WHERE segmentation = 'rfm' ORDER BY 1")
    return dict(zip(rows["profile_id"].to_pylist(), rows["segment"].to_pylist(), strict=True))


def test_the_best_of_five_is_a_champion_and_the_worst_is_lost():
    engine = base_of([(10 * n, 6 - n, 600 - 100 * n) for n in range(1, 6)])
    rfm(engine, BY_TRAITS, as_of=AS_OF)
    assert list(cells_of(engine).values()) == ["5-5-5", "4-4-4", "3-3-3", "2-2-2", "1-1-1"]
    assert list(parts_of(engine).values()) == ["champions", "loyal", "need_attention", "hibernating", "lost"]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param([(5, 1, 10)], ["3-3-3"], id="one-customer-is-in-the-middle"),
        pytest.param([(5, 1, 10)] * 4, ["3-1-1"] * 4, id="all-equal-are-in-the-middle-of-recency"),
        pytest.param(
            [(5, n, n) for n in range(1, 5)] + [(50, n, n) for n in range(1, 5)],
            ["4-1-1", "4-2-2", "4-3-3", "4-5-5", "2-1-1", "2-2-2", "2-3-3", "2-5-5"],
            id="those-of-one-day-share-the-middle-of-their-places",
        ),
        pytest.param([(5, 1, 10), (None, 0, None)], ["3-3-3"], id="without-orders-no-cell"),
        pytest.param(
            [(1, 1, 5), (2, 1, 6), (3, 1, 7), (4, 9, 8)],
            ["5-1-1", "4-1-2", "2-1-4", "1-5-5"],
            id="one-timers-score-one",
        ),
    ],
)
def test_scores_are_percentiles_with_ties_together(rows, expected):
    engine = base_of(rows)
    rfm(engine, BY_TRAITS, as_of=AS_OF)
    assert list(cells_of(engine).values()) == expected


def test_profiles_without_orders_are_a_part_of_their_own():
    engine = base_of([(5, 1, 10), (None, 0, None), (None, None, None)])
    rfm(engine, BY_TRAITS, as_of=AS_OF)
    result = rfm_grid(engine, BY_TRAITS, as_of=AS_OF)
    assert parts_of(engine)[2] == parts_of(engine)[3] == "no_orders"
    assert (result.customers, result.with_orders) == (3, 1)


def test_an_empty_base_gives_an_empty_grid(warehouse):
    result = rfm_grid(warehouse, as_of=AS_OF)
    assert (result.customers, result.parts, result.cells) == (0, (), ())
    assert len(result.heat_map()) == 25


def test_a_second_run_replaces_the_first():
    engine = base_of([(5, 1, 10), (6, 2, 20)])
    rfm(engine, BY_TRAITS, as_of=AS_OF)
    rfm(engine, BY_TRAITS, as_of=AS_OF + timedelta(days=1))
    rows = engine.query("SELECT count(*), max(as_of) FROM assignments WHERE segmentation = 'rfm'").to_pylist()[0]
    assert list(rows.values()) == [2, AS_OF + timedelta(days=1)]


def test_an_instant_serves_as_recency():
    engine = base_of([(5, 1, 10), (6, 2, 20)])
    engine.execute(
        "CREATE OR REPLACE VIEW traits AS SELECT *, TIMESTAMP '2026-03-01' - days * INTERVAL 1 DAY AS last FROM people"
    )
    rfm(engine, BY_TRAITS.model_copy(update={"recency": "last"}), as_of=AS_OF)
    assert list(cells_of(engine).values()) == ["4-2-2", "2-4-4"]


@pytest.mark.parametrize(("zone", "later"), [("UTC", 2), ("Asia/Shanghai", 1), ("America/New_York", 2)])
def test_recency_counts_to_the_midnight_of_the_zone(warehouse, zone, later):
    """The first customer's source ended 9 hours before midnight in UTC, 1 in Shanghai; the second was silent for 5."""
    warehouse.execute("INSERT INTO profiles (profile_id) VALUES (1), (2), (3)")
    warehouse.execute(
        """INSERT INTO orders BY NAME SELECT order_id, order_id AS profile_id, occurred_at, source, 20 AS revenue,
           'completed' AS status FROM (VALUES (1, TIMESTAMP '2026-01-05 15:00', 'old'),
           (2, TIMESTAMP '2026-03-01 12:00', 'new'), (3, TIMESTAMP '2025-12-01', 'new')) AS t (order_id, occurred_at, source)"""
    )
    rfm(warehouse, as_of=datetime(2026, 3, 1, 17), zone=zone)
    cells = warehouse.query("SELECT profile_id, segment FROM assignments WHERE segmentation = 'rfm_cell'").to_pylist()
    assert max(cells, key=lambda row: int(row["segment"][0]))["profile_id"] == later


def test_an_unknown_trait_is_refused_with_the_known_ones():
    with pytest.raises(UnknownName, match="did you mean 'days'"):
        rfm(base_of([(5, 1, 10)]), BY_TRAITS.model_copy(update={"recency": "day"}), as_of=AS_OF)


def test_every_cell_of_every_grid_has_one_of_the_eleven_names():
    assert {key for row in GRID.values() for key in row} == set(SEGMENTS) - {"no_orders", "alike"}
    for tiles in range(2, 11):
        corners = [segment_of(tiles, tiles, tiles, tiles), segment_of(1, 1, 1, tiles)]
        assert corners == ["champions", "lost"]


@settings(max_examples=tries(5, 25), deadline=None)
@given(
    rows=st.lists(st.tuples(st.integers(0, 30), st.integers(1, 5), st.integers(-50, 50)), min_size=1, max_size=40),
    tiles=st.integers(2, 10),
    seed=st.randoms(use_true_random=False),
)
def test_equal_values_get_equal_scores_in_any_order_of_rows(rows, tiles, seed):
    definition = BY_TRAITS.model_copy(update={"tiles": tiles})
    shuffled = list(rows)
    seed.shuffle(shuffled)
    found = []
    for order in (rows, shuffled):
        engine = base_of(order)
        rfm(engine, definition, as_of=AS_OF)
        result = rfm_grid(engine, definition, as_of=AS_OF)
        cells = cells_of(engine)
        found.append({values: cells[place] for place, values in enumerate(order, start=1)})
        assert all(cells[place] == found[-1][values] for place, values in enumerate(order, start=1))
        assert sum(cell.customers for cell in result.cells) == len(rows)
        engine.close()
    assert found[0] == found[1]


def test_on_an_online_wholesaler_orders_and_revenue_add_up(retail, retail_as_of):
    result = rfm_grid(retail, as_of=retail_as_of)
    completed = retail.query("SELECT CAST(sum(revenue) AS DOUBLE) AS r FROM orders WHERE status = 'completed'")
    assert sum(cell.revenue for cell in result.cells) == pytest.approx(completed["r"][0].as_py())
    assert result.customers == retail.query("SELECT count(*) AS n FROM profiles")["n"][0].as_py()
    champions = next(part for part in result.parts if part.segment.key == "champions")
    assert champions.revenue_share > 2 * champions.customer_share
    heat = result.heat_map()
    assert len(heat) == 25
    assert sum(entry["customers"] for entry in heat) == result.with_orders


def test_names_and_meanings_are_translated():
    for segment in SEGMENTS.values():
        assert segment.name().told("zh") != segment.name().told("en")
        assert segment.describe().told("zh") != segment.describe().told("en")


def shop_of(warehouse, histories):
    """One customer a history of (days ago, revenue)."""
    warehouse.execute("DELETE FROM orders")
    warehouse.execute("DELETE FROM profiles")
    rows = [(n, days, money) for n, history in enumerate(histories, start=1) for days, money in history]
    warehouse.write("profiles", pa.table({"profile_id": list(range(1, len(histories) + 1))}))
    warehouse.write(
        "orders",
        pa.table(
            {
                "order_id": [f"o{place}" for place in range(len(rows))],
                "profile_id": [row[0] for row in rows],
                "occurred_at": pa.array([AS_OF - timedelta(days=row[1]) for row in rows], pa.timestamp("us")),
                "revenue": [row[2] for row in rows],
                "status": ["completed"] * len(rows),
            }
        ),
    )


def _many(draw, most, spread):
    return [
        [(draw.randint(1, spread), draw.choice([10, 20, 99])) for _ in range(draw.randint(1, most))] for _ in range(300)
    ]


BASES = {
    "all-alike": lambda _: [[(30, 20)]] * 100,
    "alike-but-for-the-day": lambda draw: [[(day, 20)] for day in draw.choices(range(1, 300), k=100)],
    "one-order-each": lambda draw: [[(day, draw.randint(1, 500))] for day in draw.choices(range(1, 300), k=200)],
    "most-once": lambda draw: [[(5, 20)]] * 140 + _many(draw, 4, 200)[:60],
    "all-lately": lambda draw: _many(draw, 6, 3),
    "long": lambda draw: _many(draw, 12, 900),
    "few": lambda draw: _many(draw, 3, 90)[:7],
}


def shares_of(warehouse):
    """For every buyer: shares of buyers at or before their day, at or after it, below and at or above them in worth."""
    rows = warehouse.query(
        """SELECT profile_id, segment, max(CAST(occurred_at AS DATE)) AS day, count(*) AS orders, sum(revenue) AS money
        FROM orders JOIN assignments USING (profile_id) WHERE segmentation = 'rfm' GROUP BY ALL"""
    ).to_pylist()
    n, known = len(rows), {name: sorted(row[name] for row in rows) for name in ("day", "orders", "money")}

    def below(name, row):
        return bisect_left(known[name], row[name]) / n

    def up_to(name, row):
        return bisect_right(known[name], row[name]) / n

    for row in rows:
        yield (
            row["segment"],
            {
                "late": up_to("day", row),
                "ago": 1 - below("day", row),
                "below": (below("orders", row) + below("money", row)) / 2,
                "least": 1 - (below("orders", row) + below("money", row)) / 2,
            },
        )


CLAIMS = {
    "Last order as late as most or later": lambda who, _: who["late"] >= 0.5,
    "Last order as long ago as most or longer": lambda who, _: who["ago"] >= 0.5,
    "Last order in the middle or later": lambda who, wide: who["late"] >= 0.5 - wide,
    "Last order in the middle": lambda who, wide: min(who["late"], who["ago"]) >= 0.5 - wide,
    "more orders and spending, taken together, than most.": lambda who, _: who["below"] >= 0.5,
    "most others, taken together, ordered and spent as much or more.": lambda who, _: who["least"] >= 0.5,
    "orders and spending, taken together, in the middle or below.": lambda who, wide: who["least"] >= 0.5 - wide,
    "orders and spending, taken together, in the middle or above.": lambda who, wide: who["below"] >= 0.5 - wide,
    "orders and spending, taken together, in the middle.": lambda who, wide: (
        min(who["least"], who["below"]) >= 0.5 - wide
    ),
    "As many orders and as much spending as every other buyer": lambda who, _: who["below"] == 0,
    "no score tells them apart.": lambda who, _: who["below"] == 0,
}
"""Claim → whether it holds of a buyer; the middle reaches one tile, ``wide``, to either side."""


@pytest.mark.parametrize("tiles", [5, 3, 2])
@pytest.mark.parametrize("base", BASES)
def test_what_is_said_of_a_part_is_true_of_everybody_in_it(warehouse, base, tiles):
    shop_of(warehouse, BASES[base](random.Random(base)))
    rfm(warehouse, RfmDefinition(tiles=tiles), as_of=AS_OF)
    check_claims(warehouse, tiles)


def test_what_is_said_is_true_of_real_wholesale_customers(warehouse, retail, retail_as_of):
    orders = "SELECT order_id, profile_id, occurred_at, revenue, status FROM orders WHERE status = 'completed'"
    warehouse.write("orders", retail.query(orders))
    warehouse.execute("INSERT INTO profiles (profile_id) SELECT DISTINCT profile_id FROM orders")
    rfm(warehouse, as_of=retail_as_of)
    check_claims(warehouse, 5)


def check_claims(warehouse, tiles):
    said = {key: segment.meaning.split("; ") for key, segment in SEGMENTS.items()}
    for segment, who in shares_of(warehouse):
        for claim in said[segment]:
            assert CLAIMS[claim](who, 1 / tiles + 1e-3), (segment, claim, who)


def test_where_everybody_bought_once_alike_nobody_is_said_to_buy_often(warehouse):
    shop_of(warehouse, BASES["all-alike"](random.Random(1)))
    found = rfm_grid(warehouse, as_of=AS_OF)
    assert [part.segment.key for part in found.parts] == ["alike"]
    for segment in SEGMENTS.values():
        assert not {"often", "used"} & set(segment.meaning.lower().replace(",", " ").split())
