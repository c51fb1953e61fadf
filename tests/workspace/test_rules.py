"""Rules of a workspace: one that cannot be computed stops no other, and every instant is read alike."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

import coterie
from coterie.errors import BadDefinition, CoterieError
from tests.laws import by_day
from tests.workspace.shop import DEFINITIONS, NOW, write_shop


def _save(ws: coterie.Workspace, kind: str, body: dict[str, object]) -> None:
    """Past the checks of ``apply``, as an earlier version may have."""
    with ws._stand.ledger.transaction() as t:
        t.definitions.save(kind, str(body["name"]), body, author="ann", at=NOW)


@pytest.mark.parametrize(
    ("trait", "why"),
    [
        ({"name": "odd", "value": {"trait": "nobody_knows"}}, "nobody_knows"),
        (
            {"name": "odd", "value": {"count": "Order Completed", "where": {"channel": {"matches": "("}}}},
            "regular expression",
        ),
        (
            {"name": "odd", "value": {"case": [{"when": "orders > 1", "then": 1}, {"when": "orders", "then": 2}]}},
            "orders",
        ),
        ({"name": "null", "value": {"count": "Order Completed"}}, "reserved"),
        ({"name": "odd", "value": {"formula": "(" * 300 + "orders" + ")" * 300}}, "no deeper than"),
    ],
    ids=["unknown", "pattern", "type", "reserved", "deep"],
)
def test_one_bad_trait_stops_no_refresh_and_is_told(
    shop: coterie.Workspace, trait: dict[str, object], why: str
) -> None:
    _save(shop, "trait", trait)
    _save(shop, "segment", {"name": "odd-ones", "rule": {"trait": trait["name"], ">": 1}})
    found = shop.refresh()
    told = " ".join(found.warnings)
    assert f"trait {trait['name']} was left out of this refresh" in told
    assert "segment odd-ones was left out of this refresh" in told
    assert why in told
    assert {row["name"]: row["size"] for row in found.segments}["frequent"] > 0
    assert "spent_60d" in shop.query("SELECT * FROM traits LIMIT 1").rows()[0]


def test_what_fails_only_when_it_runs_is_left_out_too(shop: coterie.Workspace) -> None:
    shop._stand.engine.execute("ALTER TABLE customer_records ADD COLUMN born_on DATE")
    shop._stand.engine.execute("UPDATE customer_records SET born_on = DATE '290000-01-01' + 5000000")
    _save(shop, "trait", {"name": "years", "value": {"age": {"trait": "born_on"}}})
    found = shop.refresh()
    assert {row["name"]: row["size"] for row in found.segments}["frequent"] > 0


def test_a_column_named_like_a_trait_stops_no_refresh(shop: coterie.Workspace, tmp_path: Path) -> None:
    before = shop.query("SELECT sum(spent_60d) AS n FROM traits").rows()
    late = tmp_path / "late.csv"
    late.write_text("customer_id,spent_60d\nC1,a lot\nC2,little\n", "utf-8")
    shop.load(late, kind="customers")
    found = shop.refresh()
    assert any("spent_60d hides a column of that name" in each for each in found.warnings)
    assert shop.query("SELECT sum(spent_60d) AS n FROM traits").rows() == before


def test_other_definitions_can_be_applied_beside_a_bad_one(shop: coterie.Workspace, tmp_path: Path) -> None:
    _save(shop, "trait", {"name": "odd", "value": {"trait": "nobody_knows"}})
    file = tmp_path / "more.yaml"
    file.write_text("segments:\n- name: more\n  rule: {trait: spent_60d, '>': 5}\n", "utf-8")
    shop.apply(file)
    file.write_text("segments:\n- name: most\n  rule: {trait: odd, '>': 5}\n", "utf-8")
    with pytest.raises(CoterieError, match="nobody_knows"):
        shop.apply(file)


@pytest.mark.parametrize("name", ["profile_id", "first_seen_at", "key", "null", "case", "true", "current_date", "city"])
def test_reserved_and_taken_names_are_refused_at_apply(shop: coterie.Workspace, tmp_path: Path, name: str) -> None:
    file = tmp_path / "traits.yaml"
    file.write_text(f"traits:\n- name: '{name}'\n  value: {{count: Order Completed}}\n", "utf-8")
    with pytest.raises(BadDefinition, match=r"reserved|taken"):
        shop.apply(file)


def test_a_preview_of_another_instant_uses_what_was_true_then(shop: coterie.Workspace) -> None:
    then = NOW - timedelta(days=45)
    rules = [{"in_segment": "frequent"}, {"trait": "spent_60d", ">": 100}, {"trait": "orders", ">=": 2}]
    seen = [shop.segments.preview(rule, as_of=then).size for rule in rules]
    shop.refresh(as_of=then)
    assert seen == [shop.segments.preview(rule).size for rule in rules]
    assert seen[0] < 30


def test_a_preview_says_what_it_could_not_turn_back(shop: coterie.Workspace) -> None:
    rule = {"all": [{"trait": "city", "=": "Oslo"}, {"trait": "segmentation.lifecycle", "is_set": True}]}
    assert shop.segments.preview(rule).notes == ()
    (note,) = shop.segments.preview(rule, as_of=NOW - timedelta(days=45)).notes
    assert "city, segmentation.lifecycle" in note


SHANGHAI = datetime(2026, 2, 10, 8, tzinfo=timezone(timedelta(hours=8)))


@pytest.fixture
def far_shop(tmp_path: Path) -> coterie.Workspace:
    folder = coterie.init(tmp_path / "far")
    settings = folder / "coterie.yaml"
    settings.write_text(re.sub(r"(?m)^timezone:.*$", "timezone: Asia/Shanghai", settings.read_text("utf-8")), "utf-8")
    with coterie.open(folder, clock=lambda: NOW) as ws:
        for kind, file in write_shop(tmp_path / "files").items():
            ws.load(file, kind=kind)
        (folder / "definitions" / "all.yaml").write_text(DEFINITIONS, "utf-8")
        ws.apply(folder / "definitions")
        yield ws


@pytest.mark.parametrize(
    "as_of",
    by_day(
        [
            pytest.param(datetime(2026, 2, 10, 8), id="naive"),
            pytest.param(SHANGHAI, id="zone"),
            pytest.param(datetime(2026, 2, 10, tzinfo=UTC), id="UTC"),
        ],
        "naive",
        "zone",
    ),
)
def test_python_reads_an_instant_as_the_command_line_does(far_shop: coterie.Workspace, as_of: datetime) -> None:
    assert far_shop.refresh(as_of=as_of).as_of == datetime(2026, 2, 10)


def test_explanations_tell_the_time_of_the_workspace(far_shop: coterie.Workspace, tmp_path: Path) -> None:
    file = tmp_path / "recent.yaml"
    last = "{last: occurred_at, event: Order Completed}"
    file.write_text(f"segments:\n- name: recent\n  rule: {{trait: {last}, '>=': '2026-02-01 06:00:00'}}\n", "utf-8")
    far_shop.apply(file)
    far_shop.refresh()
    (row,) = far_shop.query(
        "SELECT max(occurred_at) + INTERVAL 8 HOUR AS at FROM orders JOIN identifiers USING (profile_id) WHERE value = 'C1'"
    ).rows()
    assert far_shop.segments["recent"].explain("C1").value == f"{row['at']:%Y-%m-%d %H:%M:%S}"


def test_a_random_split_is_the_same_in_a_workspace_made_anew(tmp_path: Path) -> None:
    found = []
    files = write_shop(tmp_path / "files")
    for turn, order in enumerate((["customers", "orders", "consents"], ["orders", "consents", "customers"])):
        folder = coterie.init(tmp_path / f"shop{turn}")
        with coterie.open(folder, clock=lambda: NOW) as ws:
            for kind in order:
                ws.load(files[kind], kind=kind)
            (folder / "definitions" / "half.yaml").write_text(
                "segments:\n- name: half\n  rule: {random: spring, end: 0.5}\n", "utf-8"
            )
            ws.apply(folder / "definitions")
            ws.refresh()
            found.append(
                ws.query(
                    "SELECT i.value FROM memberships m JOIN identifiers i USING (profile_id)"
                    " WHERE i.namespace = 'customer_id' ORDER BY 1"
                ).rows()
            )
    assert found[0] == found[1]
    assert 15 < len(found[0]) < 45
