"""A file of the wrong kind, half a file, an empty one: nothing is half done, and there is a way on."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import expect

import coterie
from tests.web.conftest import Visit, Visitor


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


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("photo.png", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20),
        ("orders.xlsx", _half_a_workbook()),
        ("empty.csv", b""),
    ],
    ids=["another kind", "half a workbook", "nothing"],
)
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
