"""SIGTERM and SIGHUP end a command as Ctrl-C does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import coterie
from coterie.settings import SmtpSettings, WorkspaceSettings
from coterie.testing.smtp_sink import running_sink
from tests.laws import by_day
from tests.workspace.shop import NOW, filled

# As started from a terminal: where tests run in the background or under nohup, these are ignored, and stay so.
HEARD = "import signal; signal.signal(signal.SIGHUP, signal.SIG_DFL); signal.signal(signal.SIGINT, signal.default_int_handler)"
COMMAND = [sys.executable, "-c", f"{HEARD}; from coterie.cli import main; main()"]


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    folder = tmp_path_factory.mktemp("signals")
    with running_sink(folder) as sink:
        smtp = SmtpSettings(port=sink.port, is_sink=True, per_second=1)
        made = filled(folder / "shop", settings=WorkspaceSettings(smtp=smtp))
        coterie.open(made, clock=lambda: NOW).close()
        yield made, sink


@pytest.mark.parametrize("name", by_day(["SIGTERM", "SIGHUP", "SIGINT"], "SIGTERM", "SIGINT"))
def test_a_send_that_is_ended_records_its_outcomes_and_says_so(shop, name):
    folder, sink = shop
    before = len(sink.accepted())
    arguments = ["campaigns", "send", "spring", "--yes", "-w", str(folder)]
    with subprocess.Popen([*COMMAND, *arguments], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as run:
        while len(sink.accepted()) == before and run.poll() is None:
            time.sleep(0.05)
        os.kill(run.pid, getattr(signal, name))
        _, told = run.communicate(timeout=60)
    assert run.returncode == 1
    assert "interrupted" in told
    assert "Traceback" not in told
    with coterie.open(Path(folder), clock=lambda: NOW) as ws:
        states = {row["state"]: row["messages"] for row in ws.status().messages}
    assert states["sent"] == len(sink.accepted())
    assert not {"sending", "unknown"} & set(states)
