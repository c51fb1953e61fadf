"""An opened workspace with the small shop loaded and refreshed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import coterie
from tests.workspace.shop import DEFINITIONS, NOW, fill


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[coterie.Workspace]:
    folder = coterie.init(tmp_path / "shop")
    with coterie.open(folder, clock=lambda: NOW) as ws:
        fill(ws, tmp_path / "files", DEFINITIONS)
        yield ws
