"""Profile documents, and whom identifiers name, as rows of an SQLite file, which lasts no longer than the process that made it."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterable, Mapping
from itertools import count
from pathlib import Path
from typing import Literal

from coterie.writing import close_to_others

DocumentRow = tuple[int, bytes, bytes | None, bytes | None]
"""A profile's number, its document up to the merges, and those in English and in Chinese where there are any."""
NameRow = tuple[int, int | None, str, str, str | None]
"""A profile's number, and an identifier that names it: its own number where it is nobody else's, namespace, value, and the key by which
it equals others."""

_NAME = "documents-{process}-{number}.sqlite"
_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = OFF",  # nobody reads the file after this process, however that ends
    "secure_delete = ON",
    "journal_size_limit = 16777216",
)
_TABLES = (
    "CREATE TABLE documents (profile_id INTEGER PRIMARY KEY, body BLOB NOT NULL, merges_en BLOB, merges_zh BLOB)",
    "CREATE TABLE names (profile_id INTEGER NOT NULL, number INTEGER, namespace TEXT NOT NULL, value TEXT NOT NULL, key TEXT)",
    "CREATE INDEX names_by_profile ON names (profile_id)",
    "CREATE INDEX names_by_number ON names (number)",
    "CREATE INDEX names_by_value ON names (value, namespace)",
    "CREATE INDEX names_by_key ON names (key, namespace)",
)
_ASKED = """SELECT body, merges_en, merges_zh FROM documents
    WHERE profile_id = coalesce((SELECT profile_id FROM names WHERE number = ?1), ?1)"""
_NUMBERS = count(1)


class DocumentRows:
    """Documents by the number of their profile. Any thread may call; who reads does not wait for who writes.

    Raises ``sqlite3.Error`` where the file cannot be read or written any more: it is then to be closed, and made anew.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     rows = DocumentRows(Path(folder))
    ...     rows.put([(7, b'{"profile_id":7,"merges":', None, None)])
    ...     rows.read(7)
    ...     rows.drop([7])
    ...     rows.read(7) is None
    ...     rows.close()
    (b'{"profile_id":7,"merges":', None, None)
    True
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / _NAME.format(process=os.getpid(), number=next(_NUMBERS))
        _remove(self._file)
        self._reading, self._writing = threading.Lock(), threading.Lock()
        self._writer = _connect(self._file)
        for each in _TABLES:
            self._writer.execute(each)
        close_to_others(self._file)
        self._reader = _connect(self._file)
        self._is_closed = False

    def read(self, number: int) -> tuple[bytes, bytes | None, bytes | None] | None:
        """The document of the profile of that number, or that the identifier of that number names; None where there is none."""
        with self._reading:
            if self._is_closed:
                return None
            found: tuple[bytes, bytes | None, bytes | None] | None = self._reader.execute(_ASKED, (number,)).fetchone()
        return found

    def named(self, namespace: str, wanted: str, *, by: Literal["value", "key"] = "value") -> set[int]:
        """The profiles that an identifier names whose value is this to the letter, or whose key is equal."""
        with self._reading:
            if self._is_closed:
                return set()
            asked = f"SELECT profile_id FROM names WHERE {by} = ? AND namespace = ?"
            return {number for (number,) in self._reader.execute(asked, (wanted, namespace))}

    def put(self, rows: Iterable[DocumentRow]) -> None:
        """Keep documents, in the place of those that the same profiles had."""
        self._write({"INSERT OR REPLACE INTO documents VALUES (?, ?, ?, ?)": rows})

    def put_names(self, rows: Iterable[NameRow]) -> None:
        """Keep what names profiles, beside what there is."""
        self._write({"INSERT INTO names VALUES (?, ?, ?, ?, ?)": rows})

    def drop(self, profiles: Iterable[int]) -> None:
        """Remove the documents of ``profiles``, and what names them."""
        numbers = [(each,) for each in profiles]
        self._write({f"DELETE FROM {table} WHERE profile_id = ?": numbers for table in ("documents", "names")})

    def drop_names(self, profiles: Iterable[int]) -> None:
        """Remove what names ``profiles``."""
        self._write({"DELETE FROM names WHERE profile_id = ?": ((each,) for each in profiles)})

    def _write(self, statements: Mapping[str, Iterable[tuple[object, ...]]]) -> None:
        with self._writing:
            if self._is_closed:
                return
            self._writer.execute("BEGIN")
            try:
                for statement, rows in statements.items():
                    self._writer.executemany(statement, rows)
                self._writer.execute("COMMIT")
            except BaseException:
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
                raise

    def size(self) -> int:
        """Bytes on the disk."""
        try:
            return self._file.stat().st_size
        except OSError:
            return 0

    def close(self) -> None:
        """Remove all of it; nothing is found from now on."""
        with self._reading, self._writing:
            if not self._is_closed:
                self._is_closed = True
                self._reader.close()
                self._writer.close()
        _remove(self._file)


def remove_documents(folder: Path) -> None:
    """Remove what processes that were killed left in ``folder``; whoever calls has the workspace to itself."""
    own = _NAME.format(process=os.getpid(), number="")
    for file in folder.glob(_NAME.format(process="*", number="*") + "*"):
        if not file.name.startswith(own.removesuffix(".sqlite")):
            file.unlink(missing_ok=True)


def _remove(file: Path) -> None:
    for end in ("", "-wal", "-shm", "-journal"):
        file.with_name(file.name + end).unlink(missing_ok=True)


def _connect(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    try:
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}").close()
    except BaseException:
        connection.close()
        raise
    return connection
