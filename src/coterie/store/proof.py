"""How long a proof of the ledger holds: until anybody else writes, which is cheaper to know than to prove again."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

_PROVED = "coterie_proved"
"""Of a connection: where the file stood when it was proved by it."""

Stand = tuple[int, tuple[tuple[int, ...], ...]]


class Proof:
    """Whether what was proved over ``connection`` is still so, and for how long.

    SQLite tells a connection whether another one committed (``data_version``), and its own
    commits are sealed. Size and times of the files tell of hands that pass SQLite by. A ledger
    in memory, and a server, which tells nothing of the kind, are proved each time.
    """

    def __init__(self, connection: sa.Connection, file: Path | None) -> None:
        self._connection, self._file = connection, file
        self._stand = self._now()
        self.holds = self._stand is not None and connection.info.get(_PROVED) == self._stand

    def keep(self) -> None:
        """All was proved, after this was made and in the same transaction."""
        if self._stand is not None:
            self._connection.info[_PROVED] = self._stand

    def renew(self) -> None:
        """Our own writes are committed: a proof that held before them holds after them."""
        if not self.holds:
            return
        self._connection.info.pop(_PROVED)
        now = self._now()
        if now is not None and self._stand is not None and now[0] == self._stand[0]:
            self._connection.info[_PROVED] = now

    def _now(self) -> Stand | None:
        if self._file is None:
            return None
        # The files first: who commits between the two looks is told by the second.
        files = tuple(_marks(self._file.with_name(self._file.name + end)) for end in ("", "-wal"))
        driver = self._connection.connection.driver_connection
        assert driver is not None  # noqa: S101 - it is connected
        return int(driver.execute("PRAGMA data_version").fetchone()[0]), files


def _marks(file: Path) -> tuple[int, ...]:
    try:
        found = file.stat()
    except FileNotFoundError:
        return ()
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns
