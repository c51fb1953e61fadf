"""The main job on a small shop, through Python, against numbers counted by hand."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pytest

import coterie
from coterie.errors import BadDefinition, NotReady, Refused, UnknownName
from tests.workspace.shop import CUSTOMERS, NOW

FREQUENT = [n for n in range(1, CUSTOMERS + 1) if n % 7 >= 4]


def test_segments_hold_whom_the_rule_says(shop: coterie.Workspace) -> None:
    keys = {row["key"] for row in shop.segments["frequent"].members().rows()}
    assert keys == {f"C{n}" for n in FREQUENT}
    both = {row["key"] for row in shop.segments["frequent-oslo"].members().rows()}
    assert both == {f"C{n}" for n in FREQUENT if n % 2 == 0}


def test_members_come_as_arrow_pandas_and_polars(shop: coterie.Workspace) -> None:
    members = shop.segments["frequent"].members()
    assert isinstance(members.arrow, pa.Table)
    assert len(members.pandas()) == len(members.polars()) == len(FREQUENT)
    assert (members.to_pandas().shape, members.to_polars().shape) == (members.arrow.shape, members.arrow.shape)


def test_loading_the_same_again_changes_nothing(shop: coterie.Workspace, tmp_path: Path) -> None:
    before = shop.query("SELECT * FROM orders ORDER BY ALL").arrow
    again = shop.load(tmp_path / "files" / "orders.csv", kind="orders")
    assert (again.accepted + again.refused, again.unchanged) == (again.rows, again.rows)
    assert shop.query("SELECT * FROM orders ORDER BY ALL").arrow == before


@pytest.mark.parametrize(
    "sql",
    [
        pytest.param("DELETE FROM orders", id="delete"),
        pytest.param("WITH gone AS (DELETE FROM orders RETURNING *) SELECT * FROM gone", id="delete-inside-a-select"),
        pytest.param("SELECT 1; DROP TABLE orders", id="two-statements"),
        pytest.param("COPY orders TO 'orders.csv'", id="copy"),
        pytest.param("nonsense", id="no-sql"),
    ],
)
def test_a_query_that_does_not_only_read_is_refused(shop: coterie.Workspace, sql: str) -> None:
    before = shop.query("SELECT count(*) AS n FROM orders").rows()
    with pytest.raises(Refused, match="a query"):
        shop.query(sql)
    assert shop.query("FROM orders SELECT count(*) AS n").rows() == before


def test_a_rule_in_a_file_that_is_not_there_is_refused(shop: coterie.Workspace) -> None:
    with pytest.raises(BadDefinition, match="there is no file nowhere.yaml"):
        shop.segments.preview("nowhere.yaml")


def test_a_data_frame_loads_like_a_file(shop: coterie.Workspace) -> None:
    frame = pa.table({"order_id": ["F1"], "customer_id": ["C1"], "order_date": [datetime(2026, 2, 1)], "total": [99.5]})
    result = shop.load(frame.to_pandas(), kind="orders", source="frame")
    assert (result.rows, result.accepted) == (1, 1)
    assert shop.query("SELECT revenue::DOUBLE AS r FROM orders WHERE order_id = 'F1'").rows() == [{"r": 99.5}]


def test_a_person_shows_identifiers_traits_segments_and_events(shop: coterie.Workspace) -> None:
    person = shop.profiles.show("c4@shop.example")
    assert {(i["namespace"], i["value"]) for i in person.identifiers} >= {
        ("customer_id", "C4"),
        ("email", "c4@shop.example"),
    }
    assert person.traits["orders"] == 4
    assert person.segments == ["frequent", "frequent-oslo", "oslo"]
    assert len(person.events) == 4


def test_an_explanation_names_the_value_that_decided(shop: coterie.Workspace) -> None:
    told = "\n".join(shop.segments["frequent"].explain("C3").lines())
    assert "✗" in told
    assert "3" in told


def test_a_definition_of_something_unknown_is_refused_with_the_nearest(shop: coterie.Workspace, tmp_path: Path) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text("segments:\n- name: x\n  rule: {trait: spent_60, '>': 1}\n", "utf-8")
    with pytest.raises(BadDefinition, match=r"bad.yaml:3: segment x.rule.trait: .*spent_60d"):
        shop.apply(file)
    file.write_text("campaigns:\n- {name: y, audience: {segments: [frequnt]}, template: hello}\n", "utf-8")
    with pytest.raises(BadDefinition, match=r"bad.yaml:2.*'frequent'"):
        shop.apply(file)
    assert "x" not in shop.segments


@pytest.mark.parametrize(
    ("body", "words"),
    [
        pytest.param("<p>{{ profile.citty }}</p>", "'city'", id="unknown-trait"),
        pytest.param("<p>{% if profile.city %}</p>", "if", id="unclosed-tag"),
    ],
)
def test_a_broken_template_is_refused_with_its_place(
    shop: coterie.Workspace, tmp_path: Path, body: str, words: str
) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text(f'templates:\n- name: bad\n  subject: Hi\n  body: "{body}"\n', "utf-8")
    with pytest.raises(BadDefinition, match=r"bad.yaml:[24]: template bad") as refused:
        shop.apply(file)
    assert words in str(refused.value)


def test_a_diff_says_how_many_customers_it_touches(shop: coterie.Workspace, tmp_path: Path) -> None:
    file = tmp_path / "more.yaml"
    file.write_text("segments:\n- name: frequent\n  rule: {did: Order Completed, at_least: 3}\n", "utf-8")
    [row] = shop.diff(file).rows()
    assert (row["act"], row["fields"], row["size_before"]) == ("change", "label, rule", len(FREQUENT))
    assert row["size_after"] == len([n for n in range(1, CUSTOMERS + 1) if n % 7 >= 3])
    file.write_text("segments:\n- name: nobody\n  rule: {did: Order Completed, at_least: 99}\n", "utf-8")
    assert shop.diff(file).rows()[0]["warning"] == "matches nobody"


def test_versions_can_be_rolled_back(shop: coterie.Workspace, tmp_path: Path) -> None:
    file = tmp_path / "more.yaml"
    file.write_text("segments:\n- name: oslo\n  rule: {trait: city, '=': Bergen}\n", "utf-8")
    shop.apply(file)
    shop.segments["oslo"].rollback(1)
    assert [row["version"] for row in shop.segments["oslo"].versions().rows()] == [1, 2, 3]
    assert shop.segments["oslo"].definition.rule.words() == "city = Oslo"


def test_what_is_exported_applies_without_change(shop: coterie.Workspace, tmp_path: Path) -> None:
    shop.export(tmp_path / "out")
    assert {row["act"] for row in shop.diff(tmp_path / "out").rows()} == {"keep"}


def test_a_plan_counts_everybody_once(shop: coterie.Workspace) -> None:
    plan = shop.campaigns.plan("spring")
    said_no = [n for n in FREQUENT if n % 10 == 0]
    assert plan.audience == len(FREQUENT)
    assert plan.reachable == len(FREQUENT) - len(said_no)
    assert sum(plan.arms.values()) == plan.reachable


def test_results_before_the_launch_say_what_to_do(shop: coterie.Workspace) -> None:
    with pytest.raises(NotReady, match="has not been launched"):
        shop.campaigns.results("spring")


def test_unknown_names_are_refused_with_the_nearest(shop: coterie.Workspace) -> None:
    with pytest.raises(UnknownName, match="'frequent'"):
        shop.segments["freqent"]
    with pytest.raises(UnknownName, match="lifecycle"):
        shop.segmentations.show("lifecicle")
    with pytest.raises(UnknownName, match="lifetime-value"):
        shop.predict.fit("churn")
    with pytest.raises(Refused, match="auto or a number"):
        shop.segmentations.discover(k="many")


def test_csv_exports_run_no_formula(shop: coterie.Workspace, tmp_path: Path) -> None:
    file = shop.write_frame(coterie.Frame(pa.table({"name": ["=1+1", "plain", None]})), tmp_path / "x.csv")
    assert "'=1+1" in file.read_text("utf-8")


@pytest.mark.slow  # by day, tests/workspace/test_report.py reads the report in both
def test_the_report_is_whole_in_both_languages(shop: coterie.Workspace, tmp_path: Path) -> None:
    for lang, words in (("en", "The base"), ("zh", "客户总体")):
        text = shop.report(tmp_path / f"{lang}.html", lang=lang).read_text("utf-8")
        assert words in text
        assert "http://" not in text.replace("http://www.w3.org", "")
        assert "https://" not in text
        assert "<script" not in text


def test_old_data_are_read_as_of_their_end(shop: coterie.Workspace, tmp_path: Path) -> None:
    folder = coterie.init(tmp_path / "old")
    with coterie.open(folder, clock=lambda: datetime(2030, 1, 1)) as ws:
        ws.load(tmp_path / "files" / "orders.csv", kind="orders")
        refreshed = ws.refresh()
    assert (refreshed.is_historic, refreshed.as_of) == (True, NOW)
    assert "2026-02-28" in refreshed.warnings[0]


def test_doctor_and_status_know_the_workspace(shop: coterie.Workspace) -> None:
    states = {row["check"]: row["state"] for row in shop.doctor().rows()}
    assert states["audit"] == states["accounting"] == states["people"] == states["freshness"] == "good"
    assert shop.status().rows["profiles"] == CUSTOMERS


def test_one_process_at_a_time_has_a_workspace_open(shop: coterie.Workspace) -> None:
    import os
    import subprocess
    import sys

    program = f"import coterie; coterie.open({str(shop.folder)!r})"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert run.returncode != 0
    assert f"in use by process {os.getpid()}" in run.stderr
    assert "wait until it has finished, or end it" in run.stderr


@pytest.mark.parametrize(
    ("channel", "words"),
    [
        pytest.param("emial", "no channel named 'emial'; did you mean 'email'", id="misspelt"),
        pytest.param("fax", "no channel named 'fax'", id="none-of-ours"),
    ],
)
def test_a_campaign_on_a_channel_that_there_is_not_is_not_launched(
    shop: coterie.Workspace, tmp_path: Path, channel: str, words: str
) -> None:
    file = tmp_path / "c.yaml"
    file.write_text(
        f"campaigns:\n- {{name: wild, audience: {{everybody: true}}, template: hello, channel: {channel}}}\n", "utf-8"
    )
    shop.apply(file)
    with pytest.raises(UnknownName, match=words):
        shop.campaigns.send("wild")
    assert not shop.campaigns.is_launched("wild")


def test_discovery_goes_by_what_was_defined_under_its_name(shop: coterie.Workspace, tmp_path: Path) -> None:
    file = tmp_path / "s.yaml"
    file.write_text("segmentations:\n- {name: groups, method: mini-batch k-means, k: 2}\n- {name: rfm, method: rfm}\n")
    shop.apply(file)
    asked = [shop.segmentations.discover(name="groups", dry_run=True, **more).definition for more in ({}, {"k": 3})]  # type: ignore[arg-type]
    assert [(each.method, each.k) for each in asked] == [("mini-batch k-means", 2), ("mini-batch k-means", 3)]
    with pytest.raises(Refused, match="defined otherwise"):
        shop.segmentations.discover(name="rfm")
