"""SIGKILL at random moments under clients that try again: nothing that was answered with a yes is lost, nothing is there twice."""

from __future__ import annotations

import random
import threading
import time
import urllib.error
from pathlib import Path

import pytest

import coterie
from tests.api.server import Server, start

KILLS = [pytest.param(2, id="2-kills"), pytest.param(40, id="40-kills", marks=pytest.mark.slow)]


class Sender(threading.Thread):
    """A client that sends batches until it is told to end, each until it is answered with a yes."""

    def __init__(self, number: int, address: list[Server]) -> None:
        super().__init__()
        self.number, self.servers = number, address
        self.kept: list[str] = []
        self.is_ending = False

    def run(self) -> None:
        place = 0
        while not self.is_ending:
            ids = [f"s{self.number}-{place}-{nth}" for nth in range(20)]
            batch = [{"type": "track", "event": "Kept", "userId": f"u{self.number}", "messageId": each} for each in ids]
            while not self._sent(batch):
                time.sleep(0.02)
            self.kept += ids
            place += 1

    def _sent(self, batch: list[dict[str, str]]) -> bool:
        try:
            return self.servers[-1].post("batch", {"batch": batch}) == 200
        except (urllib.error.URLError, ConnectionError, TimeoutError, OSError):
            return False


@pytest.mark.parametrize("kills", KILLS)
def test_no_kill_loses_or_repeats_a_message(tmp_path: Path, kills: int) -> None:
    folder, dice = coterie.init(tmp_path / "shop"), random.Random(kills)
    servers = [start(folder)]
    key = servers[0].key
    senders = [Sender(number, servers) for number in range(4)]
    for sender in senders:
        sender.start()
    try:
        for _ in range(kills):
            time.sleep(dice.uniform(0.05, 1.5))
            servers[-1].process.kill()
            servers[-1].process.communicate()
            again = start(folder)
            again.key = key
            servers.append(again)
    finally:
        for sender in senders:
            sender.is_ending = True
        for sender in senders:
            sender.join()
    figures = servers[-1].settle()
    assert servers[-1].end() == (0, "")
    kept = {each for sender in senders for each in sender.kept}
    with coterie.open(folder) as ws:
        found = ws.query("SELECT event_id FROM events").rows()
    there = [str(row["event_id"]) for row in found]
    assert len(there) == len(set(there))
    assert kept <= set(there)
    assert figures["accepted"] == len(there)
    assert figures["received"] == figures["accepted"] + figures["duplicate"] + figures["refused"] + figures["waiting"]
