"""An opened workspace with the small shop loaded and refreshed, and a server that takes mail and delivers to nobody."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import coterie
from coterie.testing.smtp_sink import RunningSink, running_sink
from tests.workspace.shop import NOW, filled


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[coterie.Workspace]:
    with coterie.open(filled(tmp_path / "shop"), clock=lambda: NOW) as ws:
        yield ws


@pytest.fixture(scope="module")
def sink(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSink]:
    with running_sink(tmp_path_factory.mktemp("sink")) as started:
        yield started
