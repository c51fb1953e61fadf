"""CDNOW: real orders of 2,357 customers, the sample that the papers print their numbers for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from coterie.engines import Engine, open_warehouse


def cdnow_files() -> Path:
    lifetimes = pytest.importorskip("lifetimes", reason="the package that carries CDNOW is not installed")
    return Path(lifetimes.__file__).parent / "datasets"


def write_orders(engine: Engine, people, moments, revenue, status="completed") -> None:
    count = len(people)
    engine.write(
        "orders",
        pa.table(
            {
                "order_id": [f"{status}{n}" for n in range(count)],
                "identifier_id": pa.array(people, pa.int64()),
                "profile_id": pa.array(people, pa.int64()),
                "occurred_at": pa.array(moments, pa.timestamp("us")),
                "revenue": pa.array(np.asarray(revenue, float)),
                "status": [status] * count,
            }
        ),
    )


@pytest.fixture(scope="session")
def cdnow() -> Iterator[Engine]:
    rows = [line.split() for line in (cdnow_files() / "CDNOW_sample.txt").read_text().splitlines()]
    engine = open_warehouse(None)
    moments = [datetime.strptime(row[2], "%Y%m%d") for row in rows]  # noqa: DTZ007
    write_orders(engine, [int(row[1]) for row in rows], moments, [float(row[4]) for row in rows])
    yield engine
    engine.close()


@pytest.fixture
def warehouse() -> Iterator[Engine]:
    engine = open_warehouse(None)
    yield engine
    engine.close()


def simulate(customers: int, seed: int, *, r=0.5, alpha=10.0, a=0.6, b=2.0, days=364):
    """Buying histories drawn from BG/NBD itself: repeats, recency and age in weeks; and buying days per customer."""
    draw = np.random.default_rng(seed)
    age = draw.integers(days // 2, days, customers)
    rate = draw.gamma(r, 1 / alpha, customers)
    leave = draw.beta(a, b, customers)
    repeats, recency = np.zeros(customers, int), np.zeros(customers)
    now, going = np.zeros(customers), np.ones(customers, bool)
    while going.any():
        now = now + draw.exponential(1, customers) / rate
        going &= now * 7 < age
        repeats += going
        recency[going] = now[going]
        going &= draw.random(customers) >= leave
    return repeats.astype(float), recency, age / 7


def days_ago(as_of: datetime, days) -> list[datetime]:
    return [as_of - timedelta(days=float(each)) for each in days]
