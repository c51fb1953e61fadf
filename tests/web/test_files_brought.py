"""How a file that is brought would be read stands to be corrected, and both count; of one that cannot be read nothing is half done."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

import coterie
from tests.laws import by_day
from tests.web.conftest import Visit, Visitor
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


def _kept(folder: Path) -> tuple[list[str], int, int]:
    """What lies among the uploads, and how many rows and loads there are."""
    with coterie.open(folder) as ws:
        status = ws.status()
        rows = sum(status.rows.values())
        loads = sum(int(str(row["loads"])) for row in status.sources)
    return sorted(each.name for each in (folder / ".coterie" / "uploads").glob("*")), rows, loads


def _half_a_workbook() -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>" * 500)
        archive.writestr("xl/workbook.xml", "<workbook/>" * 500)
    return whole.getvalue()[: len(whole.getvalue()) // 2]


def _drop(shown: Visit, name: str, content: bytes) -> None:
    shown.go("/data")
    shown.page.locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    )


UNREADABLE = [
    pytest.param("photo.png", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, id="another kind"),
    pytest.param("orders.xlsx", _half_a_workbook(), id="half a workbook"),
    pytest.param("empty.csv", b"", id="nothing"),
]


@pytest.mark.parametrize(("name", "content"), by_day(UNREADABLE, "half a workbook"))
def test_what_cannot_be_read_is_said_and_given_up(visit: Visitor, folder: Path, name: str, content: bytes) -> None:
    (folder / ".coterie" / "uploads").mkdir(exist_ok=True)
    before = _kept(folder)
    shown = visit()
    _drop(shown, name, content)
    expect(shown.page.get_by_role("alert").first).to_be_visible()
    shown.page.get_by_role("button", name="Give up").click()
    expect(shown.page.locator("input[type=file]")).to_have_count(1)
    assert _kept(folder) == before


def test_a_file_with_a_chinese_name_is_loaded(visit: Visitor, folder: Path) -> None:
    shown = visit("zh")
    _drop(shown, "订单&新.csv", b"order_id,customer_id,order_date,total\nN1,C3,2026-02-20 10:00:00,70\n")
    expect(shown.page.get_by_text("订单_新").first).to_be_visible()
