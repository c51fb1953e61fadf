"""A server in a process of its own, as people start it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

RUN = "import sys; from coterie.cli import main; main()"


@dataclass
class Server:
    process: subprocess.Popen[str]
    address: str
    key: str | None
    owner_link: str | None = None

    def post(self, path: str, body: object, *, key: str | None = None, headers: dict[str, str] | None = None) -> int:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.address}/v1/{path}", raw, headers or {}, method="POST")
        used = key if key is not None else self.key
        if used:
            import base64

            request.add_header("Authorization", "Basic " + base64.b64encode(f"{used}:".encode()).decode())
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status
        except urllib.error.HTTPError as fault:
            fault.read()
            fault.close()
            return fault.code

    def get(self, path: str) -> str:
        with urllib.request.urlopen(f"{self.address}{path}", timeout=30) as answer:
            return answer.read().decode()

    def figures(self) -> dict[str, int]:
        lines = [
            line.rpartition(" ") for line in self.get("/metrics").splitlines() if line.startswith("coterie_messages_")
        ]
        return {name.removeprefix("coterie_messages_").removesuffix("_total"): int(value) for name, _, value in lines}

    def settle(self, seconds: float = 60) -> dict[str, int]:
        """Its figures once nothing waits for the warehouse."""
        until = time.monotonic() + seconds
        while (found := self.figures())["waiting"] and time.monotonic() < until:
            time.sleep(0.05)
        return found

    def end(self) -> tuple[int, str]:
        """Ask it to end; its exit code and what it complained of."""
        self.process.send_signal(signal.SIGTERM)
        _, complaint = self.process.communicate(timeout=60)
        return self.process.returncode, complaint


def command(*arguments: str, folder: Path, program: str = RUN) -> list[str]:
    return [sys.executable, "-c", program, *arguments, "-w", str(folder)]


def start(folder: Path, *arguments: str, program: str = RUN) -> Server:
    """The server of the workspace, once it said that it is open."""
    process = subprocess.Popen(
        command("serve", "--port", "0", "--json", *arguments, folder=folder, program=program),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "COTERIE_THREADS": "1"},
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        raise AssertionError(process.communicate()[1])
    told = json.loads(line)
    return Server(process, told["address"], told["write_key"], told["owner_link"])


@contextmanager
def serving(folder: Path, program: str = RUN) -> Iterator[Server]:
    server = start(folder, program=program)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.process.kill()
        server.process.communicate()
