"""What a program and a notebook see: names, help, completion, frames, records, instants."""

from __future__ import annotations

import ast
import pydoc
import re
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pyarrow as pa
import pytest

import coterie
from coterie.errors import Refused, UnknownName
from coterie.workspace import records
from tests.docs.pages import DOCS
from tests.house.house import ROOT, is_public, modules

FRAME = coterie.Frame.of([{"name": "<b>x</b>", "n": 1}, {"name": None, "n": 2}, {"name": "ü&", "n": 3}])


def test_completion_names_the_whole_face_and_help_teaches_it_on_two_pages() -> None:
    names = [name for name in dir(coterie) if not name.startswith("__")]
    assert len(names) == 16
    assert set(coterie.__all__) < set(names)
    assert all(getattr(coterie, name).__doc__ for name in names)
    text = pydoc.plain(pydoc.render_doc(coterie))
    assert len(text.splitlines()) <= 130, "more than two pages"
    assert [name for name in names if name not in text and name not in ("SmtpSettings", "WorkspaceSettings")] == []
    rooms = set(re.findall(r"ws\.(\w+)", text))
    assert {name for name in rooms if not hasattr(coterie.Workspace, name)} == set()
    assert len(rooms) >= 20
    assert "class Frame" in pydoc.plain(pydoc.render_doc(coterie.Frame))


def test_a_frame_is_a_sequence_of_rows_with_columns() -> None:
    assert [row["n"] for row in FRAME] == FRAME["n"] == [1, 2, 3]
    assert (FRAME[-1], FRAME[1:].rows(), FRAME[::-1]["n"]) == (FRAME.rows()[2], FRAME.rows()[1:], [3, 2, 1])
    assert (len(FRAME), bool(FRAME), bool(FRAME[3:])) == (3, True, False)
    with pytest.raises(IndexError):
        FRAME[3]
    with pytest.raises(UnknownName, match="'name'"):
        FRAME["nam"]
    assert FRAME._ipython_key_completions_() == ["name", "n"]
    assert list(coterie.Frame(pa.table({"a": pa.array([], pa.int64())}))) == []


def test_a_notebook_shows_a_frame_and_runs_nothing_of_it() -> None:
    shown = FRAME._repr_html_()
    assert "&lt;b&gt;x&lt;/b&gt;" in shown
    assert "ü&amp;" in shown
    assert "<b>" not in shown
    assert "3 × 2" in shown
    long = coterie.Frame(pa.table({"n": list(range(1000))}))._repr_html_()
    assert long.count("<tr>") == 52
    assert "1,000 × 1" in long
    money = coterie.Frame(pa.table({"n": [1234567.891, 0.1234567, 2e20]}))._repr_html_()
    assert [each in money for each in (">1234567.89<", ">0.123457<", ">2e+20<")] == [True, True, True]


def test_segments_are_a_mapping_and_instants_are_read_alike(shop: coterie.Workspace) -> None:
    assert shop.segments.get("nobody") is None
    assert sorted(shop.segments) == sorted(shop.segments.keys()) == shop.segments._ipython_key_completions_()
    assert {name: one.name for name, one in shop.segments.items()} == {name: name for name in shop.segments}
    with pytest.raises(KeyError, match="did you mean 'oslo'"):
        shop.segments["olso"]
    assert repr(shop.segments["oslo"]) == "Segment('oslo')"
    moment = datetime(2026, 2, 25, 23, tzinfo=UTC)
    ways = [moment, "2026-02-25T23:00Z", "2026-02-26 01:00+02:00", moment.astimezone(timezone(timedelta(hours=9)))]
    assert {shop.refresh(as_of=each, dry_run=True).as_of for each in ways} == {datetime(2026, 2, 25, 23)}
    days = [date(2026, 2, 25), "2026-02-25", datetime(2026, 2, 25), " 2026-02-25T00:00 "]
    assert {shop.refresh(as_of=each, dry_run=True).as_of for each in days} == {datetime(2026, 2, 25)}
    assert len({str(shop.kpis.window(each, "2026-02-27")) for each in days}) == 1
    assert len({shop.segments.preview({"trait": "orders", ">=": 4}, as_of=each).size for each in days}) == 1
    with pytest.raises(Refused, match="write it like 2011-09-01"):
        shop.kpis.show("revenue", since="last week")


def test_no_method_of_the_face_hands_back_a_bare_dictionary() -> None:
    for module in modules():
        if not module.name.startswith("coterie.workspace."):
            continue
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ClassDef) and is_public(node.name):
                for method in (m for m in node.body if isinstance(m, ast.FunctionDef) and is_public(m.name)):
                    told = ast.unparse(method.returns) if method.returns else ""
                    assert "dict[str, object]" not in told or node.name == "Frame", f"{node.name}.{method.name}: {told}"
    assert all(record.__doc__ for name, record in vars(records).items() if is_public(name) and isinstance(record, type))


PARTS = "add-a-part.md"
"""Whoever writes a part looks further in; the page says where."""


@pytest.mark.parametrize("file", [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))], ids=lambda file: file.name)
def test_pages_for_users_import_only_the_face(file: Path) -> None:
    blocks = re.findall(r"```python\n(.*?)```", file.read_text("utf-8"), re.DOTALL)
    found = {
        line.strip() for block in blocks for line in block.splitlines() if re.match(r"\s*(from|import) coterie", line)
    }
    assert found <= {"import coterie"} or file.name == PARTS
