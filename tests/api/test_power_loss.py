"""The files as they lie at a random instant, with a torn end as after a loss of power, hold all that was answered with a yes."""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from pathlib import Path

import pytest

import coterie
from tests.api.server import start
from tests.api.test_kills import Sender

WALS = ("journal.sqlite-wal", "warehouse.duckdb.wal", "ledger.sqlite-wal")
SNAPSHOTS = [pytest.param(1, id="a-snapshot"), pytest.param(15, id="15-snapshots", marks=pytest.mark.slow)]


def _torn(folder: Path, dice: random.Random) -> None:
    """Behind what was confirmed there may lie parts of what was being written: bytes of it, zeros, or nothing."""
    for name in WALS:
        file = folder / ".coterie" / name
        if file.exists():
            with file.open("ab") as stream:
                stream.write(
                    dice.choice([b"", bytes(dice.randrange(1, 5_000)), dice.randbytes(dice.randrange(1, 5_000))])
                )


@pytest.mark.parametrize("snapshots", SNAPSHOTS)
def test_the_files_of_any_instant_hold_what_was_promised(tmp_path: Path, snapshots: int) -> None:
    folder, dice = coterie.init(tmp_path / "shop"), random.Random(snapshots)
    servers = [start(folder)]
    senders = [Sender(number, servers) for number in range(4)]
    for sender in senders:
        sender.start()
    kept: list[set[str]] = []
    try:
        for number in range(snapshots):
            time.sleep(dice.uniform(0.3, 2))
            os.kill(servers[0].process.pid, signal.SIGSTOP)
            kept.append({each for sender in senders for each in sender.kept})
            shutil.copytree(folder, tmp_path / f"lost-{number}", ignore=shutil.ignore_patterns("*.sock"))
            os.kill(servers[0].process.pid, signal.SIGCONT)
    finally:
        for sender in senders:
            sender.is_ending = True
        for sender in senders:
            sender.join()
        servers[0].end()
    assert kept[-1]
    for number, promised in enumerate(kept):
        lost = tmp_path / f"lost-{number}"
        _torn(lost, dice)
        again = start(lost)
        again.settle()
        assert again.end() == (0, "")
        with coterie.open(lost) as ws:
            there = [str(row["event_id"]) for row in ws.query("SELECT event_id FROM events").rows()]
        assert len(there) == len(set(there))
        assert promised <= set(there)
