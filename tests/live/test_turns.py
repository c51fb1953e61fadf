"""A turn gives what a refresh of everybody would, and says whom it looked at."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.live.twins import Twins


@pytest.fixture
def twins(tmp_path: Path, few_ready_traits: None) -> Iterator[Twins]:
    found = Twins(tmp_path)
    found.define_all()
    yield found
    found.close()


def viewed(number: int, who: str, price: float = 5, **further: object) -> dict[str, object]:
    return {
        "type": "track", "messageId": f"v{number}", "userId": who, "event": "Product Viewed",
        "properties": {"price": price}, **further,
    }  # fmt: skip


def ordered(number: int, who: str, revenue: float, **further: object) -> dict[str, object]:
    return {
        "type": "track", "messageId": f"o{number}", "userId": who, "event": "Order Completed",
        "properties": {"order_id": f"o{number}", "revenue": revenue}, **further,
    }  # fmt: skip


def begun(twins: Twins) -> None:
    """Enough of everything for every definition to mean something."""
    twins.take(
        *({"type": "identify", "messageId": f"i{n}", "userId": f"u{n}", "traits": {"plan": "pro" if n % 2 else "free", "email": f"u{n}@shop.example"}} for n in range(6)),
        *(viewed(n, f"u{n % 4}") for n in range(8)),
        *(ordered(n, f"u{n}", 10 * n) for n in range(1, 5)),
        {"type": "track", "messageId": "p1", "userId": "u1", "event": "Order Completed", "properties": {"order_id": "p1", "products": [{"product_id": "s1", "category": "shirts", "price": 5, "name": "Shirt"}]}},
        {"type": "track", "messageId": "r1", "userId": "u2", "event": "Order Refunded", "properties": {"order_id": "o2", "total": 5}},
    )  # fmt: skip
    assert twins.step().kind == "everybody"
    twins.wait(timedelta(minutes=1))
    assert twins.step().kind == "touched"  # whose facts were of the very instant of the first


@pytest.mark.slow  # by day, windows let go below
def test_a_turn_without_news_looks_at_nobody_but_whom_time_changes(twins: Twins) -> None:
    begun(twins)
    twins.wait(timedelta(minutes=1))
    assert twins.step().people == 0


def test_a_view_touches_its_viewer(twins: Twins) -> None:
    begun(twins)
    twins.wait(timedelta(seconds=20))
    twins.take(viewed(100, "u5", 99), viewed(101, "u5"))
    twins.wait(timedelta(seconds=1))  # what happens at the very instant of asking does not count yet
    turn = twins.step()
    assert (turn.kind, turn.people) == ("touched", 1)
    assert turn.entered >= 2


@pytest.mark.parametrize(("steps", "hours"), [(2, 100), pytest.param(10, 20, marks=pytest.mark.slow)])
def test_windows_let_go_as_time_passes(twins: Twins, steps: int, hours: int) -> None:
    begun(twins)
    for _ in range(steps):
        twins.wait(timedelta(hours=hours))
        twins.step()
    assert [turn.reason for turn in twins.turns if turn.kind == "everybody"] == ["first"]


def test_people_merge_and_their_facts_follow(twins: Twins) -> None:
    begun(twins)
    twins.take({**viewed(200, "u1"), "userId": None, "anonymousId": "a1"})
    twins.step()
    twins.take(
        {
            "type": "identify",
            "messageId": "m1",
            "userId": "u3",
            "anonymousId": "a1",
            "traits": {"email": "u1@shop.example"},
        }
    )
    turn = twins.step()
    assert turn.kind == "touched"


@pytest.mark.slow  # by day, the law of turns draws orders that come again
def test_orders_come_again_as_anothers_and_go_back(twins: Twins) -> None:
    begun(twins)
    twins.wait(timedelta(seconds=5))
    twins.take({**ordered(3, "u5", 50), "messageId": "again"})
    assert twins.step().kind == "touched"
    twins.take(
        {
            "type": "track",
            "messageId": "r2",
            "userId": "u5",
            "event": "Order Refunded",
            "properties": {"order_id": "o3", "total": 20},
        }
    )
    assert twins.step().kind == "touched"


def test_facts_of_the_future_count_when_it_comes(twins: Twins) -> None:
    begun(twins)
    at = (twins.clock.now + timedelta(minutes=30)).isoformat() + "Z"
    twins.take(viewed(300, "u4", timestamp=at), viewed(301, "u4", timestamp=at))
    twins.step()
    twins.wait(timedelta(hours=1))
    turn = twins.step()
    assert (turn.kind, turn.people > 0) == ("touched", True)


@pytest.mark.slow  # by day, the test below goes the same way
def test_new_definitions_are_told_of_everybody(twins: Twins) -> None:
    begun(twins)
    twins.define("segment", {"name": "viewers", "rule": {"op": "did", "event": "Product Viewed", "within": "2d"}})
    turn = twins.step()
    assert (turn.kind, turn.reason) == ("everybody", "definitions")


def test_a_turn_that_may_not_refresh_waits_where_it_would_have_to(twins: Twins) -> None:
    begun(twins)
    twins.define("segment", {"name": "viewers", "rule": {"op": "did", "event": "Product Viewed", "within": "2d"}})
    turn = twins.live.live.turn(is_tick=True, may_refresh=False)
    assert (turn.kind, turn.reason, turn.as_of) == ("nobody", "definitions", None)
    turn = twins.step()
    assert (turn.kind, turn.reason) == ("everybody", "definitions")
    twins.take(viewed(300, "u5"))
    twins.wait(timedelta(seconds=1))
    assert twins.live.live.turn(may_refresh=False).kind == "touched", "what is exact for some waits for nobody"
    twins.full.refresh()
    twins.compare()
