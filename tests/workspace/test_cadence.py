"""When members of segments change: live and refreshed at refreshes, frozen never; and what a campaign may do with each."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

import coterie
from coterie.errors import Refused
from tests.workspace.shop import DEFINITIONS, NOW, copy_stores, fill

SEGMENTS = """
segments:
- name: busy
  rule: {did: Order Completed, at_least: 4}
- name: busy_then
  cadence: frozen
  rule: {did: Order Completed, at_least: 4}
- name: of_then
  rule: {all: [{in_segment: busy_then}, {trait: city, '=': Oslo}]}
- name: all_but_then
  rule: {all: [{did: Order Completed}, {none: [{in_segment: of_then}]}]}
- name: nightly
  cadence: refreshed
  rule: {did: Order Completed, at_least: 4}
- name: of_nightly
  rule: {in_segment: nightly}
- name: best
  cadence: live
  rule: {top: 5, trait: spent_60d}
- name: of_best
  rule: {not: {in_segment: best}}
"""
CAMPAIGNS = """
campaigns:
- {name: to_then, template: hello, audience: {segments: [busy_then]}}
- {name: but_then, template: hello, audience: {everybody: true, exclude: [busy_then]}}
- {name: but_of_then, template: hello, audience: {segments: [busy], exclude: [of_then]}}
- {name: but_nightly, template: hello, audience: {segments: [busy], exclude: [nightly]}}
- {name: to_all_but_then, template: hello, audience: {segments: [all_but_then]}}
"""
CADENCES = {
    "busy": "live", "busy_then": "frozen", "of_then": "live", "all_but_then": "live", "nightly": "refreshed", "of_nightly": "refreshed",
    "best": "refreshed", "of_best": "refreshed", "frequent": "live",
}  # fmt: skip


class Clock:
    now = NOW

    def __call__(self):
        return self.now


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("cadence")
    with coterie.open(coterie.init(root / "shop"), clock=Clock()) as ws:
        (ws.folder / "definitions" / "more.yaml").write_text(SEGMENTS + CAMPAIGNS, "utf-8")
        fill(ws, root / "files", DEFINITIONS)
    return root / "shop"


@pytest.fixture
def shop(tmp_path: Path, made: Path):
    clock = Clock()
    copy_stores(made, coterie.init(tmp_path / "shop"))
    with coterie.open(tmp_path / "shop", clock=clock) as ws:
        yield ws, clock


def members(ws, name: str) -> set[str]:
    rows = ws.query(
        "SELECT DISTINCT i.value FROM memberships AS m JOIN identifiers AS i USING (profile_id) "
        "WHERE m.segment = $name AND i.namespace = 'customer_id'",
        name=name,
    )
    return set(rows["value"])


def order(ws, clock, customer: str, times: int = 1) -> None:
    clock.now += timedelta(days=1)
    file = ws.folder.parent / f"{customer}-{clock.now:%d}.csv"
    rows = "".join(f"{file.stem}-{n},{customer},{clock.now - timedelta(hours=2)},50\n" for n in range(times))
    file.write_text(f"order_id,customer_id,order_date,total\n{rows}", "utf-8")
    ws.load(file, kind="orders")


def listed(ws, name: str) -> dict:
    return next(row for row in ws.segments.list() if row["name"] == name)


def test_a_segment_says_when_its_members_change(shop) -> None:
    ws, clock = shop
    assert {name: listed(ws, name)["cadence"] for name in CADENCES} == CADENCES
    first = listed(ws, "busy_then")["as_of"]
    clock.now += timedelta(days=1)
    ws.refresh()
    assert listed(ws, "busy_then")["as_of"] == ws.segments["busy_then"].show().members_as_of == first
    assert listed(ws, "busy")["as_of"] == listed(ws, "nightly")["as_of"] > first
    because = {name: str(ws.segments[name].show().not_live_because) for name in ("best", "of_best", "nightly")}
    assert "ranks people" in because["best"]
    assert "ranks people" in because["of_best"] or "reads best" in because["of_best"]
    assert because["nightly"] == "None", "it was asked for"


def test_a_frozen_segment_keeps_its_members_until_it_is_frozen_anew(shop) -> None:
    ws, clock = shop
    then = members(ws, "busy_then")
    assert then == members(ws, "busy")
    order(ws, clock, "C1", times=4)
    ws.refresh()
    assert members(ws, "busy") == then | {"C1"} == members(ws, "nightly")
    assert members(ws, "busy_then") == then
    assert ws.segments["busy_then"].explain("C1").holds is False
    assert ws.segments["busy"].explain("C1").holds is True
    assert {row["change"] for row in ws.segments.changes(segment="busy_then", most=1_000)} == {"entered"}
    was = ws.segments["busy_then"].refreeze().frozen_before
    assert was == NOW
    assert members(ws, "busy_then") == then
    ws.refresh()
    assert members(ws, "busy_then") == then | {"C1"}
    assert ws.segments["busy_then"].explain("C1").holds is True
    with pytest.raises(Refused, match="is not frozen"):
        ws.segments["busy"].refreeze()


def test_a_frozen_segment_is_frozen_anew_where_its_rule_changes_and_thawed_where_it_is_no_longer_to_be(shop) -> None:
    ws, clock = shop
    order(ws, clock, "C1", times=4)
    ws.refresh()
    changed = SEGMENTS.replace(
        "frozen\n  rule: {did: Order Completed, at_least: 4}", "frozen\n  rule: {did: Order Completed, at_least: 3}"
    )
    (ws.folder / "definitions" / "more.yaml").write_text(changed + CAMPAIGNS, "utf-8")
    ws.apply(ws.folder / "definitions")
    ws.refresh()
    assert members(ws, "busy_then") > members(ws, "busy") >= {"C1"}
    (ws.folder / "definitions" / "more.yaml").write_text(
        SEGMENTS.replace("cadence: frozen\n", "cadence: live\n") + CAMPAIGNS, "utf-8"
    )
    ws.apply(ws.folder / "definitions")
    ws.refresh()
    assert members(ws, "busy_then") == members(ws, "busy")
    assert ws.query("SELECT count(*) AS n FROM lists")["n"][0] == 0


def test_members_of_a_frozen_segment_are_followed_through_merges_and_their_undoing(shop) -> None:
    ws, clock = shop
    then = members(ws, "busy_then")
    inside, outside = min(then), "C7"
    assert outside not in then
    clock.now += timedelta(days=1)
    file = ws.folder.parent / "joined.csv"
    file.write_text(f"customer_id,email,city\n{outside},{inside.lower()}@shop.example,Rome\n", "utf-8")
    ws.load(file, kind="customers")
    ws.refresh()
    assert members(ws, "busy_then") == then | {outside}, "one person by now"
    ws.profiles.unmerge(ws.profiles.merges()[0]["merge_id"])
    ws.refresh()
    assert then - {inside} <= members(ws, "busy_then") <= then | {outside}
    assert inside in members(ws, "busy_then")


def test_a_campaign_says_as_of_when_its_audience_is_and_leaves_nobody_out_by_what_is_frozen(shop) -> None:
    ws, clock = shop
    order(ws, clock, "C1", times=4)
    ws.refresh()
    told = " ".join(map(str, ws.campaigns.plan("to_then").sentences))
    assert "Segment busy_then is frozen: its members are those of 2026-03-01 00:00." in told
    assert ws.campaigns.plan("but_nightly").audience == len(members(ws, "busy"))
    for name in ("but_then", "but_of_then", "to_all_but_then"):
        with pytest.raises(Refused, match="who met the rule .*since would be written to"):
            ws.campaigns.plan(name)
        with pytest.raises(Refused, match="who met the rule .*since would be written to"):
            ws.campaigns.send(name, dry_run=True)
