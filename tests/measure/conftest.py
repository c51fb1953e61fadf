import numpy as np
import pyarrow as pa
import pytest

from coterie.engines import open_warehouse


@pytest.fixture
def engine():
    warehouse = open_warehouse(None)
    yield warehouse
    warehouse.close()


def fill_orders(engine, rows):
    """rows: (profile_id, occurred_at, revenue) or with (…, status, channel) behind."""
    records = [(*row, "completed", None)[:3] + ((*row[3:], "completed", None) if len(row) == 3 else (*row[3:], None))[:2] for row in rows]  # noqa: E501
    engine.write(
        "orders",
        pa.table(
            {
                "order_id": [f"o{k}" for k in range(len(records))],
                "profile_id": pa.array([r[0] for r in records], pa.int64()),
                "identifier_id": pa.array([r[0] for r in records], pa.int64()),
                "occurred_at": pa.array([r[1] for r in records], pa.timestamp("us")),
                "revenue": pa.array([float(r[2]) for r in records]),
                "status": [r[3] for r in records],
                "channel": pa.array([r[4] for r in records], pa.string()),
            }
        ),
    )


def fill_events(engine, rows):
    """rows: (profile_id, name, occurred_at, {properties}) or with channel behind."""
    import json

    for row in rows:
        profile_id, name, at, properties = row[:4]
        channel = row[4] if len(row) > 4 else None
        engine.execute(
            "INSERT INTO events (event_id, identifier_id, profile_id, name, occurred_at, channel, properties) "
            "SELECT uuid()::VARCHAR, $p, $p, $n, $t, $c, $j::JSON::VARIANT",
            {"p": profile_id, "n": name, "t": at, "c": channel, "j": json.dumps(properties)},
        )


@pytest.fixture
def random():
    return np.random.default_rng(20261121)
