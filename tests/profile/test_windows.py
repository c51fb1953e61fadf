"""Windows begin and end where they say, whatever the calendar."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coterie.profile.windows import Bounds, Windowed, duration_words, moved, period_start, shift

AS_OF = datetime(2024, 5, 17, 9)
INSTANTS = st.datetimes(datetime(1990, 1, 1), datetime(2060, 1, 1))


@given(at=INSTANTS)
def test_a_period_holds_its_instant_and_begins_at_a_midnight(at):
    lengths = {"day": "1d", "week": "1w", "month": "1mo", "quarter": "3mo", "year": "1y"}
    for period, length in lengths.items():
        start = period_start(at, period)
        assert start <= at < shift(start, length, 1)
        assert start.time() == datetime.min.time()
        assert period_start(start, period) == start
    assert period_start(at, "week").isoweekday() == 1
    assert period_start(at, "quarter").month in (1, 4, 7, 10)


@pytest.mark.parametrize(
    ("given_", "kept", "words"),
    [
        pytest.param(timedelta(days=2), "2d", "2 days", id="whole-days"),
        pytest.param(timedelta(hours=36), "129600s", "129,600 seconds", id="a-day-and-a-half"),
        pytest.param("P1DT12H", "129600s", "129,600 seconds", id="the-same-in-iso"),
        pytest.param("6 months", "6mo", "6 months", id="months"),
        pytest.param("1mo", "1mo", "1 month", id="one-month"),
    ],
)
def test_a_length_of_time_is_kept_exactly(given_, kept, words):
    window = Windowed(within=given_)
    assert window.within == kept
    assert duration_words(kept).replace(",", "") == words.replace(",", "")


@pytest.mark.parametrize(("times", "end"), [(-1, datetime.min), (1, datetime.max)])
def test_the_ends_of_time_stop_a_move(times, end):
    assert shift(AS_OF, "9000y", times) == end
    assert shift(AS_OF, "9000000w", times) == end


@given(at=INSTANTS, unit=st.sampled_from(["mo", "y", "d"]))
def test_no_move_leaves_an_instant_where_it_is(at, unit):
    """Also in the hour that a clock repeats, whose second pass the calendar cannot name."""
    for instant in (at, datetime(2024, 10, 27, 1, 30)):
        assert moved(instant, f"3{unit}", "Europe/Oslo", 0) == instant
        assert moved(instant, f"0{unit}", "Europe/Oslo") == instant


@pytest.mark.parametrize(
    ("window", "start", "end"),
    [
        pytest.param({}, None, AS_OF, id="a-lifetime"),
        pytest.param({"within": "3mo"}, datetime(2024, 2, 17, 10), AS_OF, id="months-by-the-clock-there"),
        pytest.param({"within": "10d", "since": date(2024, 1, 1)}, datetime(2024, 5, 7, 9), AS_OF, id="since-earlier-than-within"),
        pytest.param({"within": "10d", "since": date(2024, 5, 12)}, datetime(2024, 5, 11, 22), AS_OF, id="since-later-than-within"),
        pytest.param({"until": "10d", "before": date(2024, 6, 1)}, None, datetime(2024, 5, 7, 9), id="before-later-than-until"),
        pytest.param({"before": date(2030, 1, 1)}, None, AS_OF, id="nothing-counts-from-as-of-on"),
        pytest.param({"before": date(2024, 5, 2)}, None, datetime(2024, 5, 1, 22), id="a-date-is-its-midnight-there"),
        pytest.param({"within": "10d", "before": date(2024, 1, 1)}, datetime(2024, 5, 7, 9), datetime(2024, 5, 7, 9), id="empty-and-never-reversed"),
        pytest.param({"during": "today"}, datetime(2024, 5, 16, 22), AS_OF, id="today"),
        pytest.param({"during": "yesterday"}, datetime(2024, 5, 15, 22), datetime(2024, 5, 16, 22), id="yesterday"),
        pytest.param({"during": "this_week"}, datetime(2024, 5, 12, 22), AS_OF, id="this-week-from-monday"),
        pytest.param({"during": "last_week"}, datetime(2024, 5, 5, 22), datetime(2024, 5, 12, 22), id="last-week"),
        pytest.param({"during": "this_month"}, datetime(2024, 4, 30, 22), AS_OF, id="this-month"),
        pytest.param({"during": "last_quarter"}, datetime(2023, 12, 31, 23), datetime(2024, 3, 31, 22), id="last-quarter-across-the-clocks"),
        pytest.param({"during": "this_year"}, datetime(2023, 12, 31, 23), AS_OF, id="this-year"),
    ],
)  # fmt: skip
def test_a_window_has_these_bounds_in_oslo(window, start, end):
    bounds = Windowed(**window).bounds(AS_OF, "Europe/Oslo")
    assert (bounds.start, bounds.end) == (start, end)


@pytest.mark.parametrize(
    ("since", "start"),
    [
        pytest.param(datetime(2024, 3, 31, 2, 30), datetime(2024, 3, 31, 1, 30), id="a-time-that-the-clock-skips"),
        pytest.param(datetime(2023, 10, 29, 2, 30), datetime(2023, 10, 29, 0, 30), id="the-first-of-two"),
        pytest.param(datetime(2024, 3, 1, 10, tzinfo=UTC), datetime(2024, 3, 1, 10), id="with-its-own-offset"),
    ],
)
def test_a_fixed_instant_is_read_by_the_clock_there(since, start):
    assert Windowed(since=since).bounds(AS_OF, "Europe/Oslo").start == start


def test_today_is_that_of_the_clock_there():
    midnight = datetime(2024, 5, 16, 22)
    for as_of in (midnight, midnight + timedelta(minutes=30), midnight + timedelta(hours=23)):
        assert Windowed(during="today").bounds(as_of, "Europe/Oslo") == Bounds(midnight, as_of)
