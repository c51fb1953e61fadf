"""What people did of themselves gives traits and stages without any order, dated by where their source ends."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from coterie.domain.meanings import ACTIVITY
from coterie.profile import propose_lifecycle
from coterie.profile.lifecycle import lifecycle_stages
from coterie.profile.order_coverage import activity_coverage
from coterie.settings import WorkspaceSettings
from coterie.workspace import Workspace, init_workspace, open_workspace

START, NOW = datetime(2026, 1, 5, 9), datetime(2026, 11, 28, 12)


@pytest.fixture
def ws(tmp_path: Path) -> Workspace:
    init_workspace(tmp_path / "ws", WorkspaceSettings(currency="EUR", country="DE", timezone="UTC"))
    return open_workspace(tmp_path / "ws", clock=lambda: NOW)


def _loaded(ws: Workspace, folder: Path, name: str, rows: list[str], header: str) -> Workspace:
    (folder / name).write_text("\n".join([header, *rows]) + "\n", "utf-8")
    assert ws.load(folder / name).refused == 0
    ws.refresh()
    return ws


def _visits(people: int = 60, weeks: int = 20) -> list[str]:
    """Everybody comes every 7 days; the last third stops for good half way."""
    return [
        f"M{n},{START + timedelta(days=7 * week + n % 5, minutes=n):%Y-%m-%d %H:%M},{('Yoga', 'Spin')[n % 2]},Harbor"
        for n in range(people)
        for week in range(weeks if n < people * 2 // 3 else weeks // 2)
    ]


HEADER = "Member ID,Check-in Time,Class,Club"


def test_visits_give_traits_with_the_values_that_were_made(tmp_path: Path, ws: Workspace) -> None:
    _loaded(ws, tmp_path, "checkins.csv", _visits(), HEADER)
    row = ws.query(
        "SELECT t.* FROM traits_computed AS t JOIN identifiers AS i USING (profile_id) WHERE i.value = 'M0'"
    ).rows()[0]
    assert (row["activities"], row["active_days"], row["activity_sessions"]) == (20, 20, 20)
    assert row["mean_activity_gap_days"] == pytest.approx(7)
    assert row["activity_irregularity"] == pytest.approx(0)
    assert (row["preferred_activity_hour"], row["preferred_activity_weekday"]) == (9, 1)
    assert row["favorite_activity_category"] == "Yoga"
    assert "favorite_activity" not in row  # all do one thing


def test_silence_ends_where_the_source_does_not_at_the_as_of(tmp_path: Path, ws: Workspace) -> None:
    _loaded(ws, tmp_path, "checkins.csv", _visits(), HEADER)
    engine = ws._stand.engine
    last = START + timedelta(days=7 * 19 + 4, minutes=59)
    coverage = activity_coverage(engine, NOW)
    assert coverage.until == datetime(last.year, last.month, last.day) + timedelta(days=1)
    found = lifecycle_stages(engine, as_of=NOW)
    assert found.is_of_activity
    assert {part.stage.key: part.customers for part in found.parts}.keys() & {"loyal", "active"}
    gone = sum(part.customers for part in found.parts if part.stage.key in {"at_risk", "dormant", "churned"})
    assert gone == 20


def test_thresholds_come_from_gaps_of_which_unfinished_ones_are_censored(tmp_path: Path, ws: Workspace) -> None:
    _loaded(ws, tmp_path, "checkins.csv", _visits(), HEADER)
    proposal = propose_lifecycle(ws._stand.engine, as_of=NOW)
    assert proposal.is_from_own_gaps
    assert proposal.is_of_activity
    assert proposal.evidence.quantiles[0.5] == 7
    told = " ".join(str(each) for each in proposal.explain())
    assert "Nobody has ordered, so what people did is counted" in told
    assert "order" not in told.replace("ordered", "")
    assert all(
        "order" not in stage.stage.meaning.lower() for stage in lifecycle_stages(ws._stand.engine, as_of=NOW).parts
    )


def test_where_anybody_has_ordered_stages_are_those_of_orders(tmp_path: Path, ws: Workspace) -> None:
    orders = [f"{n},M{n},{START + timedelta(days=n):%Y-%m-%d},10" for n in range(5)]
    _loaded(ws, tmp_path, "orders.csv", orders, "order_id,customer_id,date,amount")
    _loaded(ws, tmp_path, "checkins.csv", _visits(), HEADER)
    found = lifecycle_stages(ws._stand.engine, as_of=NOW)
    assert not found.is_of_activity
    assert next(part.customers for part in found.parts if part.stage.key == "lead") == 55


@pytest.mark.parametrize(
    ("minutes", "sessions"),
    [((0, 10, 20), 1), ((0, 30, 60), 1), ((0, 31, 62), 3), ((0, 10, 200, 210), 2), ((5,), 1)],
)
def test_a_gap_of_more_than_half_an_hour_parts_sessions(
    tmp_path: Path, ws: Workspace, minutes: tuple[int, ...], sessions: int
) -> None:
    rows = [
        f"u1,{START + timedelta(minutes=each):%Y-%m-%d %H:%M:%S},{('view', 'search')[each % 2]}" for each in minutes
    ]
    rows += [f"u2,{START + timedelta(days=2):%Y-%m-%d %H:%M:%S},view"]
    _loaded(ws, tmp_path, "log.csv", rows, "user_id,event_time,event")
    found = ws.query(
        "SELECT activity_sessions FROM traits_computed JOIN identifiers USING (profile_id) WHERE value = 'u1'"
    ).rows()
    assert found[0]["activity_sessions"] == sessions


def test_what_campaigns_did_is_no_activity(tmp_path: Path, ws: Workspace) -> None:
    rows = [f"u{n % 5},spring,{START + timedelta(days=n):%Y-%m-%d}" for n in range(20)]
    _loaded(ws, tmp_path, "mailing.csv", rows, "customer_id,campaign,sent_at")
    assert not [row for row in ws.traits().rows() if "activit" in str(row["name"])]


def test_rules_may_ask_for_activity(tmp_path: Path, ws: Workspace) -> None:
    _loaded(ws, tmp_path, "checkins.csv", _visits(), HEADER)
    assert ws.segments.preview({"did": ACTIVITY, "at_least": 15}).size == 40
