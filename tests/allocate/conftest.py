"""A base of two segments with orders, contacts and identifiers, small enough to count by hand."""

from datetime import datetime

import pyarrow as pa
import pytest

from coterie.engines import open_warehouse

AS_OF = datetime(2026, 7, 1)
ORDERED = datetime(2026, 6, 1)


@pytest.fixture
def engine():
    """Profiles 1-40 are 'best' (100 each, in the store), 41-100 are 'rest' (10 each, online); all have an e-mail."""
    warehouse = open_warehouse(None)
    warehouse.execute("INSERT INTO profiles SELECT i, NULL FROM range(1, 101) AS t(i)")
    warehouse.execute(
        "INSERT INTO assignments SELECT i, 'worth', CASE WHEN i <= 40 THEN 'best' ELSE 'rest' END, NULL "
        "FROM range(1, 101) AS t(i)"
    )
    warehouse.execute(
        "INSERT INTO identifiers (identifier_id, namespace, value, profile_id) "
        "SELECT i, 'email', i || '@x.example', i FROM range(1, 101) AS t(i) WHERE i % 2 = 0"
    )
    warehouse.write(
        "orders",
        pa.table(
            {
                "order_id": [str(k) for k in range(1, 101)],
                "profile_id": list(range(1, 101)),
                "occurred_at": pa.array([ORDERED] * 100, pa.timestamp("us")),
                "revenue": [100.0 if k <= 40 else 10.0 for k in range(1, 101)],
                "status": ["completed"] * 100,
                "channel": ["POS" if k <= 40 else "Website" for k in range(1, 101)],
            }
        ),
    )
    yield warehouse
    warehouse.close()


@pytest.fixture
def mailed(engine):
    """Everybody was mailed in May; of the best a half redeemed, of the rest nobody did."""
    engine.execute(
        "INSERT INTO events (event_id, profile_id, name, occurred_at, channel, properties) "
        "SELECT 'm' || i, i, 'Message Sent', TIMESTAMP '2026-05-20', 'E-Mail', {'campaign': 'may'}::VARIANT "
        "FROM range(1, 101) AS t(i)"
    )
    engine.execute(
        "INSERT INTO events (event_id, profile_id, name, occurred_at, properties) "
        "SELECT 'r' || i, i, 'Coupon Redeemed', TIMESTAMP '2026-05-25', {'campaign': 'may'}::VARIANT "
        "FROM range(1, 21) AS t(i)"
    )
    return engine
