"""Logs of what people looked at, without any order, say something of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from coterie.settings import WorkspaceSettings
from coterie.workspace import Workspace, init_workspace, open_workspace

NOW = datetime(2026, 11, 28, 12)


@pytest.fixture
def ws(tmp_path: Path) -> Workspace:
    init_workspace(tmp_path / "ws", WorkspaceSettings(currency="EUR", country="DE", timezone="UTC"))
    return open_workspace(tmp_path / "ws", clock=lambda: NOW)


@pytest.mark.parametrize(
    ("viewed", "added", "header"),
    [
        ("view", "cart", "event_time,event_type,product_id,user_id"),
        ("pv", "fav", "timestamp,behavior_type,item_id,user_id"),
        ("浏览", "加购", "时间,行为,product_id,用户id"),
        ("Product Viewed", "Add to Cart", "occurred_at,event,product_id,customer_id"),
    ],
)
def test_views_and_carts_become_traits(tmp_path: Path, ws: Workspace, viewed: str, added: str, header: str) -> None:
    days = (NOW - timedelta(days=n, minutes=7 * n) for n in range(1, 41))
    rows = [
        f"{day:%Y-%m-%d %H:%M:%S},{added if n % 5 == 0 else viewed},P{n % 4},u{n % 2}" for n, day in enumerate(days)
    ]
    (tmp_path / "log.csv").write_text("\n".join([header, *rows]) + "\n", "utf-8")
    result = ws.load(tmp_path / "log.csv", kind="events")
    assert (result.accepted, result.refused) == (40, 0)
    ws.refresh()
    known = {str(row["name"]) for row in ws.traits().rows() if row["missing_share"] == 0}
    assert {"products_viewed", "view_recency_days", "different_products_viewed"} <= known
    if added != "fav":
        assert "carts" in known
    rows_of = ws.query("SELECT sum(products_viewed) AS views FROM traits_computed").rows()
    assert rows_of[0]["views"] == 32


def test_facts_of_days_alone_have_no_hour(tmp_path: Path, ws: Workspace) -> None:
    days = [datetime(2026, 1, 1) + timedelta(days=9 * n) for n in range(30)]
    rows = "".join(f"{n},c{n % 5},{day:%Y-%m-%d},{10 + n}\n" for n, day in enumerate(days))
    (tmp_path / "orders.csv").write_text("order_id,customer_id,date,amount\n" + rows)
    ws.load(tmp_path / "orders.csv")
    ws.refresh()
    known = {row["name"] for row in ws.traits().rows()}
    assert "preferred_weekday" in known
    assert "preferred_hour" not in known
