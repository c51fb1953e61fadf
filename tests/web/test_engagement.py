"""What people opened and followed stands beside what the campaign changed."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.web.conftest import Visitor
from tests.web.said import said
from tests.workspace.measured_shop import measured_shop
from tests.workspace.test_engagement import NOON, Shop


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop whose customers were sent a campaign; one opened it and followed a link."""
    opened = Shop(*measured_shop(tmp_path_factory.mktemp("opened")))
    *clicks, picture = opened.tracked("c1@shop.example")
    opened.fetch(picture, clicks[0])
    opened.now = opened.now.replace(minute=30)
    opened.keeper.turn(NOON)
    opened.ws.close()
    return opened.ws.folder


def test_results_show_who_opened_and_followed(visit: Visitor) -> None:
    shown, say = visit(), said("en")
    shown.go("/campaigns/spring/results")
    row = shown.page.locator(".ant-card", has_text=say("results.engagement")).locator("tbody tr").last
    expect(row).to_contain_text("message")
    assert [int(cell.replace(",", "")) for cell in row.locator("td").all_inner_texts()[2:4]] == [1, 1]
    expect(shown.page.get_by_text(say("results.engagementWhat"))).to_be_visible()
    assert shown.complaints == []
