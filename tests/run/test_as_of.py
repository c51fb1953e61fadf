"""A refresh is for the instant up to which customers are known."""

from datetime import datetime, timedelta

import pyarrow as pa
import pytest

from coterie.collect import record_events
from coterie.engines import open_warehouse
from coterie.profile import order_coverage
from coterie.run import choose_as_of

END = datetime(2026, 3, 1, 9, 30)
MIDNIGHT = datetime(2026, 3, 2)


@pytest.fixture
def warehouse():
    engine = open_warehouse(None)
    yield engine
    engine.close()


def daily(engine, source, days, *, end=END, every=1):
    at = [end - timedelta(days=every * n) for n in range(days)]
    count = {"order_id": [f"{source}{n}" for n in range(days)], "source": [source] * days}
    engine.write("orders", pa.table(count | {"occurred_at": pa.array(at, pa.timestamp("us"))}))


@pytest.mark.parametrize(
    ("every", "late", "is_now"),
    [
        pytest.param(1, timedelta(days=2), True, id="a-day-behind"),
        pytest.param(1, timedelta(days=4), False, id="daily-orders-and-none-for-four-days"),
        pytest.param(14, timedelta(days=10), True, id="orders-every-fortnight"),
        pytest.param(14, timedelta(days=20), False, id="longer-than-it-ever-paused"),
        pytest.param(40, timedelta(days=29), True, id="paused-for-longer-before"),
        pytest.param(40, timedelta(days=35), False, id="a-month-is-history-in-any-case"),
    ],
)
def test_data_are_history_when_orders_never_paused_so_long(warehouse, every, late, is_now):
    daily(warehouse, "shop", 12, every=every)
    found = choose_as_of(warehouse, None, END + late)
    assert found.at == (END + late if is_now else MIDNIGHT)
    assert found.is_historic != is_now


def test_what_coterie_itself_sent_tells_nothing_of_customers(warehouse):
    daily(warehouse, "shop", 30)
    now = END + timedelta(days=29)
    sent = {"event_id": "m1", "name": "Message Sent", "occurred_at": now - timedelta(hours=1), "profile_id": 1}
    record_events(warehouse, pa.Table.from_pylist([sent]))
    assert choose_as_of(warehouse, None, now).at == MIDNIGHT


def test_visits_of_today_keep_today_while_orders_are_told_to_end_earlier(warehouse):
    daily(warehouse, "shop", 30)
    now = END + timedelta(days=29)
    visit = {"event_id": "v1", "name": "Product Viewed", "occurred_at": now - timedelta(hours=1), "profile_id": 1}
    record_events(warehouse, pa.Table.from_pylist([visit]), source="web")
    found = choose_as_of(warehouse, None, now)
    assert (found.at, found.orders.until) == (now, MIDNIGHT)
    assert [source.name for source in found.orders.stale] == ["shop"]


def test_each_source_is_known_to_its_own_newest_order(warehouse):
    daily(warehouse, "shop", 30, end=END - timedelta(days=60))
    daily(warehouse, "web", 100)
    found = order_coverage(warehouse, datetime(2026, 3, 1, 12))
    until = {source.name: source.until for source in found.sources}
    assert until == {"shop": MIDNIGHT - timedelta(days=60), "web": datetime(2026, 3, 1, 12)}
    assert [source.name for source in found.stale] == ["shop"]
    assert found.last_on == datetime(2026, 3, 1).date()


def test_a_file_that_begins_where_another_ends_goes_on_with_it(warehouse):
    daily(warehouse, "y24", 100, end=END - timedelta(days=200))
    daily(warehouse, "y25", 101, end=END - timedelta(days=100))
    daily(warehouse, "y26", 100)
    found = order_coverage(warehouse, datetime(2026, 3, 10))
    assert {source.until for source in found.sources} == {MIDNIGHT}


def test_days_are_those_of_the_zone(warehouse):
    daily(warehouse, "shop", 30, end=datetime(2026, 3, 1, 20))  # 04:00 on the 2nd in Shanghai
    assert order_coverage(warehouse, datetime(2026, 4, 1), "Asia/Shanghai").until == datetime(2026, 3, 2, 16)


def test_orders_at_or_after_the_instant_do_not_count(warehouse):
    daily(warehouse, "shop", 30)
    assert order_coverage(warehouse, END).newest_at == END - timedelta(days=1)
    assert order_coverage(warehouse, END - timedelta(days=400)).until is None
