"""The log beside an SQLite file, emptied: it holds what was overwritten in the file."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from time import monotonic, sleep

_PATIENCE_SECONDS = 10.0


def emptied_log(file: Path) -> bool:
    """Whether everything stands in ``file`` and its log is empty: who reads or writes meanwhile is waited for, ten seconds at most."""
    ends = monotonic() + _PATIENCE_SECONDS
    with closing(sqlite3.connect(file, timeout=1.0, isolation_level=None)) as connection:
        connection.execute("PRAGMA secure_delete = ON")
        while True:
            try:
                is_busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            except sqlite3.OperationalError:  # somebody writes
                is_busy = 1
            if not is_busy or monotonic() > ends:
                return not is_busy
            sleep(0.05)
