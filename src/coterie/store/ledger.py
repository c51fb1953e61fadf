"""The ledger: operational state in SQLite or PostgreSQL."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from coterie.errors import Damaged, NotPermitted, Transient, WorkspaceLocked
from coterie.store.backup import copy_ledger, copy_rows, file_damage
from coterie.store.breach import Breach
from coterie.store.emptying import emptied_log
from coterie.store.metadata import METADATA
from coterie.store.proof import Proof
from coterie.store.sealed import Sealed
from coterie.store.sealing import breaches
from coterie.store.transaction import Transaction
from coterie.store.turn import turn_in_folder, turn_on_server
from coterie.words import Sentence, sentence

_BUSY_SECONDS = 30
_WRITERS_LOCK = 0x436F7465  # one writer at a time, as SQLite has it: caps and chains are then exact


@dataclass(frozen=True, slots=True)
class LedgerStand:
    """How far a ledger has come: writes so far, number and code of the newest audit entry."""

    tick: int
    audit: int
    code: str


class Ledger:
    """A workspace's operational state.

    >>> from coterie.store import open_ledger
    >>> ledger = open_ledger(None)
    >>> with ledger.transaction() as t:
    ...     t.facts.put("colour", "green")
    >>> with ledger.reading() as t:
    ...     t.facts.get("colour")
    'green'
    """

    def __init__(self, engine: sa.Engine, file: Path | None = None, key: bytes = b"") -> None:
        self._engine, self._key = engine, key
        self.file = file
        self.fenced: Sentence | None = None
        """Why nothing may be sent from it, or None."""

    def stand(self) -> LedgerStand:
        """How far the ledger has come; raises ``Damaged`` where its head was changed."""
        with self._begin(writes=False) as connection:
            head = Sealed(connection, self._key).head
        return LedgerStand(head.tick, *head.audit)

    @property
    def dialect(self) -> str:
        """``sqlite`` or ``postgresql``."""
        return self._engine.dialect.name

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Everything written inside is durable when the block ends, or undone when it raises.

        Writers take turns; raises ``WorkspaceLocked`` after half a minute of waiting. Not nested.
        """
        with self._begin(writes=True) as connection:
            t = Transaction(connection, self._key, self.file)
            yield t
            t.finish()

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """One consistent view, which never waits for writers."""
        with self._begin(writes=False) as connection:
            yield Transaction(connection, self._key, self.file)

    @contextmanager
    def _begin(self, *, writes: bool) -> Iterator[sa.Connection]:
        with failures_named(), self._engine.connect() as fresh:
            connection = fresh.execution_options(**self._options(writes=writes))
            connection.begin()
            if writes and self.dialect == "postgresql":
                patience = sa.func.set_config("lock_timeout", f"{int(_BUSY_SECONDS * 1000)}ms", True)
                connection.execute(sa.select(patience, sa.func.pg_advisory_xact_lock(_WRITERS_LOCK)))
            proof = Proof(connection, self.file) if writes else None
            yield connection  # leaving `connect()` by an error rolls back
            connection.commit()
            if proof is not None:
                proof.renew()

    def _options(self, *, writes: bool) -> dict[str, object]:
        if self.dialect == "sqlite":
            return {"coterie_writes": writes}
        return {} if writes else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}

    @contextmanager
    def sending(self, channel: str) -> Iterator[None]:
        """Hold the turn to send on ``channel``, so that an intent there without an outcome has no living owner.

        ``NotPermitted`` while the ledger is fenced; ``WorkspaceLocked`` when another has it; a process that dies gives it back.
        """
        if self.fenced is not None:
            raise NotPermitted(sentence("this ledger is fenced: {why}; release it first", why=self.fenced))
        refusal = sentence(
            "another run is sending on {channel} from this ledger; wait for it or stop it", channel=channel
        )
        name = f"sending-{channel}"
        turn: AbstractContextManager[None] = nullcontext()
        if self.file is not None:
            turn = turn_in_folder(self.file, name, refusal)
        elif self.dialect == "postgresql":
            turn = turn_on_server(self._engine, name, refusal)
        with failures_named(), turn:
            yield

    def breaches(self) -> list[Breach]:
        """Every place where what is kept is not as it was written: edited, removed, put in, moved; none when it is whole."""
        with self._begin(writes=False) as connection:
            return list(breaches(connection, self._key))

    @contextmanager
    def standing_still(self) -> Iterator[None]:
        """Nobody writes while the block runs."""
        with self._begin(writes=True):
            yield

    def copy_to(self, file: Path) -> None:
        """Copy all that is committed into the new SQLite ledger ``file``."""
        if self.file is not None:
            copy_ledger(self.file, file)
            return
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        target = connect(sa.URL.create("sqlite", database=str(file)))
        try:
            with self._begin(writes=False) as connection:
                copy_rows(connection, target)
        finally:
            target.dispose()

    def scrub(self) -> bool:
        """Leave nothing in the database's files of rows that are gone; whether that was done: False while others read for long.

        SQLite writes zeros over them at once; here the log beside it is emptied too, and copies that upgrades left go.
        On a server the tables are written anew; its own log, copies and backups are its administrator's.
        """
        if self.dialect == "postgresql":
            with failures_named(), self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                for table in METADATA.sorted_tables:
                    connection.execute(sa.text(f'VACUUM FULL "{table.name}"'))
            return True
        if self.file is None:
            return True
        for copy in self.file.parent.glob(f"{self.file.name}.before-*"):
            copy.unlink()
        return emptied_log(self.file)

    def damage(self) -> list[str]:
        """What cannot be read of the file as a whole; nothing of a server, which looks itself."""
        if self.dialect != "sqlite":
            return []
        with self._begin(writes=False) as connection:
            return list(file_damage(connection))

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()


def connect(url: sa.URL) -> sa.Engine:
    """An engine on ``url`` whose every connection is as durable as the database can be."""
    if url.get_backend_name() != "sqlite":
        return sa.create_engine(url, connect_args={"connect_timeout": _BUSY_SECONDS})
    if url.database:
        engine = sa.create_engine(url, connect_args={"timeout": _BUSY_SECONDS})
    else:
        engine = sa.create_engine(url, poolclass=sa.StaticPool, connect_args={"check_same_thread": False})
    sa.event.listen(engine, "connect", _prepare)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # the driver would begin too late, and without a write lock
    for pragma in (
        f"busy_timeout = {_BUSY_SECONDS * 1000}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "secure_delete = ON",
        "foreign_keys = ON",
        "cache_size = -32000",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get("coterie_writes", True)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def failures_named() -> Iterator[None]:
    """What keeps the database from reading or writing, as Coterie's own error; faults of a statement stay what they are."""
    try:
        yield
    except UnicodeDecodeError as fault:  # text in a damaged file, as the driver meets it
        raise _unreadable(str(fault)) from fault
    except sa.exc.DBAPIError as fault:
        is_of_place = type(fault) in (sa.exc.DatabaseError, sa.exc.OperationalError, sa.exc.InternalError)
        if not (is_of_place or fault.connection_invalidated):
            raise
        raise in_words(fault) from fault


_SIGNS_OF_DAMAGE = (
    "malformed", "not a database", "no such table", "no such column", "has no column named", "does not exist",
    "datatype mismatch", "duplicate column name", "already exists",
)  # fmt: skip


def in_words(fault: sa.exc.DBAPIError) -> Transient | Damaged:
    """What the database said, as Coterie's own error."""
    text = " ".join(str(fault.orig).split())  # PostgreSQL breaks its words into lines
    if "locked" in text or "lock timeout" in text:
        return WorkspaceLocked("the ledger is being written by another process; try again when it has finished")
    if any(sign in text for sign in _SIGNS_OF_DAMAGE):
        return _unreadable(text)
    if "is full" in text or "No space left" in text:
        return Transient(
            sentence("the disk is full; what was saved before stays, so make room and do this again ({why})", why=text)
        )
    if "disk I/O error" in text:
        return Transient(
            sentence(
                "the disk does not take what is written, as when it is full; make room or look at it ({why})", why=text
            )
        )
    if any(sign in text for sign in ("readonly", "read-only", "unable to open database file")):
        return Transient(
            sentence("the ledger may not be written to; have its file and folder made writable ({why})", why=text)
        )
    return Transient(
        sentence(
            "the ledger could not be reached; what was saved before stays, so do this again when it answers ({why})",
            why=text,
        )
    )


def _unreadable(text: str) -> Damaged:
    return Damaged(
        sentence("the ledger cannot be read as it was written; put its file back from a backup ({why})", why=text)
    )
