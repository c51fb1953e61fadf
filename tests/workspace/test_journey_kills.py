"""A journey whose process dies at any moment: nothing twice, nobody stranded, nothing lost unseen."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest


def kill(kills: int) -> dict[str, Any]:
    """What was found, by a process of its own, because it forks."""
    called = [sys.executable, "-m", "tests.workspace.journey_kills", "--kills", str(kills)]
    run = subprocess.run(called, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    found: dict[str, Any] = json.loads(run.stdout)
    return found


@pytest.mark.parametrize("kills", [2, pytest.param(100, marks=pytest.mark.slow)])
def test_a_journey_can_be_killed_at_any_moment(kills: int) -> None:
    found = kill(kills)
    assert found["faults"] == []
    assert found["kills"] + found["too_late"] >= kills
    assert found["enrolments"] == 40
    assert found["steps"] >= 80
