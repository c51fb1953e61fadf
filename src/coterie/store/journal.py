"""The journal: requests as they came in, durable before anybody is told so, and gone once the warehouse has them."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic, sleep
from uuid import uuid4

from coterie.errors import CoterieError, Damaged, NotDurable, StorageFull, Transient
from coterie.store.emptying import emptied_log
from coterie.words import sentence
from coterie.writing import close_to_others

_SECONDS_BUSY = 10
_LOOK_SECONDS = 0.05
_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "secure_delete = ON",
    "wal_autocheckpoint = 4000",
    "journal_size_limit = 67108864",
    f"busy_timeout = {_SECONDS_BUSY * 1000}",
)
_TABLES = """
CREATE TABLE IF NOT EXISTS requests (position INTEGER PRIMARY KEY AUTOINCREMENT, received_at INTEGER NOT NULL,
    source TEXT NOT NULL, call TEXT NOT NULL, messages INTEGER NOT NULL, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
_EPOCH = datetime.fromtimestamp(0, UTC).replace(tzinfo=None)
_FSYNC_FAILED = (sqlite3.SQLITE_IOERR_FSYNC, sqlite3.SQLITE_IOERR_DIR_FSYNC)


@dataclass(frozen=True, slots=True)
class Request:
    """One request: when it came (naive UTC), by which source's key, to which call, how many messages its JSON holds."""

    received_at: datetime
    source: str
    call: str
    messages: int
    body: bytes
    position: int = 0


@dataclass(frozen=True, slots=True)
class Waiting:
    """What the journal holds: requests, their messages and bytes."""

    requests: int
    messages: int
    size: int


class Journal:
    """Requests in the order in which they came. One thread appends; any thread reads, by a connection of its own.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     journal = open_journal(Path(folder) / "journal.sqlite")
    ...     journal.append([Request(datetime(2026, 1, 2), "shop", "track", 1, b"{}")], trim_to=0)
    ...     [(each.position, each.body) for each in journal.read(after=0, most=10)]
    [(1, b'{}')]
    """

    def __init__(self, file: Path, identity: str) -> None:
        self.file, self.identity = file, identity
        self._writing: sqlite3.Connection | None = None

    def append(self, requests: Sequence[Request], *, trim_to: int) -> None:
        """Keep ``requests``, and drop those up to the position ``trim_to``; durable when it returns.

        Raises ``StorageFull`` where the disk is full: nothing of them is kept then. Raises ``NotDurable`` where the disk
        did not confirm, so that nobody can tell.
        """
        try:
            connection = self._writing or _connect(self.file)
            self._writing = connection
            connection.execute("BEGIN IMMEDIATE")
            if trim_to:
                connection.execute("DELETE FROM requests WHERE position <= ?", (trim_to,))
            connection.executemany(
                "INSERT INTO requests (received_at, source, call, messages, body) VALUES (?, ?, ?, ?, ?)",
                [(_micros(each.received_at), each.source, each.call, each.messages, each.body) for each in requests],
            )
            connection.execute("COMMIT")
        except (sqlite3.Error, OSError) as fault:
            self._let_go()
            raise _in_words(fault) from fault

    def _let_go(self) -> None:
        """Close the writing connection, which undoes what it had not committed."""
        connection, self._writing = self._writing, None
        if connection is not None:
            connection.close()

    def read(self, *, after: int, most: int) -> list[Request]:
        """The requests after a position, the oldest first, until they hold ``most`` messages; one at least where there is any."""
        found: list[Request] = []
        messages = 0
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT received_at, source, call, messages, body, position FROM requests WHERE position > ? ORDER BY position",
                (after,),
            )
            for at, source, call, count, body, position in rows:
                found.append(Request(_instant(at), source, call, count, body, position))
                messages += count
                if messages >= most:
                    break
            rows.close()
        return found

    def newest(self) -> int:
        """The position of the newest request that is kept; 0 where none is."""
        with self._reading() as connection:
            found: int = connection.execute("SELECT coalesce(max(position), 0) FROM requests").fetchone()[0]
        return found

    def waiting(self, *, after: int) -> Waiting:
        """What stands after a position."""
        with self._reading() as connection:
            sums = "count(*), coalesce(sum(messages), 0), coalesce(sum(length(body)), 0)"
            row = connection.execute(f"SELECT {sums} FROM requests WHERE position > ?", (after,)).fetchone()
        return Waiting(*row)

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """A connection of the reader's own. Raises ``Transient`` where it cannot be had now, as when too many files are open."""
        try:
            with closing(_connect(self.file)) as connection:
                yield connection
        except (sqlite3.Error, OSError) as fault:
            raise _in_words(fault) from fault

    def scrub(self, *, patience: float) -> bool:
        """Leave nothing in the files of the requests that it holds now, once the warehouse has them; whether that was done in so many seconds."""
        position, ends = self.newest(), monotonic() + patience
        while self.waiting(after=0).requests > self.waiting(after=position).requests:
            if monotonic() > ends:
                return False
            sleep(_LOOK_SECONDS)
        try:
            return emptied_log(self.file)
        except (sqlite3.Error, OSError) as fault:
            raise _in_words(fault) from fault

    def copy_to(self, target: Path) -> None:
        """Copy what it holds now to the new file ``target``, also while another thread appends."""
        try:
            source, copy = _connect(self.file), sqlite3.connect(target, isolation_level=None)
            try:
                close_to_others(target)
                source.backup(copy)
                copy.execute("PRAGMA journal_mode = DELETE")  # one file, whole
            finally:
                source.close()
                copy.close()
        except (sqlite3.Error, OSError) as fault:
            raise _in_words(fault) from fault

    def close(self) -> None:
        """Let go of the file; to be called by the thread that appends, or once it has ended."""
        self._let_go()


def open_journal(file: Path) -> Journal:
    """The journal in ``file``, made where there is none. Raises ``Damaged`` where the file is no journal."""
    try:
        connection = _connect(file)
        try:
            connection.executescript(_TABLES)
            connection.execute("INSERT OR IGNORE INTO facts VALUES ('identity', ?)", (uuid4().hex,))
            identity = str(connection.execute("SELECT value FROM facts WHERE name = 'identity'").fetchone()[0])
        finally:
            connection.close()
        close_to_others(file)
    except (sqlite3.Error, OSError) as fault:
        raise _in_words(fault) from fault
    return Journal(file, identity)


def _connect(file: Path) -> sqlite3.Connection:
    # The queue's thread makes and uses the one that appends; only closing it may come from elsewhere.
    connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _micros(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(microseconds=1)


def _instant(micros: int) -> datetime:
    return _EPOCH + timedelta(microseconds=micros)


def _in_words(fault: sqlite3.Error | OSError) -> CoterieError:
    code = getattr(fault, "sqlite_errorcode", None)
    if code == sqlite3.SQLITE_FULL or getattr(fault, "errno", None) == errno.ENOSPC:
        return StorageFull("the disk is full, so nothing of this was kept; make room and send it again")
    if code in _FSYNC_FAILED:
        return NotDurable(
            sentence(
                "the disk did not confirm what was written, so the server ends ({why}); look at the disk", why=fault
            )
        )
    if code in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
        return Damaged(
            sentence("the journal cannot be read as it was written; put its file back from a backup ({why})", why=fault)
        )
    return Transient(sentence("the journal could not be reached; do this again when it can be ({why})", why=fault))
