"""What is kept of a table between looks is what reading all of it would give."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from coterie.engines import Engine, open_warehouse
from coterie.profile.growth import grown, read_extent
from coterie.profile.named_events import SAMPLED_ROWS, read_named_events
from coterie.profile.order_coverage import activity_coverage, order_coverage

AT = datetime(2026, 3, 1, 12)


@pytest.fixture
def engine() -> Engine:
    return open_warehouse(None, threads=1)


def happened(engine: Engine, many: int, properties: str, at: datetime = AT, *, source: str = "web") -> None:
    engine.execute(
        f"INSERT INTO events BY NAME SELECT 'e' || (SELECT count(*) FROM events) || '-' || range AS event_id, 'Viewed' AS name, "
        f"CAST('{at}' AS TIMESTAMP) AS occurred_at, '{source}' AS source, CAST('{properties}' AS JSON)::VARIANT AS properties FROM range({many})"
    )


def ordered(engine: Engine, name: str, at: datetime, revenue: float = 5, *, source: str = "web") -> None:
    engine.execute(
        f"INSERT INTO orders BY NAME SELECT '{name}' AS order_id, CAST('{at}' AS TIMESTAMP) AS occurred_at, {revenue} AS revenue, "
        f"'{source}' AS source"
    )


def anew(engine: Engine) -> Engine:
    """The same rows in a warehouse of which nothing was read before."""
    other = open_warehouse(None, threads=1)
    for table in ("events", "orders"):
        rows = engine.query(
            f"SELECT * EXCLUDE (properties, context) FROM {table}" if table == "events" else f"FROM {table}"
        )
        other.write(table, rows)
    return other


def test_types_are_those_of_the_newest_events_whoever_came_last(engine: Engine) -> None:
    happened(engine, 3, '{"price": 5, "note": null}')
    assert read_named_events(engine)["Viewed"] == {"price": "number", "note": "text"}
    happened(engine, 1, '{"price": "dear", "color": "red"}')
    assert read_named_events(engine)["Viewed"] == {"price": "text", "note": "text", "color": "text"}
    happened(engine, SAMPLED_ROWS, '{"price": 7}', AT + timedelta(days=1))
    assert read_named_events(engine)["Viewed"] == {"price": "number"}, "older events are not among the newest any more"
    happened(engine, 1, '{"price": "dear"}', AT)
    assert read_named_events(engine)["Viewed"] == {"price": "number"}, (
        "an old event that comes late is not among them either"
    )


def test_events_that_went_away_are_forgotten(engine: Engine) -> None:
    happened(engine, 1, '{"price": 5}')
    happened(engine, 1, '{"price": "dear"}')
    assert read_named_events(engine)["Viewed"] == {"price": "text"}
    engine.execute("DELETE FROM events WHERE variant_typeof(variant_extract(properties, 'price')) LIKE 'VARCHAR%'")
    assert read_named_events(engine)["Viewed"] == {"price": "number"}


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo"])
def test_days_are_those_of_all_rows_in_whatever_order_they_came(engine: Engine, zone: str) -> None:
    told = [
        ("a", AT - timedelta(days=40), 5, "web"), ("b", AT - timedelta(hours=1), 5, "web"), ("c", AT - timedelta(days=90), 5, "till"),
        ("d", AT + timedelta(hours=2), 5, "web"), ("e", AT - timedelta(days=2), -3, "web"), ("f", AT - timedelta(days=200), 5, "web"),
        ("g", AT + timedelta(days=30), 5, "later"),
    ]  # fmt: skip
    for turn, (name, at, revenue, source) in enumerate(told):
        ordered(engine, name, at, revenue, source=source)
        happened(engine, 1, "{}", at, source=source)
        other = anew(engine)
        for later in (timedelta(), timedelta(hours=turn), timedelta(days=401), timedelta(days=turn)):
            for coverage in (order_coverage, activity_coverage):
                assert coverage(engine, AT + later, zone) == coverage(other, AT + later, zone), (name, later)


def test_a_row_that_takes_the_place_of_another_is_no_growth(engine: Engine) -> None:
    ordered(engine, "a", AT)
    ordered(engine, "b", AT)
    before = read_extent(engine, "orders")
    assert before is not None
    assert grown(engine, before) == before
    engine.execute("DELETE FROM orders WHERE order_id = 'a'")
    ordered(engine, "c", AT)
    assert grown(engine, before) is None


def test_rows_of_a_transaction_under_way_are_seen_and_not_kept(engine: Engine) -> None:
    ordered(engine, "a", AT)
    with engine.trial():
        ordered(engine, "b", AT - timedelta(days=3))
        assert order_coverage(engine, AT + timedelta(days=1)).first_at == AT - timedelta(days=3)
    assert order_coverage(engine, AT + timedelta(days=1)).first_at == AT
