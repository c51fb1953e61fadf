"""How a file would be read stands to be corrected: what it leaves open is answered, what it lacks is added, and both count."""

from __future__ import annotations

import re
from datetime import UTC
from pathlib import Path
from zoneinfo import ZoneInfo

from playwright.sync_api import expect

import coterie
from tests.web.conftest import Visitor
from tests.web.said import chosen


def test_what_a_file_leaves_open_is_answered_in_its_place(visit: Visitor, folder: Path, tmp_path: Path) -> None:
    lines = [
        f"Q{n},C{n},0{n}/0{n + 1}/2024,{n}0.00,{'cancelled' if n == 4 else 'paid'},Oslo {n},x" for n in range(1, 9)
    ]
    (tmp_path / "till.csv").write_text(
        "order_id,customer_id,order_date,total,status,place,note\n" + "\n".join(lines), "utf-8"
    )
    shown = visit()
    shown.go("/data")
    page = shown.page
    page.locator("input[type=file]").set_input_files(tmp_path / "till.csv")
    asked = page.get_by_role("radiogroup", name=re.compile("day first"))
    expect(asked.get_by_text("month/day/year (as read now)")).to_be_visible()
    asked.get_by_text("day/month/year", exact=True).click()
    expect(asked).to_have_count(0)
    expect(page.get_by_text("Kept as they are: place, note")).to_be_visible()
    chosen(page, "Add a field", "shop")
    chosen(page, "Column store", "place")
    expect(page.get_by_text("Kept as they are: note")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("store.*set by you"))).to_be_visible()
    page.get_by_role("button", name="Load", exact=True).click()
    expect(page.get_by_text("By their status these do not count, or not whole: cancelled 1.")).to_be_visible()
    with coterie.open(folder) as ws:
        ws.refresh()
        found = ws.query("SELECT store, occurred_at FROM orders WHERE order_id = 'Q3'")
        zone = ZoneInfo(ws.settings.timezone)
    ordered = found["occurred_at"][0].replace(tzinfo=UTC).astimezone(zone)
    assert (found["store"][0], ordered.date().isoformat()) == ("Oslo 3", "2024-04-03")


def test_what_is_not_in_the_file_is_said_so(visit: Visitor, tmp_path: Path) -> None:
    lines = [f"T{n},C{n},2024-03-{n:02d},{n}0.00,{n}" for n in range(10, 20)]
    (tmp_path / "pieces.csv").write_text("order_id,customer_id,date,total,quantity\n" + "\n".join(lines), "utf-8")
    shown = visit("zh", 390)
    shown.go("/data")
    page = shown.page
    page.locator("input[type=file]").set_input_files(tmp_path / "pieces.csv")
    chosen(page, "列 quantity", "此文件中没有")
    expect(page.get_by_role("combobox", name="列 quantity", exact=True)).to_have_count(0)
    expect(page.get_by_text("已排除：quantity")).to_be_visible()
    page.get_by_role("button", name="恢复为建议").click()
    expect(page.get_by_role("combobox", name="列 quantity", exact=True)).to_be_visible()
    page.get_by_role("button", name="放弃").click()
    expect(page.locator("input[type=file]")).to_have_count(1)
    assert shown.complaints == []
