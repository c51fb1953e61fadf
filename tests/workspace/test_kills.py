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


@pytest.mark.parametrize(
    ("case", "steps"),
    [
        pytest.param("refresh-first", ("--steps", "2"), id="in-some-gaps"),
        pytest.param("refresh", ("load", "--steps"), id="in-every-gap-of-a-later-refresh", marks=pytest.mark.slow),
    ],
)
def test_a_kill_in_a_gap_or_at_some_moment_is_made_good_by_running_again(case, steps):
    found = kill(case, *steps, "--kills", "1")
    assert {row["case"]: row["faults"] for row in found if row["faults"]} == {}
    refresh = next(row for row in found if row["case"] == case)
    assert refresh["between"] == {}, "a refresh happens at one instant"
    assert refresh["kills"] == refresh["before"] + refresh["after"] >= 2


ON_A_SERVER = ("init", "load", "load-consents", "apply", "refresh", "suppress", "plan", "send", "results")


@pytest.mark.slow
@pytest.mark.parametrize("blow", ["SIGKILL", "SIGINT", "server-killed", "server-restarted", "server-silent"])
def test_every_command_can_be_hit_while_its_ledger_is_on_a_server(blow):
    found = kill(*ON_A_SERVER, "--ledger", "postgresql", "--kills", "3", "--blow", blow)
    assert {row["case"]: row["faults"] for row in found if row["faults"]} == {}
    assert {row["case"] for row in found} == set(ON_A_SERVER)


@pytest.mark.slow
@pytest.mark.parametrize(
    "how",
    [
        pytest.param(("--steps",), id="in-every-gap"),
        pytest.param(("--kills", "12"), id="at-any-moment"),
        pytest.param(("--kills", "4", "--whole"), id="the-real-command-from-its-start"),
        pytest.param(("--kills", "4", "--blow", "SIGINT"), id="interrupted"),
        pytest.param(("--kills", "2", "--blow", "SIGTERM"), id="asked-to-end"),
    ],
)
def test_every_command_can_be_killed(how):
    found = kill(*how)
    assert {row["case"]: row["faults"] for row in found if row["faults"]} == {}
    assert {row["case"] for row in found} == {case.name for case in CASES}
