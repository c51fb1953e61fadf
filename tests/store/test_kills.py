"""Reliability A: what was acknowledged is there after a SIGKILL at any moment, whole or not at all."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from coterie.domain import Origin
from coterie.store import open_ledger

_WRITER = """
import sys
from datetime import datetime
sys.path.insert(0, {root!r})
from coterie.domain import Origin
from coterie.store import open_ledger
from tests.store.rows import exposures, messages

ledger = open_ledger(sys.argv[1])
with ledger.reading() as t:
    start = t.exposures.of(Origin("campaign", "spring")).num_rows
for n in range(start, 100_000):
    with ledger.transaction() as t:
        t.exposures.add(exposures(range(n, n + 1)))
        t.outbox.queue(messages(f"p{{n}}"))
        t.audit.append("added", str(n), actor="writer", at=datetime(2026, 3, 10))
    print(n, flush=True)
"""


def _write_until_killed(file: Path, seconds: float) -> int:
    """The last acknowledged number, or -1."""
    script = _WRITER.format(root=str(Path(__file__).parents[2]))
    with subprocess.Popen([sys.executable, "-c", script, str(file)], stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        first = writer.stdout.readline()  # the clock starts when it has begun to write
        try:
            writer.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            writer.send_signal(signal.SIGKILL)
        acknowledged = [first, *writer.stdout.readlines()]
    whole = [int(line) for line in acknowledged if line.endswith("\n")]
    return whole[-1] if whole else -1


def test_a_kill_loses_nothing_acknowledged_and_leaves_nothing_half_done(tmp_path):
    chooser = random.Random(20261121)
    file = tmp_path / "ledger.sqlite"
    for _ in range(8):
        last = _write_until_killed(file, chooser.uniform(0.02, 0.4))
        with closing(sqlite3.connect(file)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        ledger = open_ledger(file)
        with ledger.reading() as t:
            exposed = t.exposures.of(Origin("campaign", "spring"))["profile_id"].to_pylist()
            queued = t.outbox.messages(Origin("campaign", "spring")).num_rows
            acts = len(list(t.audit.entries()))
            assert t.audit.first_break() is None
        ledger.close()
        assert exposed == list(range(len(exposed)))
        assert len(exposed) == queued == acts
        assert last < len(exposed) <= last + 2  # at most the one that was on its way


def test_a_kill_while_the_tables_are_made_leaves_a_ledger_that_opens(tmp_path):
    chooser = random.Random(7)
    for number in range(4):
        file = tmp_path / f"{number}.sqlite"
        script = "import sys; from coterie.store import open_ledger; print('', flush=True); open_ledger(sys.argv[1])"
        with subprocess.Popen([sys.executable, "-c", script, str(file)], stdout=subprocess.PIPE) as maker:
            assert maker.stdout is not None
            maker.stdout.readline()
            try:
                maker.wait(timeout=chooser.uniform(0.05, 0.6))
            except subprocess.TimeoutExpired:
                maker.kill()
        ledger = open_ledger(file)
        with ledger.transaction() as t:
            t.facts.put("colour", "green")
        ledger.close()
