"""An opened workspace with the small shop loaded and refreshed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import coterie
from tests.workspace.shop import DEFINITIONS, NOW, write_shop


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[coterie.Workspace]:
    folder = coterie.init(tmp_path / "shop")
    files = write_shop(tmp_path / "files")
    with coterie.open(folder, clock=lambda: NOW) as ws:
        for kind, file in files.items():
            result = ws.load(file, kind=kind)
            assert result.accepted == result.rows
        (folder / "definitions" / "all.yaml").write_text(DEFINITIONS, "utf-8")
        ws.apply(folder / "definitions")
        ws.refresh()
        yield ws
