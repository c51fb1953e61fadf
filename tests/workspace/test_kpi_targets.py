"""Targets of key figures: held against the last whole period, kept where people read them, told on Home."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import coterie
from coterie.cli.running import run
from coterie.errors import Refused, UnknownName
from coterie.measure.kpi_targets import judged_by
from tests.workspace.shop import NOW, filled

HALF_MARCH = NOW + timedelta(days=14)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return filled(tmp_path_factory.mktemp("aims") / "shop")


@pytest.fixture
def ws(folder: Path) -> Iterator[coterie.Workspace]:
    with coterie.open(folder, clock=lambda: NOW) as ws:
        yield ws
        for row in ws.kpis.targets().rows():
            ws.kpis.aim(row["kpi"], None)


def one(ws: coterie.Workspace, name: str) -> dict[str, object]:
    [row] = [row for row in ws.kpis.targets().rows() if row["kpi"] == name]
    return row


def test_the_last_whole_period_is_what_counts(ws: coterie.Workspace) -> None:
    shown = ws.kpis.show("revenue", by=["period"], every="month").rows()
    february = next(row["value"] for row in shown if row["period"] == datetime(2026, 2, 1))
    for target, verdict in ((february, "met"), (february + 0.01, "missed"), (february / 2, "met")):
        ws.kpis.aim("revenue", target)
        found = one(ws, "revenue")
        assert (found["value"], found["period"], found["verdict"]) == (february, datetime(2026, 2, 1), verdict)
    assert str(found["finding"]).startswith("Revenue in the period reached its target in the month from 2026-02-01: $")


def test_a_period_that_runs_is_never_judged(folder: Path) -> None:
    with coterie.open(folder, clock=lambda: NOW) as ws:
        ws.kpis.aim("revenue", 10.0, every="year")
        found = one(ws, "revenue")
        assert (found["value"], found["verdict"]) == (None, "unknown")
        assert "no whole period" in str(found["finding"])
        ws.kpis.aim("revenue", 10.0, every="month")
    with coterie.open(folder, clock=lambda: HALF_MARCH) as later:
        assert one(later, "revenue")["period"] == datetime(2026, 2, 1)
        later.kpis.aim("revenue", None)


def test_a_ratio_is_missed_only_beyond_its_interval(ws: coterie.Workspace) -> None:
    ws.kpis.aim("repeat_rate", 0.5)
    found = one(ws, "repeat_rate")
    low, high = float(str(found["low"])), float(str(found["high"]))
    assert low < 0.5 < high
    assert found["verdict"] == "open"
    for target, verdict in ((low - 0.01, "met"), (high + 0.01, "missed")):
        ws.kpis.aim("repeat_rate", target)
        assert one(ws, "repeat_rate")["verdict"] == verdict


def test_what_is_refused_changes_nothing(folder: Path, ws: coterie.Workspace) -> None:
    ws.kpis.aim("revenue", 10.0)
    before = (folder / "coterie.yaml").read_text("utf-8")
    with pytest.raises(UnknownName, match="reveneu"):
        ws.kpis.aim("reveneu", 1.0)
    with pytest.raises(Refused, match="no way is better"):
        ws.kpis.aim("contacts", 1.0)
    with pytest.raises(UnknownName, match="churn"):
        ws.kpis.aim("churn", None)
    for bad in (float("nan"), float("inf")):
        with pytest.raises(coterie.CoterieError):
            ws.kpis.aim("revenue", bad)
    assert (folder / "coterie.yaml").read_text("utf-8") == before


def test_a_target_of_a_figure_that_there_is_not_is_told_and_the_others_stand(
    folder: Path, ws: coterie.Workspace
) -> None:
    ws.kpis.aim("revenue", 10.0)
    file = folder / "coterie.yaml"
    tree = yaml.safe_load(file.read_text("utf-8"))
    tree["kpi_targets"]["reveneu"] = {"value": 3}
    file.write_text(yaml.safe_dump(tree, allow_unicode=True), "utf-8")
    rows = {row["kpi"]: row for row in ws.kpis.targets().rows()}
    assert (rows["revenue"]["verdict"], rows["reveneu"]["verdict"]) == ("met", "unknown")
    assert "no key figure of this name" in str(rows["reveneu"]["finding"])
    del tree["kpi_targets"]["reveneu"]
    file.write_text(yaml.safe_dump(tree, allow_unicode=True), "utf-8")


def test_home_tells_what_was_missed_and_nothing_else(ws: coterie.Workspace) -> None:
    ws.kpis.aim("revenue", 10.0)
    ws.kpis.aim("buyers", 10_000.0)
    ws.kpis.aim("repeat_rate", 0.5)
    missed = ws.overview.show(lang="zh").missed.rows()
    assert [row["kpi"] for row in missed] == ["buyers"]
    assert "未达成目标" in str(missed[0]["finding"])


def test_a_share_may_be_typed_as_percent(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    at = ["--workspace", str(folder)]
    assert run(["kpis", "aim", "repeat_rate", "29.5%", "--every", "quarter", *at]) == 0
    assert yaml.safe_load((folder / "coterie.yaml").read_text("utf-8"))["kpi_targets"] == {
        "repeat_rate": {"value": 0.295, "every": "quarter"}
    }
    assert run(["kpis", "aim", "repeat_rate", "much", *at]) == 2
    assert run(["kpis", "aim", "repeat_rate", *at]) == 2
    assert run(["kpis", "aim", "repeat_rate", "--off", *at]) == 0
    assert "kpi_targets" not in yaml.safe_load((folder / "coterie.yaml").read_text("utf-8"))
    assert "No targets" in capsys.readouterr().out


NUMBERS = st.floats(-1e6, 1e6)


@given(
    target=NUMBERS, value=NUMBERS, below=st.floats(0, 1e5), above=st.floats(0, 1e5), by=st.sampled_from(["up", "down"])
)
def test_the_other_way_round_is_the_mirror(target: float, value: float, below: float, above: float, by: str) -> None:
    row = {"value": value, "low": value - below, "high": value + above, "direction": by}
    turned = {"value": -value, "low": -value - above, "high": -value + below}
    other = {"up": "down", "down": "up"}[by]
    assert judged_by(target, row) == judged_by(-target, turned | {"direction": other})


@given(target=NUMBERS, value=NUMBERS, width=st.floats(0, 1e5))
def test_a_wider_interval_never_decides_more(target: float, value: float, width: float) -> None:
    narrow = {"value": value, "low": value - width, "high": value + width, "direction": "up"}
    wide = narrow | {"low": value - 2 * width - 1, "high": value + 2 * width + 1}
    assert judged_by(target, wide) in ("open", judged_by(target, narrow))
    assert judged_by(target, narrow | {"is_rough": True}) == "open"


def test_a_period_in_which_nothing_happened_counts_as_nothing(tmp_path: Path) -> None:
    """Days with an order but the last whole one: the day before it, which reached the target, is not what counts."""
    folder = coterie.init(tmp_path / "shop")
    days = [
        day for month, last in ((1, 31), (2, 28)) for day in (datetime(2026, month, n, 12) for n in range(1, last + 1))
    ]
    quiet = datetime(2026, 2, 27)
    rows = [f"O{n},C{n % 7},{day:%Y-%m-%d %H:%M:%S},100" for n, day in enumerate(days) if day.date() != quiet.date()]
    (tmp_path / "orders.csv").write_text("\n".join(["order_id,customer_id,ordered_at,total", *rows]), "utf-8")
    with coterie.open(folder, clock=lambda: datetime(2026, 2, 28, 13)) as ws:
        ws.load(tmp_path / "orders.csv", kind="orders")
        ws.refresh()
        ws.kpis.aim("revenue", 50.0, every="day")
        ws.kpis.aim("average_order_value", 50.0, every="day")
        ws.kpis.aim("buyers", 1.0, every="month")
        found = {row["kpi"]: row for row in ws.kpis.targets().rows()}
        assert (found["revenue"]["period"], found["revenue"]["value"], found["revenue"]["verdict"]) == (
            quiet,
            0,
            "missed",
        )
        assert found["average_order_value"]["verdict"] == "unknown"
        assert "nothing to divide by" in str(found["average_order_value"]["finding"])
        assert (found["buyers"]["period"], found["buyers"]["value"]) == (datetime(2026, 1, 1), 7)
