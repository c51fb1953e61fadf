from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from coterie.testing.smtp_sink import RunningSink, running_sink


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[RunningSink]:
    with running_sink(tmp_path) as running:
        yield running
