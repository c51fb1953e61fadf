"""Lists: people are put on them and taken off, and rules, campaigns and journeys ask who is on them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, timedelta
from pathlib import Path

import pytest

from coterie.cli.running import run
from coterie.errors import BadDefinition, Refused, UnknownName
from coterie.testing.smtp_sink import RunningSink
from tests.workspace.journey_shop import JourneyShop

HOUR = timedelta(hours=1)
TESTERS = "lists:\n- {name: beta, label: Testers}\nsegments:\n- {name: testers, rule: {in_list: beta}}\n"


@pytest.fixture
def shop(tmp_path: Path, sink: RunningSink) -> Iterator[JourneyShop]:
    opened = JourneyShop(tmp_path, sink)
    opened.ws.lists.create("beta", label="Testers")
    yield opened
    opened.ws.close()


def on(shop: JourneyShop, name: str = "beta") -> list[str]:
    return sorted(row["key"] for row in shop.ws.lists.members(name).arrow.to_pylist())


def test_people_are_put_on_a_list_in_any_spelling_and_taken_off(shop: JourneyShop) -> None:
    lists, number = shop.ws.lists, shop.ws.profiles.show("C3").profile_id
    told = lists.add("beta", ["C1", " C2@SHOP-MAIL.es ", "email:c1@shop-mail.es", f"profile:{number}"])
    assert (told.keys, told.changed, told.unchanged, told.newcomers, told.refused) == (4, 3, 0, 0, 0)
    assert on(shop) == ["C1", "C2", "C3"]
    assert (lists.add("beta", ["C1", "C4"]).changed, lists.add("beta", ["C1"]).unchanged) == (1, 1)
    # All of it at one instant: the last counts.
    assert (lists.remove("beta", ["c1@shop-mail.es", "C9"]).changed, on(shop)) == (1, ["C2", "C3", "C4"])
    assert (lists.add("beta", ["C1"]).changed, on(shop)) == (1, ["C1", "C2", "C3", "C4"])
    assert lists.show("beta").people == 4
    with pytest.raises(UnknownName, match="did you mean 'beta'"):
        lists.add("bet", ["C1"])


def test_whom_nobody_knew_is_known_from_then_on_and_what_names_nobody_is_told(shop: JourneyShop) -> None:
    keys = ["new@else.example", "NEW@else.example", "customer_id:N7", "C999", "email:nobody", "email:"]
    told = shop.ws.lists.add("beta", keys)
    assert (told.changed, told.newcomers, told.refused) == (2, 2, 3)
    assert [each.key for each in told.reasons] == ["C999", "email:", "email:nobody"]
    assert on(shop) == ["N7", "new@else.example"]
    assert shop.ws.profiles.show("new@else.example").segments == []
    assert shop.ws.doctor().arrow.to_pylist()[2]["state"] == "good"  # accepted and refused rows add up
    gone = shop.ws.lists.remove("beta", ["other@else.example"])
    assert [(each.key, each.reason) for each in gone.reasons] == [("other@else.example", "nobody here is known by it")]


def test_who_is_on_a_list_follows_merges_and_is_asked_of_the_instant(shop: JourneyShop) -> None:
    ws = shop.ws
    shop.apply(TESTERS)
    ws.lists.add("beta", ["C1"])
    before = (shop.now + timedelta(seconds=1)).replace(tzinfo=UTC)
    shop.now += HOUR
    ws.lists.add("beta", ["C2"])
    shop.now += HOUR
    ws.profiles.merge("C1", "C3")
    ws.refresh()
    assert [row["key"] for row in ws.segments["testers"].members().arrow.to_pylist()] == ["C1", "C2"]
    assert ws.segments.preview({"in_list": "beta"}, as_of=before).size == 1
    ws.lists.remove("beta", ["C3"])  # who is C1 too by now
    assert on(shop) == ["C2"]
    assert ws.audit.latest(most=1)[0].act == "list taken from"


def test_a_list_that_is_asked_for_stays_and_its_name_is_its_own(shop: JourneyShop) -> None:
    shop.apply(TESTERS)
    for fault, act in (
        (Refused, lambda: shop.ws.definitions.retire("list", "beta")),
        (Refused, lambda: shop.ws.lists.create("beta")),
        (Refused, lambda: shop.ws.segments.upload_list("beta", ["C1"])),
        (BadDefinition, lambda: shop.apply("journeys:\n- {name: j, entry: {list: bet}, steps: [{id: a, wait: 1h}]}\n")),
    ):
        with pytest.raises(fault, match="beta"):
            act()
    shop.ws.segments.upload_list("fair", ["C1", "C2"])
    with pytest.raises(Refused, match="was uploaded"):
        shop.ws.lists.create("fair")
    with pytest.raises(Refused, match="was uploaded"):
        shop.ws.lists.add("fair", ["C3"])
    assert [(row["name"], row["people"], row["is_uploaded"]) for row in shop.ws.lists.list().arrow.to_pylist()] == [
        ("beta", 0, False),
        ("fair", 2, True),
    ]


def test_a_campaign_is_for_who_is_on_a_list(shop: JourneyShop) -> None:
    shop.ws.lists.add("beta", ["C1", "C2", "C3"])
    shop.ws.lists.create("never")
    shop.ws.lists.add("never", ["C2"])
    shop.apply(
        "campaigns:\n- {name: news, template: help, holdout: 0, audience: {lists: [beta], exclude_lists: [never]}}\n"
    )
    plan = shop.ws.campaigns.plan("news")
    assert (plan.audience, plan.refused["excluded"], plan.contacts) == (3, 1, 2)


def test_a_journey_is_entered_by_a_list_and_changes_lists(shop: JourneyShop) -> None:
    ws = shop.ws
    shop.apply(
        "lists: [{name: done}]\njourneys:\n- {name: welcome, entry: {list: beta, again: always, members: true}, holdout: 0, steps: ["
        "{id: rest, wait: 1h}, {id: put, add_to_list: done}, {id: is, branch: [{if: {rule: {in_list: done}}, steps: [{id: away, take_from_list: beta}]}]}]}\n"
    )
    ws.lists.add("beta", ["C1"])
    shop.now += HOUR
    ws.journeys.publish("welcome")
    ws.lists.add("beta", ["C1", "C2"])
    shop.run(after=timedelta(seconds=1))
    counted = ws.status().definitions
    assert (counted["list"], counted["journey"]) == (2, len(ws.journeys.list()))
    assert ws.journeys.show("welcome").inside == 2  # a member, and one who came; who was on it already did not
    shop.run(after=HOUR)
    shop.run(after=timedelta(seconds=1))
    assert (on(shop), on(shop, "done")) == ([], ["C1", "C2"])
    ws.lists.add("beta", ["C2"])
    shop.run(after=timedelta(seconds=1))
    assert ws.journeys.show("welcome").inside == 1
    steps = "[{id: a, take_from_list: done}, {id: b, add_to_list: done}]"
    with pytest.raises(BadDefinition, match="would never end"):
        shop.apply("journeys:\n- {name: round, entry: {list: done, again: always}, steps: " + steps + "}\n")


def test_the_commands_take_people_and_files(
    shop: JourneyShop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.ws.close()
    file, at = tmp_path / "keys.txt", ["-w", str(shop.ws.folder)]
    file.write_text("C1\nC2\n\n", "utf-8")
    assert run(["lists", "add", "beta", "C3", "-f", str(file), *at]) == 0
    assert run(["lists", "members", "beta", *at, "--json"]) == 0
    assert run(["lists", "remove", "beta", *at]) == 1
    said = capsys.readouterr()
    assert said.out.count('"key": "C') == 3
    assert "say who" in said.err
