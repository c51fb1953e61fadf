"""What happened to the users of others: each once, by hand, beside the law that walks everybody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from coterie.decide.journeys import JourneyDefinition
from tests.decide.journeys.both import BEGAN, Both

HOUR, DAY, LEAST = timedelta(hours=1), timedelta(days=1), timedelta(microseconds=1)
WAITS = [
    {
        "id": "w",
        "wait_for": {"event": "Visit"},
        "at_most": "2h",
        "then": [{"id": "yes", "message": "hello"}],
        "otherwise": [{"id": "no", "message": "again"}],
    },
    {"id": "rest", "wait": "1d"},
]


@pytest.fixture
def both() -> Iterator[Both]:
    world = Both({n: [f"customer_id:C{n}", f"email:p{n}@example.com"] for n in range(1, 5)})
    yield world
    world.ledger.close()


def follow(both: Both, steps: list[dict[str, Any]], **more: Any) -> None:
    body = {"name": "j", "entry": {"event": "Cart"}, "holdout": 0, "steps": steps} | more
    both.publish(JourneyDefinition.model_validate(body), "go_on")


def did(both: Both, name: str, person: int, at: timedelta, *, is_live: bool = False) -> None:
    both.happen([(name, person, BEGAN + at, 1, "x")], is_live=is_live)


def tick(both: Both, at: timedelta) -> list[Any]:
    """A tick so long after the beginning; everybody's way, which is that of the walker too."""
    both.now = BEGAN + at
    both.tick()
    both.compare()
    return both.of_the_engine()


def turns(row: Any) -> list[tuple[str, str]]:
    return [(step, turn) for step, turn, _ in row["path"][1:]]


@pytest.mark.parametrize(
    ("before_due", "tick_at", "turn"),
    [
        (timedelta(), 2 * HOUR, "otherwise"),
        (LEAST, 2 * HOUR, "then"),
        (LEAST, 9 * HOUR, "then"),
        (-LEAST, 9 * HOUR, "otherwise"),
    ],
    ids=["at-the-very-instant", "just-before", "just-before-told-late", "just-after-told-late"],
)
def test_an_event_wins_if_it_occurred_before_the_time_was_over(both, before_due, tick_at, turn):
    follow(both, WAITS)
    did(both, "Cart", 1, timedelta())
    [row] = tick(both, HOUR)
    due = row["due"] - BEGAN
    both.now = BEGAN + 9 * HOUR
    did(both, "Visit", 1, due - before_due)
    [row] = tick(both, HOUR + tick_at)
    assert turns(row)[0] == ("w", turn)


def test_a_time_out_that_was_taken_stays(both):
    follow(both, WAITS)
    did(both, "Cart", 1, timedelta())
    tick(both, HOUR)
    tick(both, 4 * HOUR)
    did(both, "Visit", 1, 2 * HOUR)
    [row] = tick(both, 5 * HOUR)
    assert turns(row) == [("w", "otherwise"), ("no", "queued")]


def test_what_happened_between_two_waits_counts_for_the_second_however_late_the_tick(both):
    follow(both, [{"id": "settle", "wait": "1h"}, *WAITS])
    did(both, "Cart", 1, timedelta())
    tick(both, HOUR)
    did(both, "Visit", 1, timedelta(hours=2, minutes=30))
    [row] = tick(both, 3 * HOUR)
    assert turns(row) == [("settle", "on"), ("w", "then"), ("yes", "queued")]


def test_whoever_reached_the_goal_before_they_are_heard_of_gets_nothing(both):
    follow(both, WAITS, goal={"event": "Buy", "within": "3d"})
    did(both, "Cart", 1, timedelta())
    did(both, "Buy", 1, timedelta(minutes=20))
    [row] = tick(both, HOUR)
    assert (row["outcome"], row["letters"]) == ("goal", [])


def test_whoever_has_a_message_waiting_and_moves_on_ends_once(both):
    follow(
        both, [{"id": "m", "message": "hello"}, *WAITS], goal={"event": "Buy", "within": "3d"}, exit=[{"event": "Buy"}]
    )
    did(both, "Cart", 1, timedelta())
    [row] = tick(both, HOUR)
    assert row["letters"]
    did(both, "Buy", 1, HOUR)
    for at in (2 * HOUR, 3 * HOUR):
        [row] = tick(both, at)
        assert turns(row) == [("m", "queued"), ("end", "goal")]


def test_what_somebody_does_while_inside_brings_them_in_neither_then_nor_later(both):
    follow(both, [{"id": "w", "wait": "2h"}], entry={"event": "Cart", "again": "always"})
    did(both, "Cart", 1, timedelta())
    tick(both, HOUR)
    did(both, "Cart", 1, HOUR)
    assert len(tick(both, 2 * HOUR)) == len(tick(both, 4 * HOUR)) == 1
    did(both, "Cart", 1, 4 * HOUR)
    assert sorted(row["state"] for row in tick(both, 5 * HOUR)) == ["ended", "running"]


def test_of_two_inside_who_are_found_to_be_one_the_later_ends_and_nobody_hears_twice(both):
    follow(both, WAITS)
    did(both, "Cart", 2, timedelta())
    did(both, "Cart", 1, timedelta(minutes=5))
    tick(both, HOUR)
    both.merge(1, 2)
    rows = tick(both, 2 * HOUR)
    assert [(row["who"][0], row["outcome"]) for row in sorted(rows, key=lambda row: row["who"][2])] == [
        (1, None),
        (1, "merged"),
    ]
    rows = tick(both, 4 * HOUR)
    assert sum(len(row["letters"]) for row in rows) == 1
    did(both, "Cart", 1, 4 * HOUR)
    assert len(tick(both, 3 * DAY)) == 2, "never again is said of the person, whoever they were"


def test_what_the_other_did_counts_once_both_are_one(both):
    follow(both, WAITS, exit=[{"event": "Buy"}])
    did(both, "Cart", 1, timedelta())
    did(both, "Buy", 2, timedelta(minutes=30))
    [row] = tick(both, HOUR)
    assert row["state"] == "running"
    both.merge(1, 2)
    [row] = tick(both, 2 * HOUR)
    assert row["outcome"] == "exit"


@pytest.mark.parametrize(
    ("extend", "due"), [(True, 3 * HOUR + 3 * DAY), (False, 3 * HOUR)], ids=["extended", "as-it-was"]
)
def test_a_pause_of_three_days_is_added_to_waits_or_not(both, extend, due):
    follow(both, [{"id": "w", "wait": "2h"}, {"id": "m", "message": "hello"}])
    did(both, "Cart", 1, timedelta())
    tick(both, HOUR)
    both.change("paused")
    [row] = tick(both, 3 * DAY)
    assert row["state"] == "running", "nobody moves"
    both.now = BEGAN + HOUR + 3 * DAY
    both.change("running", extend=extend)
    assert both.dues() == [BEGAN + due]
    [row] = tick(both, HOUR + 3 * DAY)
    assert row["state"] == ("running" if extend else "ended")
    [row] = tick(both, 4 * HOUR + 3 * DAY)
    assert (row["state"], len(row["letters"])) == ("ended", 1)


def test_a_clock_set_back_moves_nobody_twice_and_hears_what_is_recorded_then(both):
    follow(both, [{"id": "m", "message": "hello"}, {"id": "w", "wait": "1h"}, {"id": "n", "message": "again"}])
    did(both, "Cart", 1, 4 * HOUR)
    tick(both, 5 * HOUR)
    both.now = BEGAN + 2 * HOUR
    did(both, "Cart", 2, 2 * HOUR - LEAST, is_live=True)
    rows = tick(both, 2 * HOUR + timedelta(minutes=5))
    assert [len(row["letters"]) for row in rows] == [1, 1]
    rows = tick(both, 6 * HOUR)
    assert [(row["outcome"], len(row["letters"])) for row in rows] == [("end", 2), ("end", 2)]


def test_what_bears_an_instant_to_come_is_heard_when_it_has(both):
    follow(both, [{"id": "m", "message": "hello"}])
    did(both, "Cart", 1, 2 * HOUR)
    assert tick(both, HOUR) == []
    assert len(tick(both, 3 * HOUR)) == 1


def test_who_came_into_the_segment_before_the_first_tick_enters(both):
    follow(both, WAITS, entry={"segment": "vip", "when": "entered"})
    both.now = BEGAN + timedelta(minutes=1)
    both.come(3, "entered")
    [row] = tick(both, HOUR)
    assert row["who"][0] == 3


def test_by_hand_means_each_time(both):
    follow(both, [{"id": "m", "message": "hello"}], entry={"by_hand": True, "again": "always"})
    for hour in (1, 2):
        both.now = BEGAN + hour * HOUR
        both.by_hand([1, 1, 2])
    assert len(tick(both, 3 * HOUR)) == 4


def test_two_publishings_between_ticks_put_nobody_into_a_wait_that_ended(both):
    follow(both, [{"id": "w", "wait": "2h"}, {"id": "v", "wait": "1d"}, {"id": "m", "message": "hello"}])
    did(both, "Cart", 1, timedelta())
    tick(both, HOUR)
    follow(both, [{"id": "v", "wait": "1d"}, {"id": "m", "message": "hello"}])
    follow(both, [{"id": "v", "wait": "2d"}, {"id": "m", "message": "hello"}])
    both.change("paused")
    both.now += DAY
    both.change("running", extend=True)
    [row] = tick(both, 2 * DAY)
    assert (row["step"], row["due"]) == ("v", BEGAN + 4 * DAY)


def test_a_property_that_no_event_has_is_met_by_nobody(both):
    follow(both, WAITS, exit=[{"event": "Visit", "where": {"colour": "red"}}], entry={"event": "Cart", "key": "size"})
    did(both, "Cart", 1, timedelta())
    did(both, "Visit", 1, timedelta(minutes=9))
    [row] = tick(both, HOUR)
    assert (row["who"][1], turns(row)[0]) == ("", ("w", "then"))


@pytest.mark.parametrize(
    ("offset", "days"),
    [(0, ["2027-02-28", "2028-02-29"]), (-7, ["2027-02-21", "2028-02-22"]), (1, ["2027-03-01", "2028-03-01"])],
)
def test_a_birthday_on_a_day_that_comes_every_fourth_year_is_kept_in_each(both, offset, days):
    entry = {"every_day": "09:00", "date": "born", "yearly": True, "offset_days": offset, "again": "300d"}
    follow(both, [{"id": "m", "message": "hello"}], entry=entry)
    for year, days_on in ((2027, 10), (2028, 11)):
        for day in (datetime(year, 2, 20, 12) + n * DAY for n in range(days_on)):
            tick(both, day - BEGAN)
    mine = [row["who"][3].removeprefix("day:") for row in both.of_the_engine() if row["who"][0] == 1]
    assert [each for each in mine if each > "2026-12"] == days


@pytest.mark.parametrize(("at", "who"), [(3 * DAY, [3, 4]), (30 * DAY, [])], ids=["days-after", "weeks-after"])
def test_a_day_on_which_nobody_looked_is_made_up_for_while_it_is_not_long_past(both, at, who):
    entry = {"every_day": "09:00", "date": "born", "yearly": True, "again": "300d"}
    follow(both, [{"id": "m", "message": "hello"}], entry=entry)
    assert tick(both, timedelta(minutes=1)) == [], "the time of the first day had passed when it was published"
    assert [row["who"][0] for row in tick(both, at)] == who
