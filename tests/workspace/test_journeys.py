"""Journeys from beginning to end through a workspace: who enters, waits, turns, hears what, and leaves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from coterie.cli.running import run
from coterie.deliver.joining import Joining
from coterie.errors import BadDefinition, NotReady, Refused, UnknownName
from coterie.testing.smtp_sink import RunningSink
from coterie.workspace import journeys as journeys_module
from coterie.workspace.going_out import runs_under_way
from tests.docs.test_json import documented
from tests.workspace.journey_shop import CART, TEMPLATES, JourneyShop

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BY_HAND = "journeys:\n- {name: hand, entry: {by_hand: true}, holdout: 0, steps: ["


@pytest.fixture
def shop(tmp_path: Path, sink: RunningSink) -> Iterator[JourneyShop]:
    opened = JourneyShop(tmp_path, sink)
    yield opened
    opened.ws.close()


@pytest.fixture(scope="module")
def steady(tmp_path_factory: pytest.TempPathFactory, sink: RunningSink) -> Iterator[JourneyShop]:
    """A shop for what is refused, which leaves nothing behind."""
    opened = JourneyShop(tmp_path_factory.mktemp("steady"), sink)
    yield opened
    opened.ws.close()


def added(shop: JourneyShop, *people: int) -> None:
    """These add something to a cart now."""
    shop.events([("Product Added", n, shop.now, {"cart_id": f"K{n}"}) for n in people])
    shop.now += timedelta(seconds=1)


def turns(shop: JourneyShop, who: int, name: str = "cart") -> list[tuple[str, str]]:
    return [(row["step"], row["turn"]) for row in shop.ws.journeys.path(name, f"C{who}").arrow.to_pylist()]


def test_an_abandoned_cart_is_followed_to_its_end(shop: JourneyShop) -> None:
    ws = shop.ws
    ws.journeys.publish("cart")
    shop.now += HOUR
    added(shop, *range(1, 11))
    assert shop.run() == []
    assert ws.journeys.list().arrow.to_pylist()[0]["inside"] == 10
    assert shop.run(after=HOUR + timedelta(minutes=1)) == []
    shop.events([("Checkout Started", n, shop.now, {}) for n in (1, 2)])
    shop.order(3, shop.now)
    helped = shop.run(after=timedelta(seconds=1))
    assert [address for address, _ in helped] == ["c1@shop-mail.es", "c2@shop-mail.es"]
    assert turns(shop, 1)[1:] == [("settle", "on"), ("hesitates", "then"), ("t1", "queued"), ("note", "Cart Reminded")]
    assert turns(shop, 3)[1:] == [("settle", "on"), ("end", "goal")]
    assert shop.run(after=DAY) == []  # their time is over, and it is not nine yet
    reminded = shop.run(after=DAY)
    assert sorted(address for address, _ in reminded) == sorted(f"c{n}@shop-mail.es" for n in range(4, 11))
    assert {turn for n in range(4, 11) for step, turn in turns(shop, n) if step == "arm"} == {"plain", "coupon"}
    shown = ws.journeys.show("cart")
    assert {each.outcome: each.people for each in shown.ended} == {"end": 9, "goal": 1}
    assert shown.inside == 0
    events = ws.query("SELECT count(*) AS n FROM events WHERE name = 'Cart Reminded'")
    assert events.arrow.to_pylist() == [{"n": 9}]
    assert shop.run(after=30 * DAY) == []


def test_what_happened_before_the_publishing_brings_nobody_in(shop: JourneyShop) -> None:
    shop.ws.journeys.publish("cart")
    shop.events([("Product Added", 7, datetime(2026, 10, 5, 10), {"cart_id": "K7"})])
    shop.run(after=HOUR)
    assert shop.ws.journeys.show("cart").inside == 0


def test_nobody_is_in_twice_and_a_key_tells_enrolments_apart(shop: JourneyShop) -> None:
    shop.ws.journeys.publish("cart")
    shop.now += HOUR
    for cart in ("A", "A", "B"):
        shop.events([("Product Added", 5, shop.now, {"cart_id": cart})])
        shop.run(after=timedelta(seconds=1))
    assert shop.ws.journeys.show("cart").inside == 2


def test_a_no_between_the_step_and_the_send_holds(shop: JourneyShop) -> None:
    shop.apply(TEMPLATES + BY_HAND + "{id: hello, message: help}]}\n")
    shop.ws.journeys.publish("hand")
    shop.ws.journeys.enrol("hand", ["C1", "C2"])
    shop.load("consents", [{"customer_id": "C2", "channel": "email", "granted": "no", "occurred_at": "2026-11-02"}])
    assert [address for address, _ in shop.run()] == ["c1@shop-mail.es"]


def test_who_reaches_the_goal_while_a_message_waits_is_not_written_to(shop: JourneyShop) -> None:
    quiet = "quiet_hours: {start: '00:00', end: '23:00'}, goal: {event: Order Completed, within: 7d}, steps: ["
    shop.apply(TEMPLATES + BY_HAND.replace("steps: [", quiet) + "{id: hello, message: help}]}\n")
    shop.ws.journeys.publish("hand")
    shop.ws.journeys.enrol("hand", ["C1", "C2"])
    assert shop.run(after=HOUR) == []
    shop.order(1, shop.now)
    assert [address for address, _ in shop.run(after=12 * HOUR + HOUR / 2)] == ["c2@shop-mail.es"]
    assert turns(shop, 1, "hand")[-1] == ("end", "goal")


def test_a_share_is_held_out_and_stays_out(shop: JourneyShop) -> None:
    shop.apply(TEMPLATES + BY_HAND.replace("holdout: 0", "holdout: 0.5") + "{id: hello, message: help}]}\n")
    shop.ws.journeys.publish("hand")
    everybody = [f"C{n}" for n in range(1, 41)]
    first = shop.ws.journeys.enrol("hand", everybody)
    assert first.entered + first.held == 40
    assert 8 <= first.held <= 32
    assert len(shop.run()) == first.entered
    again = shop.ws.journeys.enrol("hand", everybody)
    assert (again.entered, again.held) == (0, 0)


def test_a_paused_journey_moves_nobody_and_sends_nothing(shop: JourneyShop) -> None:
    shop.apply(TEMPLATES + BY_HAND + "{id: settle, wait: 2h}, {id: hello, message: help}]}\n")
    shop.ws.journeys.publish("hand")
    shop.ws.journeys.enrol("hand", ["C1"])
    shop.now += HOUR
    shop.ws.journeys.pause("hand")
    assert shop.run(after=3 * DAY) == []
    with pytest.raises(Refused, match="extended"):
        shop.ws.journeys.resume("hand")
    shop.ws.journeys.resume("hand", extend=True)
    assert shop.run() == []
    assert shop.run(after=timedelta(minutes=59)) == []
    assert [address for address, _ in shop.run(after=timedelta(minutes=2))] == ["c1@shop-mail.es"]


def test_a_changed_wait_is_told_and_counts_for_those_inside(shop: JourneyShop) -> None:
    steps = "{id: settle, wait: %s}, {id: hello, message: help}]}\n"
    shop.apply(TEMPLATES + BY_HAND + steps % "7d")
    shop.ws.journeys.publish("hand")
    shop.ws.journeys.enrol("hand", ["C1", "C2"])
    shop.now += HOUR
    shop.apply(TEMPLATES + BY_HAND + steps % "2h")
    assert shop.run(after=2 * HOUR) == []  # not published yet
    (effect,) = shop.ws.journeys.publish("hand", dry_run=True).effects
    assert (effect.step, effect.effect, effect.people) == ("settle", "sooner", 2)
    shop.ws.journeys.publish("hand")
    assert len(shop.run()) == 2


def test_who_waits_at_a_removed_step_goes_on_or_leaves(shop: JourneyShop) -> None:
    shop.apply(TEMPLATES + BY_HAND + "{id: settle, wait: 7d}, {id: hello, message: help}]}\n")
    shop.ws.journeys.publish("hand")
    shop.ws.journeys.enrol("hand", ["C1"])
    shop.apply(TEMPLATES + BY_HAND + "{id: hello, message: help}]}\n")
    with pytest.raises(Refused, match="settle"):
        shop.ws.journeys.publish("hand")
    shop.ws.journeys.publish("hand", at_removed="go_on")
    assert len(shop.run()) == 1


def test_a_tick_that_was_overtaken_by_a_publishing_or_a_pause_moves_nobody(shop: JourneyShop) -> None:
    """Read before, run after: by its old steps nobody is moved, ended or written to."""
    journeys = shop.ws.journeys
    shop.apply(TEMPLATES + BY_HAND + "{id: settle, wait: 1h}, {id: hello, message: help}, {id: rest, wait: 7d}]}\n")
    journeys.publish("hand")
    journeys.enrol("hand", ["C1", "C2"])
    shop.now += 2 * HOUR
    with journeys._asking() as asking, shop.ws._stand.ledger.reading() as t:
        old = journeys._tick(asking, t.journeys.one("hand"))
    shop.apply(TEMPLATES + BY_HAND + "{id: calm, wait: 7d}, {id: hello, message: help}]}\n")
    journeys.publish("hand", at_removed="go_on")
    with shop.ws._stand.engine.reading():
        assert old.run().moved == 0
    assert journeys.show("hand").inside == 2
    with journeys._asking() as asking, shop.ws._stand.ledger.reading() as t:
        old = journeys._tick(asking, t.journeys.one("hand"))
    journeys.pause("hand")
    with shop.ws._stand.engine.reading():
        assert old.run().moved == 0


def test_a_stopped_journey_ends_and_begins_anew(shop: JourneyShop) -> None:
    shop.apply(TEMPLATES + BY_HAND + "{id: hello, message: help}]}\n")
    shop.ws.journeys.publish("hand")
    shop.ws.journeys.enrol("hand", ["C1"])
    shop.ws.journeys.stop("hand")
    assert shop.run() == []
    with pytest.raises(Refused, match="publish"):
        shop.ws.journeys.resume("hand")
    shop.ws.journeys.publish("hand")
    assert shop.ws.journeys.enrol("hand", ["C2"]).entered == 1
    assert [address for address, _ in shop.run()] == ["c2@shop-mail.es"]


def test_two_profiles_of_one_address_get_one_message(shop: JourneyShop) -> None:
    shop.load("customers", [{"customer_id": f"C{n}", "email": "both@shop-mail.es", "city": "Oslo"} for n in (51, 52)])
    shop.ws.refresh()
    shop.load(
        "consents", [{"email": "both@shop-mail.es", "channel": "email", "granted": "yes", "occurred_at": "2026-10-01"}]
    )
    shop.apply(TEMPLATES + BY_HAND + "{id: hello, message: help}]}\n")
    shop.ws.journeys.publish("hand")
    shop.ws.journeys.enrol("hand", ["C51", "C52"])
    assert [address for address, _ in shop.run()] == ["both@shop-mail.es"]


@pytest.mark.parametrize(
    ("steps", "why"),
    [
        ("{id: a, go_to: a}]}", "circle without a wait"),
        ("{id: a, leave: done}, {id: b, wait: 1h}]}", "nobody can come to step 'b'"),
        ("{id: a, wait: 1h}, {id: a, wait: 1h}]}", "two steps are called 'a'"),
        ("{id: a, go_to: z}]}", "no step is called so"),
        ("{id: a, wait: 1}]}", "a time needs its unit"),
        ("{id: a, message: hlep}]}", "did you mean 'help'"),
        ("{id: a, message: help, channel: pigeon}]}", "pigeon"),
        ("{id: a, wait_for: {event: Chekout Started}, at_most: 1h}]}", "Checkout Started"),
        ("{id: a, branch: [{if: {rule: {trait: ctiy, '=': x}}}]}]}", "city"),
    ],
)
def test_what_cannot_run_is_said_with_its_line_when_it_is_saved(steady: JourneyShop, steps: str, why: str) -> None:
    with pytest.raises((BadDefinition, UnknownName), match=why) as caught:
        steady.apply(TEMPLATES + BY_HAND + steps + "\n")
    assert "def.yaml:" in str(caught.value)


def test_a_template_that_a_journey_sends_stays(steady: JourneyShop) -> None:
    with pytest.raises(Refused, match="cart"):
        steady.ws.definitions.retire("template", "help")


def test_a_segment_that_people_follow_stays_until_no_version_of_theirs_asks_for_it(shop: JourneyShop) -> None:
    """Also where what is written now has let go of it; a stopped journey holds nothing back."""
    oslo = "segments:\n- {name: oslo, rule: {trait: city, '=': Oslo}}\n"
    asks = "{id: who, branch: [{if: {rule: {in_segment: oslo}}, steps: [{id: hello, message: help}]}]}]}\n"
    shop.apply(oslo + TEMPLATES + BY_HAND + asks)
    shop.ws.journeys.publish("hand")
    shop.apply(TEMPLATES + BY_HAND + "{id: hello, message: help}]}\n")
    with pytest.raises(Refused, match="hand"):
        shop.ws.definitions.retire("segment", "oslo")
    shop.ws.journeys.enrol("hand", ["C2", "C3"])
    assert [address for address, _ in shop.run()] == ["c2@shop-mail.es"]
    shop.ws.journeys.stop("hand")
    assert shop.ws.definitions.retire("segment", "oslo").is_retired


def test_an_event_taken_before_a_kill_is_recorded_though_its_step_is_removed(
    shop: JourneyShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.apply(TEMPLATES + BY_HAND + "{id: note, emit: Noted, properties: {way: mail}}, {id: rest, wait: 7d}]}\n")
    shop.ws.journeys.publish("hand")
    with monkeypatch.context() as kill:
        kill.setattr(journeys_module, "record_emitted", lambda *_: 0)
        shop.ws.journeys.enrol("hand", ["C1"])
    shop.apply(TEMPLATES + BY_HAND + "{id: rest, wait: 7d}]}\n")
    shop.ws.journeys.publish("hand")
    shop.ws.journeys.tick("hand")
    found = shop.ws.query("SELECT CAST(properties.way AS VARCHAR) AS way FROM events WHERE name = 'Noted'")
    assert found.arrow.to_pylist() == [{"way": "mail"}]


def test_who_left_within_two_minutes_of_a_live_event_does_not_enter_by_it_again(shop: JourneyShop) -> None:
    again = BY_HAND.replace("by_hand: true", "event: Noted, again: always")
    note = BY_HAND.replace("name: hand", "name: note").replace("by_hand: true", "by_hand: true, again: always")
    shop.apply(TEMPLATES + note + "{id: note, emit: Noted}]}\n")
    shop.ws.journeys.publish("note")
    shop.apply(TEMPLATES + again + "{id: short, wait: 20s}]}\n")
    shop.ws.journeys.publish("hand")
    shop.now += timedelta(seconds=1)
    for _ in range(2):  # the second while they are inside
        shop.ws.journeys.enrol("note", ["C1"])
        shop.ws.journeys.tick("note")
        shop.now += timedelta(seconds=5)
        shop.ws.journeys.tick("hand")
    for _ in range(3):
        shop.now += timedelta(seconds=15)
        shop.ws.journeys.tick("hand")
    assert [(each.outcome, each.people) for each in shop.ws.journeys.show("hand").ended] == [("end", 1)]
    assert shop.ws.journeys.show("hand").inside == 0


def test_journeys_that_let_people_round_without_a_wait_are_refused(shop: JourneyShop) -> None:
    one = BY_HAND.replace("by_hand: true", "event: Ping, again: always").replace("name: hand", "name: one")
    two = one.replace("name: one", "name: two").replace("Ping", "Pong").removeprefix("journeys:\n")
    waits = "{id: w, wait: 1d}, {id: a, emit: Ping}]}\n"
    shop.apply(TEMPLATES + one + "{id: a, emit: Pong}]}\n" + two + waits)
    shop.ws.journeys.publish("one")
    with pytest.raises(BadDefinition, match="two → one → two"):
        shop.apply("journeys:\n" + two + "{id: a, emit: Ping}]}\n")
    for steps, again in (("{id: w, wait: 1d}, {id: a, emit: Ping}", "always"), ("{id: a, emit: Ping}", "1d")):
        shop.apply(TEMPLATES + "journeys:\n" + two.replace("again: always", f"again: {again}") + steps + "]}\n")
        assert not shop.ws.journeys.publish("two").effects


def test_a_step_has_people_enter_another_journey_and_leave_it(shop: JourneyShop) -> None:
    care = BY_HAND.replace("name: hand", "name: care") + "{id: rest, wait: 1d}, {id: say, message: help}]}\n"
    steps = "{id: in, enrol_in: care}, {id: rest, wait: 1h}, {id: out, leave_journey: care}]}\n"
    shop.apply(TEMPLATES + care + BY_HAND.removeprefix("journeys:\n") + steps)
    journeys = shop.ws.journeys
    for name in ("care", "hand"):
        journeys.publish(name)
    journeys.enrol("care", ["C2"])
    shop.now += timedelta(seconds=1)
    journeys.enrol("hand", ["C1", "C2"])
    shop.run(after=timedelta(seconds=1))
    assert journeys.show("care").inside == 2  # one of them was in it already
    shop.run(after=HOUR)
    shop.run(after=timedelta(seconds=1))
    assert [(each.outcome, each.people) for each in journeys.show("care").ended] == [("exit", 2)]
    assert [step for step, _ in turns(shop, 1, "care")] == ["entry", "end"]
    assert shop.run(after=2 * DAY) == []
    with pytest.raises(Refused, match="needs journey care"):
        shop.ws.definitions.retire("journey", "care")
    again = BY_HAND.replace("by_hand: true", "by_hand: true, again: always").replace("name: hand", "name: care")
    with pytest.raises(BadDefinition, match="did you mean 'hand'"):
        shop.apply(again + "{id: in, enrol_in: hnd}]}\n")
    shop.apply(
        again
        + "{id: rest, wait: 1h}]}\n"
        + again.replace("care", "back").removeprefix("journeys:\n")
        + "{id: in, enrol_in: care}]}\n"
    )
    with pytest.raises(BadDefinition, match="care → back → care"):
        shop.apply(again + "{id: in, enrol_in: back}]}\n")


def test_who_could_hear_more_than_a_cap_allows_is_said_when_it_is_saved(shop: JourneyShop) -> None:
    caps = BY_HAND.replace("steps: [", "frequency_caps: [{times: 1, within: 2d}], steps: [")
    for wait, warned in (("1d", True), ("3d", False)):
        file = shop.ws.folder / "more.yaml"
        file.write_text(
            TEMPLATES + caps + f"{{id: a, message: help}}, {{id: w, wait: {wait}}}, {{id: b, message: cart}}]}}\n",
            "utf-8",
        )
        told = {row["name"]: row["warning"] for row in shop.ws.diff(file).arrow.to_pylist() if row["kind"] == "journey"}
        assert ("could send more" in told["hand"]) == warned


def test_a_task_is_listed_with_whom_it_is_about(shop: JourneyShop) -> None:
    shop.apply(TEMPLATES + BY_HAND + "{id: call, task: Call them, assign: sales}]}\n")
    assert shop.ws.journeys.tasks().arrow.num_rows == 0
    shop.ws.journeys.publish("hand")
    shop.ws.journeys.enrol("hand", ["C1"])
    shop.ws.journeys.tick("hand")
    shop.ws.journeys.tick("hand")
    [task] = shop.ws.journeys.tasks().arrow.to_pylist()
    assert documented()["journeys tasks"] == [*task]
    assert (task["task"], task["assigned_to"], task["journey"], task["step"]) == ("Call them", "sales", "hand", "call")
    assert "C1" in task["person"] or "c1@" in task["person"]


def test_a_task_is_ticked_off_once_and_who_waits_for_that_goes_on(shop: JourneyShop) -> None:
    waits = "wait_for: {event: Task Done, where: {step: call}}, at_most: 3d, then: [{id: t, message: help}], otherwise: [{id: o, leave: late}]"
    shop.apply(TEMPLATES + BY_HAND + f"{{id: call, task: Call them}}, {{id: w, {waits}}}]}}\n")
    shop.ws.journeys.publish("hand")
    shop.ws.journeys.enrol("hand", ["C1", "C2"])
    assert shop.run(after=timedelta(minutes=1)) == []
    numbers = {row["person"]: row["task_id"] for row in shop.ws.journeys.tasks(only_open=True).arrow.to_pylist()}
    assert len(numbers) == 2
    [mine] = [number for person, number in numbers.items() if person in ("customer_id:C1", "email:c1@shop-mail.es")]
    shop.now += HOUR
    done = shop.ws.journeys.finish_task(mine, note="wants blue")
    assert (done.is_new, done.note, done.done_at, done.step) == (True, "wants blue", shop.now, "call")
    assert documented()["journeys task-done"] == [*vars(done)]
    assert done.done_by
    later = shop.now + HOUR
    assert [address for address, _ in shop.run(after=HOUR)] == ["c1@shop-mail.es"]
    again = shop.ws.journeys.finish_task(mine, note="twice")
    assert (again.is_new, again.note, again.done_at) == (False, "wants blue", later - HOUR)
    assert shop.ws.journeys.tasks(only_open=True).arrow.num_rows == 1
    assert shop.ws.journeys.tasks().arrow.num_rows == 2
    with pytest.raises(UnknownName, match="journey-hand"):
        shop.ws.journeys.finish_task("journey-hand")
    shop.run(after=4 * DAY)
    assert [turn for _, turn in turns(shop, 2, "hand")][-1] == "late"


def test_a_task_of_nobody_any_more_is_not_ticked_off(shop: JourneyShop) -> None:
    shop.apply(TEMPLATES + BY_HAND + "{id: call, task: Call them}]}\n")
    shop.ws.journeys.publish("hand")
    shop.ws.journeys.enrol("hand", ["C1"])
    [task] = shop.ws.journeys.tasks().arrow["task_id"].to_pylist()
    shop.ws.profiles.erase("C1")
    with pytest.raises(UnknownName):
        shop.ws.journeys.finish_task(task)


def test_what_it_changed_is_read_against_its_holdout(shop: JourneyShop) -> None:
    goal = "holdout: 0.4, goal: {event: Order Completed, within: 7d}"
    shop.apply(TEMPLATES + BY_HAND.replace("holdout: 0", goal) + "{id: hello, message: help}]}\n")
    shop.ws.journeys.publish("hand")
    done = shop.ws.journeys.enrol("hand", [f"C{n}" for n in range(1, 41)])
    shop.run()
    shop.now += DAY
    shop.order(4, shop.now)
    shop.now += 8 * DAY
    found = shop.ws.journeys.results("hand").readout
    assert {arm.arm: arm.exposed for arm in found.arms} == {"journey": done.entered, "holdout": done.held}
    assert sum(arm.conversions for arm in found.arms) == 1


def test_what_it_would_have_done_is_what_it_then_does(shop: JourneyShop) -> None:
    """Five days lived through, and the same days simulated."""
    ws, began = shop.ws, shop.now
    ws.journeys.publish("cart")
    happens = {
        2: ("Product Added", range(1, 13)),
        4: ("Checkout Started", (1, 2)),
        40: ("Product Added", (3, 20)),
        60: ("Checkout Started", (20,)),
    }
    for hour in (*range(1, 7), *range(10, 120, 5)):
        shop.now = began + hour * HOUR
        if hour in happens:
            name, people = happens[hour]
            shop.events([(name, n, shop.now - timedelta(minutes=7 + n), {"cart_id": f"K{n}"}) for n in people])
        if hour == 10:
            shop.order(5, shop.now - timedelta(minutes=5))
        ws.journeys.tick()
    lived, simulated = ws.journeys.show("cart"), ws.journeys.simulate("cart", weeks=1, until=began + 5 * DAY)
    passed = {step.step: step.passed for step in lived.steps}
    assert sum(simulated.messages.values()) > 10
    assert simulated.messages == {step: passed[step] for step in ("t1", "m1", "m2")}
    assert simulated.outcomes == {each.outcome: each.people for each in lived.ended}
    assert simulated.entered == 13


def test_what_is_not_published_has_no_path(steady: JourneyShop) -> None:
    with pytest.raises(NotReady, match="published"):
        steady.ws.journeys.path("cart", "C1")
    with pytest.raises(UnknownName, match="did you mean 'cart'"):
        steady.ws.journeys.show("cat")


def test_commands_tell_what_they_did(shop: JourneyShop, capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(shop.ws.folder)
    shop.ws.journeys.publish("cart")
    shop.ws.close()

    def said(*words: str) -> object:
        capsys.readouterr()
        assert run(["journeys", *words, "-w", folder, "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    assert run(["journeys", "run", "-w", folder, "--json"]) == 1  # has to be confirmed
    assert said("enrol", "cart", "C1", "C2")["entered"] == 2  # type: ignore[index]
    done = said("run", "--yes", "--accept-stale", "ann")
    assert done[0]["ticked"]["journey"] == "cart"  # type: ignore[index]
    assert said("show", "cart")["steps"][0]["step"] == "settle"  # type: ignore[index]
    capsys.readouterr()
    assert run(["journeys", "show", "cart", "-w", folder]) == 0
    assert "settle" in capsys.readouterr().out
    assert CART


def test_what_joins_a_run_under_way_is_told_so_and_not_as_stopped(shop: JourneyShop) -> None:
    """Also how many, and when the next goes of those that may not leave yet."""
    shop.apply(BY_HAND + "{id: m, message: cart}]}\n")
    shop.ws.journeys.publish("hand")
    shop.ws.journeys.enrol("hand", ["C1", "C2", "C3"])
    shop.ws.journeys.tick("hand")
    door = Joining()
    door.open("email")
    runs_under_way(shop.ws.journeys._stand.engine).append(door)
    (done,) = shop.ws.journeys.run("hand")
    (result,) = done.sent
    assert (result.joined, result.queued, result.stopped, result.next_at) == (3, 3, "", None)
    assert result.sentences()[1:] == ("3 messages joined the run under way on the same channel and go first in it.",)
    door.close()
    assert len(shop.run()) == 3
