"""A server in a process of its own, as people start it, and what it costs."""

from __future__ import annotations

import base64
import json
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Self

import psutil

import coterie
from coterie.settings import IntakeSettings, WorkspaceSettings
from coterie.workspace import open_keys

RUN = "from coterie.cli import main; main()"
UNLIMITED = WorkspaceSettings(intake=IntakeSettings(messages_per_second=10**9, messages_at_once=10**9))
"""A key that may send all it can: what is measured is the server, not its limit."""


def basic(key: str) -> str:
    """The header of a key that writes."""
    return "Basic " + base64.b64encode(f"{key}:".encode()).decode()


def run_coterie(folder: Path, settings: WorkspaceSettings = UNLIMITED) -> Running:
    """A server of the workspace in ``folder``, which is made where there is none."""
    if not folder.exists():
        coterie.init(folder, settings)
    command = [sys.executable, "-c", RUN, "serve", "--port", "0", "--json", "-w", str(folder)]
    return Running(subprocess.Popen(command, stdout=subprocess.PIPE, text=True), folder)


class Running:
    """A server that told on its first line where it is; a ``with`` block ends it."""

    def __init__(self, process: subprocess.Popen[str], folder: Path | None = None) -> None:
        began = time.perf_counter()
        self.process, self._folder = process, folder
        self._watched = psutil.Process(process.pid)
        told = json.loads(process.stdout.readline())
        self.seconds_to_open = time.perf_counter() - began
        self.processor_to_open = self.processor()
        self.address, self.key, self.owner_link = told["address"], told["write_key"], told["owner_link"]

    def new_key(self, name: str, scope: str) -> str:
        """A key of that scope; a running server knows it a second later."""
        with open_keys(self._folder) as ring:
            made = ring.create(name, scope).key
        time.sleep(1.1)
        return made

    def processor(self) -> float:
        """Processor seconds so far."""
        return sum(self._watched.cpu_times()[:2])

    def memory(self) -> float:
        """Resident megabytes."""
        return self._watched.memory_info().rss / 1e6

    def figures(self) -> dict[str, float]:
        """What ``/metrics`` tells, by name."""
        with urllib.request.urlopen(f"{self.address}/metrics", timeout=60) as answer:
            lines = [line for line in answer.read().decode().splitlines() if not line.startswith("#")]
        return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}

    def drained(self) -> float:
        """Seconds until nothing waits for the warehouse."""
        began = time.perf_counter()
        while self.figures()["coterie_messages_waiting"]:
            time.sleep(0.1)
        return time.perf_counter() - began

    def quiet(self, most: float = 120) -> None:
        """Wait until it has nothing of its own to do, so that what is measured then is what is asked of it."""
        until = time.perf_counter() + most
        while time.perf_counter() < until:
            before = self.processor()
            time.sleep(1)
            if self.processor() - before < 0.1:
                return

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_fault: object) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()
