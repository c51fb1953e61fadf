"""Dates near to an instant, edge by edge: a window's first moment is in, its end is not; days are those of the clock on the wall."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pyarrow as pa
import pytest

from coterie.engines import Engine, open_warehouse
from coterie.profile import build_profiles
from coterie.segment import SegmentDefinition
from coterie.segment.preview import matching

TICK = timedelta(microseconds=1)
MOMENTS = [datetime(2024, 3, 1, 4), datetime(2024, 3, 31, 4), datetime(2024, 4, 30, 4), datetime(2024, 2, 29, 5)]
SEEN = [each for moment in MOMENTS for each in (moment, moment - TICK)]
"""In New York: thirty days before the midnight of 31 March, that midnight, those of 30 April and 29 February, and the moments before them."""
BORN = [
    date(1990, 2, 28),
    date(1992, 2, 29),
    date(1990, 3, 1),
    date(1990, 3, 2),
    date(1990, 12, 31),
    date(1990, 1, 1),
    None,
    None,
    None,
]


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    opened = open_warehouse(None, threads=1)
    opened.execute("ALTER TABLE customer_records ADD COLUMN born_on DATE")
    opened.execute("ALTER TABLE customer_records ADD COLUMN seen_at TIMESTAMP")
    opened.execute("ALTER TABLE customer_records ADD COLUMN met_on DATE")
    numbers = list(range(1, len(BORN) + 1))
    opened.insert(
        "identifiers",
        "SELECT n AS identifier_id, 'customer_id' AS namespace, n::VARCHAR AS value, n AS profile_id FROM range(1, 10) AS r(n)",
    )
    rows = pa.table(
        {
            "identifier_id": pa.array(numbers, pa.int64()),
            "profile_id": pa.array(numbers, pa.int64()),
            "batch_id": pa.array([1] * len(numbers), pa.int64()),
            "born_on": pa.array(BORN, pa.date32()),
            "seen_at": pa.array([*SEEN, None], pa.timestamp("us")),
            "met_on": pa.array(
                [
                    *(date(2024, 3, day) for day in (1, 2, 30, 31)),
                    date(2024, 4, 30),
                    date(2024, 5, 1),
                    None,
                    None,
                    None,
                ],
                pa.date32(),
            ),
        }
    )
    opened.write("customer_records", rows)
    build_profiles(opened)
    yield opened
    opened.close()


def taken(engine: Engine, rule: dict[str, object], as_of: datetime, zone: str = "UTC") -> set[int]:
    """The profiles that a rule takes as of an instant."""
    definition = SegmentDefinition.model_validate({"name": "tried", "rule": rule})
    found = matching(engine, definition.rule, as_of=as_of, traits=[], segments=[], zone=zone)
    return set(found["profile_id"].to_pylist())


NEW_YORK = "America/New_York"
MIDNIGHT = datetime(2024, 3, 31, 4)
"""Of 31 March in New York, after the clocks had changed on the 10th."""


@pytest.mark.parametrize(
    ("rule", "people"),
    [
        pytest.param({"in_last": "1mo"}, {1, 2, 4, 7}, id="a-month-begins-at-midnight-of-29-february-in-winter"),
        pytest.param({"in_last": "30d"}, {1, 4}, id="thirty-days-are-of-24-hours"),
        pytest.param({"in_next": "30d"}, {3, 6}, id="what-is-now-is-next-and-the-end-is-not"),
        pytest.param({"in_next": "1mo"}, {3, 6}, id="a-month-on-from-the-31st-ends-on-the-30th"),
        pytest.param({"older_than": "30d"}, {2, 7, 8}, id="more-than-so-many-days"),
        pytest.param({"older_than": "1mo"}, {8}, id="more-than-a-month"),
        pytest.param({"older_than": "0d"}, {1, 2, 4, 7, 8}, id="before-the-moment"),
    ],
)  # fmt: skip
def test_instants_are_near_by_the_clock_on_the_wall(engine: Engine, rule: dict[str, object], people: set[int]) -> None:
    assert taken(engine, {"trait": "seen_at", **rule}, MIDNIGHT, NEW_YORK) == people


@pytest.mark.parametrize(
    ("rule", "as_of", "zone", "people"),
    [
        pytest.param({"in_last": "30d"}, MIDNIGHT, NEW_YORK, {1, 2, 3}, id="days-before-the-midnight-of-now"),
        pytest.param({"in_last": "1mo"}, MIDNIGHT, NEW_YORK, {1, 2, 3}, id="a-month-of-days-begins-at-the-midnight-of-one"),
        pytest.param({"in_next": "30d"}, MIDNIGHT, NEW_YORK, {4}, id="today-is-next-at-midnight-and-30-days-on-is-not"),
        pytest.param({"in_next": "30d"}, MIDNIGHT + TICK, NEW_YORK, {5}, id="and-past-from-then-on"),
        pytest.param({"in_last": "2d"}, datetime(2024, 3, 31, 20), "Asia/Shanghai", {4}, id="two-days-of-shanghai"),
        pytest.param({"in_last": "1d"}, datetime(2024, 3, 31, 4), NEW_YORK, {3}, id="one-of-new-york"),
        pytest.param({"older_than": "29d"}, MIDNIGHT, NEW_YORK, {1}, id="a-day-that-far-ago-is-not-older"),
    ],
)  # fmt: skip
def test_dates_are_near_by_the_days_of_the_zone(
    engine: Engine, rule: dict[str, object], as_of: datetime, zone: str, people: set[int]
) -> None:
    assert taken(engine, {"trait": "met_on", **rule}, as_of, zone) == people


@pytest.mark.parametrize(
    ("days", "as_of", "zone", "people"),
    [
        pytest.param(1, datetime(2024, 2, 28, 12), "UTC", {1}, id="the-28th-of-a-leap-year-is-itself"),
        pytest.param(2, datetime(2024, 2, 28, 12), "UTC", {1, 2}, id="and-the-29th-a-day-later"),
        pytest.param(1, datetime(2023, 2, 28, 12), "UTC", {1, 2}, id="of-other-years-both"),
        pytest.param(1, datetime(2023, 3, 1, 12), "UTC", {3}, id="and-not-the-first-of-march"),
        pytest.param(2, datetime(2023, 12, 31, 12), "UTC", {5, 6}, id="across-the-year"),
        pytest.param(1, datetime(2023, 12, 31, 20), "Asia/Shanghai", {6}, id="where-it-is-next-year-already"),
        pytest.param(1, datetime(2024, 1, 1, 3), NEW_YORK, {5}, id="where-it-is-last-year-still"),
        pytest.param(366, datetime(2023, 6, 1), "UTC", {1, 2, 3, 4, 5, 6}, id="a-whole-year-is-everybody-known"),
    ],
)
def test_a_yearly_day_comes_up(engine: Engine, days: int, as_of: datetime, zone: str, people: set[int]) -> None:
    assert taken(engine, {"trait": "born_on", "anniversary_within": days}, as_of, zone) == people


def test_an_instant_recurs_on_its_day_of_the_zone(engine: Engine) -> None:
    rule = {"trait": "seen_at", "anniversary_within": 1}
    assert taken(engine, rule, datetime(2025, 3, 30, 12), NEW_YORK) == {4}
    assert taken(engine, rule, datetime(2025, 3, 31, 12), NEW_YORK) == {3}
