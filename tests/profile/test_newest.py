"""Of what records say of a person, the newest true one wins, attribute by attribute."""

from __future__ import annotations

from datetime import datetime

import pyarrow as pa
import pytest

from coterie.engines import open_warehouse
from coterie.profile import build_profiles

NOON = datetime(2026, 11, 10, 12)
EARLIER, LATER = datetime(2026, 11, 9), datetime(2026, 11, 11)
SOONER, LAST = datetime(2026, 11, 1), datetime(2026, 11, 30)
"""When the first and the second file were loaded."""


@pytest.fixture
def city():
    engine = open_warehouse(None, threads=1)

    def told(*records: tuple[str | None, datetime | None, int], as_of: datetime | None = None) -> str | None:
        """The city of a person of whom records (city, when it was true, of the first or the second load) tell."""
        at = pa.timestamp("us")
        numbers = list(range(1, len(records) + 1))
        loads = pa.array([SOONER, LAST], at)
        engine.write("batches", pa.table({"batch_id": [1, 2], "loaded_at": loads}))
        people = pa.array([1] * len(records), pa.int64())
        seen = pa.array([LAST, *[SOONER] * (len(records) - 1)], at)
        engine.write("identifiers", pa.table({"identifier_id": numbers, "profile_id": people, "first_seen_at": seen}))
        engine.execute("ALTER TABLE customer_records ADD COLUMN IF NOT EXISTS city VARCHAR")
        cells = {
            "identifier_id": numbers,
            "profile_id": people,
            "updated_at": pa.array([when for _, when, _ in records], at),
            "batch_id": pa.array([load for *_, load in records], pa.int64()),
            "city": pa.array([name for name, *_ in records], pa.string()),
        }
        engine.write("customer_records", pa.table(cells))
        assert build_profiles(engine, as_of) == 1
        (row,) = engine.query("SELECT city, first_seen_at FROM profiles").to_pylist()
        assert row["first_seen_at"] == (SOONER if len(records) > 1 else LAST)
        return row["city"]

    yield told
    engine.close()


@pytest.mark.parametrize("order", [1, -1], ids=["as-told", "the-other-way-round"])
@pytest.mark.parametrize(
    ("records", "right"),
    [
        pytest.param([("Bonn", NOON, 1), ("Ulm", EARLIER, 2)], "Bonn", id="the-newest-and-not-the-last-loaded"),
        pytest.param([("Ulm", NOON, 1), ("Bonn", NOON, 2)], "Bonn", id="of-one-instant-the-later-load"),
        pytest.param([("Ulm", NOON, 2), ("Bonn", NOON, 2)], "Ulm", id="of-one-load-the-greater"),
        pytest.param([("Bonn", EARLIER, 1), (None, NOON, 2)], "Bonn", id="what-says-nothing-takes-nothing-away"),
        pytest.param([("Bonn", NOON, 1), ("Ulm", None, 2)], "Ulm", id="undated-as-old-as-its-load"),
        pytest.param([("Bonn", NOON, 2), ("Ulm", None, 1)], "Bonn", id="undated-and-loaded-before"),
        pytest.param([("Bonn", EARLIER, 2), ("Ulm", SOONER, 1)], "Bonn", id="an-instant-of-its-load-is-none"),
    ],
)
def test_the_newest_wins(city, records, right, order):
    assert city(*records[::order]) == right


@pytest.mark.parametrize(("when", "counts"), [(EARLIER, True), (NOON, False), (LATER, False)])
def test_what_is_true_at_the_instant_asked_or_later_does_not_count(city, when, counts):
    assert city(("Bonn", SOONER, 2), ("Ulm", when, 2), as_of=NOON) == ("Ulm" if counts else "Bonn")


def test_what_is_undated_counts_at_any_instant(city):
    assert city(("Bonn", None, 2), as_of=EARLIER) == "Bonn"
