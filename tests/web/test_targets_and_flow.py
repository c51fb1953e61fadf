"""Segments ranked as targets lead to a campaign, and who moved is shown between any two dates."""

from __future__ import annotations

import csv
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

import coterie
from tests.web.conftest import Visitor
from tests.web.said import said
from tests.workspace.shop import NOW

SEGMENTS = """
segments:
- {name: many, label: Many orders, rule: {trait: orders, ">=": 6}}
- {name: few, label: Few orders, rule: {trait: orders, "<": 6}}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eighty customers over four hundred days: customer n orders every n + 9 days until n days before the end."""
    root = tmp_path_factory.mktemp("aimed")
    with (root / "orders.csv").open("w", encoding="utf-8", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow(["order_id", "customer_id", "order_date", "total"])
        for n in range(1, 81):
            for k, days in enumerate(range(n, 400, n + 9)):
                rows.writerow([f"O{n}-{k}", f"C{n}", f"{NOW - timedelta(days=days):%Y-%m-%d %H:%M:%S}", 10 + n])
    folder = coterie.init(root / "shop")
    with coterie.open(folder, clock=lambda: NOW) as ws:
        ws.load(root / "orders.csv", kind="orders")
        (folder / "definitions" / "all.yaml").write_text(SEGMENTS, "utf-8")
        ws.apply(folder / "definitions")
        ws.refresh(as_of=NOW)
    return folder


def test_a_target_leads_to_a_campaign_and_a_flow_is_shown_between_two_dates(visit: Visitor, folder: Path) -> None:
    shown, say = visit(), said("en")
    page = shown.page
    shown.go("/segments/targets")
    with coterie.open(folder) as ws:
        best = ws.segments.targets()[0]
        moved = ws.segmentations.moves(since="2025-06-01", until="2025-12-01")
    expect(page.get_by_text(str(best["explanation"]))).to_be_visible()
    page.get_by_role("link", name=say("targets.campaign")).first.click()
    page.wait_for_url(lambda url: url.endswith("/campaigns/new"))
    page.wait_for_function(
        "name => localStorage.getItem('coterie.draft.campaign.')?.includes(name)", arg=best["segment"]
    )
    shown.go("/campaigns/new/audience")
    expect(page.locator(".ant-select-selection-item", has_text=str(best["name"]))).to_be_visible()

    shown.go("/segmentations/lifecycle")
    page.get_by_label(say("moves.from"), exact=True).fill("2025-06-01")
    page.get_by_label(say("moves.to"), exact=True).fill("2025-12-01")
    page.wait_for_url("**since=2025-06-01&until=2025-12-01")
    page.reload()
    shown.settle()
    expect(page.get_by_text(str(moved.finding[0]))).to_be_visible(timeout=30_000)
    flow = page.locator("figure", has=page.get_by_text(str(moved.finding[0])))
    expect(flow.locator("path title")).to_have_count(len(moved.moves))
