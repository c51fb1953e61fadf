"""Steps of journeys that change attributes of people: seen by everybody in the same way, and never twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from coterie.errors import BadDefinition
from coterie.testing.smtp_sink import RunningSink
from coterie.workspace import journeys as journeys_module
from tests.workspace.journey_shop import TEMPLATES, JourneyShop

BY_HAND = "journeys:\n- {name: hand, entry: {by_hand: true, again: always}, holdout: 0, steps: ["
GOLD = "segments:\n- {name: gold, rule: {trait: plan, '=': gold}}\n"


@pytest.fixture
def shop(tmp_path: Path, sink: RunningSink) -> Iterator[JourneyShop]:
    opened = JourneyShop(tmp_path, sink, TEMPLATES)
    yield opened
    opened.ws.close()


def began(shop: JourneyShop, steps: str, *people: str, beside: str = "") -> None:
    """A journey of these steps, and these people in it."""
    shop.apply(TEMPLATES + beside + BY_HAND + steps + "]}\n")
    shop.ws.journeys.publish("hand")
    shop.ws.journeys.enrol("hand", people)
    shop.run(after=timedelta(seconds=1))


def known_of(shop: JourneyShop, who: str, *traits: str) -> tuple[object, ...]:
    found = shop.ws.profiles.show(who).traits
    return tuple(found.get(trait) for trait in traits)


def test_what_a_step_sets_adds_and_takes_away_is_what_everybody_sees(shop: JourneyShop) -> None:
    steps = "{id: a, set_trait: plan, to: gold}, {id: b, increment_trait: visits}, {id: c, increment_trait: visits, by: 2}, {id: d, unset_trait: city}"
    began(shop, steps, "C1", "C2", beside=GOLD)
    assert known_of(shop, "C1", "plan", "visits", "city") == ("gold", 3.0, None)
    assert known_of(shop, "C3", "plan", "visits", "city") == (None, None, "Bergen")
    shop.ws.refresh()
    assert known_of(shop, "C1", "plan", "visits", "city") == ("gold", 3.0, None)
    assert _gold(shop) == 2
    assert shop.ws.segments["gold"].explain("C1").holds
    assert not shop.ws.segments["gold"].explain("C3").holds
    told = [row for row in shop.ws.profiles.timeline("C1").arrow.to_pylist() if row["name"] == "Trait Changed"]
    assert len(told) == 4
    assert all("hand" in row["about"] for row in told)


def test_a_turn_behind_a_change_sees_it(shop: JourneyShop) -> None:
    """Three times round, as the counter says, and no more."""
    count = "{id: n, increment_trait: visits}, {id: done, branch: [{if: {rule: {trait: visits, '>=': 3}}, steps: [{id: out, leave: thrice}]}]}"
    began(shop, count + ", {id: w, wait: 1d}, {id: back, go_to: n}", "C1")
    for _ in range(8):
        shop.run(after=timedelta(hours=13))
    path = [row["step"] for row in shop.ws.journeys.path("hand", "C1").arrow.to_pylist()]
    assert path == ["entry", "n", "done", "w", "back", "n", "done", "w", "back", "n", "done", "out"]
    assert known_of(shop, "C1", "visits") == (3.0,)


def test_a_turn_behind_a_change_is_taken_in_the_same_run_where_time_goes_on(shop: JourneyShop) -> None:
    turn = "{id: a, set_trait: plan, to: gold}, {id: b, branch: [{if: {rule: {in_segment: gold}}, steps: [{id: in, leave: seen}]}]}"
    shop.apply(TEMPLATES + GOLD + BY_HAND + turn + "]}\n")
    shop.ws.journeys.publish("hand")
    stand = shop.ws.journeys._stand
    moving = iter(shop.now + timedelta(milliseconds=n) for n in range(100_000))
    object.__setattr__(stand, "clock", lambda: next(moving))
    shop.ws.journeys.enrol("hand", ["C1"])
    shop.ws.journeys.tick("hand")
    assert [row["turn"] for row in shop.ws.journeys.path("hand", "C1").arrow.to_pylist()][-1] == "seen"


def test_a_change_taken_before_a_kill_is_told_once_and_before_anything_asks(
    shop: JourneyShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn = "{id: n, increment_trait: visits}, {id: b, branch: [{if: {rule: {trait: visits, '=': 1}}, steps: [{id: in, leave: seen}]}]}"
    shop.apply(TEMPLATES + BY_HAND + turn + "]}\n")
    shop.ws.journeys.publish("hand")
    with monkeypatch.context() as kill:
        kill.setattr(journeys_module, "record_emitted", lambda *_: 0)
        shop.ws.journeys.enrol("hand", ["C1"])
    assert known_of(shop, "C1", "visits") == (None,)
    for _ in range(3):
        shop.run(after=timedelta(seconds=1))
    assert known_of(shop, "C1", "visits") == (1.0,)
    assert [row["turn"] for row in shop.ws.journeys.path("hand", "C1").arrow.to_pylist()][-1] == "seen"


def test_what_a_file_says_later_goes_before_and_a_change_after_it_again(shop: JourneyShop) -> None:
    began(shop, "{id: a, set_trait: city, to: Trondheim}", "C1")
    shop.now += timedelta(minutes=1)
    shop.load("customers", [{"customer_id": "C1", "email": "c1@shop-mail.es", "city": "Molde"}])
    shop.ws.refresh()
    assert known_of(shop, "C1", "city") == ("Molde",)
    shop.now += timedelta(minutes=1)
    shop.ws.journeys.enrol("hand", ["C1"])
    assert known_of(shop, "C1", "city") == ("Trondheim",)


def test_who_is_erased_leaves_no_change(shop: JourneyShop) -> None:
    began(shop, "{id: a, set_trait: plan, to: gold}", "C1", "C2", beside=GOLD)
    shop.ws.profiles.erase("C1")
    assert [row["profile_id"] is not None for row in _changes(shop)] == [True]
    assert known_of(shop, "C2", "plan") == ("gold",)


def _gold(shop: JourneyShop) -> int:
    return sum(
        known_of(shop, f"C{n}", "plan") == ("gold",)
        for n in (1, 2, 3)
        if shop.ws.segments["gold"].explain(f"C{n}").holds
    )


def _changes(shop: JourneyShop) -> list[dict[str, object]]:
    return shop.ws.query("SELECT profile_id FROM events WHERE name = 'Trait Changed'").arrow.to_pylist()


@pytest.mark.parametrize(
    ("step", "said"),
    [
        pytest.param("set_trait: orders, to: 3", "worked out", id="a-computed-trait"),
        pytest.param("set_trait: email, to: a@b.es", "names people", id="an-identifier"),
        pytest.param("increment_trait: city", "holds text", id="text-and-a-number"),
        pytest.param("unset_trait: ctiy", "city", id="nobody-has-it"),
        pytest.param("set_trait: City, to: Oslo", "city", id="spelled-otherwise"),
        pytest.param("increment_trait: visits, by: 0", "changes nothing", id="nothing-is-added"),
    ],
)
def test_what_cannot_be_changed_is_said_when_it_is_saved(shop: JourneyShop, step: str, said: str) -> None:
    with pytest.raises(BadDefinition, match=said):
        shop.apply(TEMPLATES + BY_HAND + f"{{id: a, {step}}}]}}\n")


def test_a_look_at_a_change_keeps_nothing(shop: JourneyShop) -> None:
    """A rule may speak of an attribute that a step brings, before anybody has it; ``diff`` says so and writes nothing."""
    file = shop.ws.folder / "more.yaml"
    file.write_text(GOLD + BY_HAND + "{id: a, set_trait: plan, to: gold}]}\n", "utf-8")
    assert {row["name"] for row in shop.ws.diff(file).arrow.to_pylist()} >= {"gold", "hand"}
    assert "plan" not in shop.ws.query("SELECT * FROM profiles LIMIT 1").columns
    shop.ws.apply(file)
    assert "plan" in shop.ws.query("SELECT * FROM profiles LIMIT 1").columns
