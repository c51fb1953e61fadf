"""A command that is killed leaves the state before it or after it, and running it again completes it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.workspace.kill_yard import CASES


def kill(*arguments: str) -> list[dict[str, Any]]:
    """What the yard found, a row a command; in a process of its own, because it forks."""
    called = [sys.executable, "-m", "tests.workspace.kill_yard", *arguments]
    run = subprocess.run(called, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return [json.loads(line) for line in run.stdout.splitlines()]


def test_a_kill_in_any_gap_of_a_refresh_and_at_some_moments_of_others_is_made_good_by_running_again():
    found = kill("refresh", "--steps") + kill("load", "apply", "rfm", "fit", "send", "report", "--kills", "2")
    assert {row["case"]: row["faults"] for row in found if row["faults"]} == {}
    refreshed = found[0]
    assert refreshed["between"] == {}
    assert refreshed["kills"] == refreshed["before"] + refreshed["after"] >= 1


@pytest.mark.slow
@pytest.mark.parametrize(
    "how",
    [
        pytest.param(("--steps",), id="in-every-gap"),
        pytest.param(("--kills", "12"), id="at-any-moment"),
        pytest.param(("--kills", "4", "--whole"), id="the-real-command-from-its-start"),
        pytest.param(("--kills", "4", "--signal", "SIGINT"), id="interrupted"),
        pytest.param(("--kills", "2", "--signal", "SIGTERM"), id="asked-to-end"),
    ],
)
def test_every_command_can_be_killed(how):
    found = kill(*how)
    assert {row["case"]: row["faults"] for row in found if row["faults"]} == {}
    assert {row["case"] for row in found} == {case.name for case in CASES}
