"""One process at a time does something on a ledger, and one that dies gives its turn back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from zlib import crc32

import sqlalchemy as sa

from coterie.errors import WorkspaceLocked


@contextmanager
def turn_in_folder(file: Path, name: str, refusal: str) -> Iterator[None]:
    """Hold the turn ``name`` on the ledger ``file``; the system ends it with the process."""
    import fcntl

    with file.with_name(f"{file.name}.{name}").open("a") as turn:
        try:
            fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise WorkspaceLocked(refusal) from None
        yield


@contextmanager
def turn_on_server(engine: sa.Engine, name: str, refusal: str) -> Iterator[None]:
    """Hold the turn ``name`` on a PostgreSQL ledger; the server ends it with the connection."""
    key = crc32(name.encode())
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.detach()  # closing it is then the end of its session, whatever happens
        if not connection.execute(sa.select(sa.func.pg_try_advisory_lock(key))).scalar_one():
            raise WorkspaceLocked(refusal)
        try:
            yield
        finally:
            with suppress(sa.exc.DBAPIError):  # a session that broke holds nothing
                connection.execute(sa.select(sa.func.pg_advisory_unlock(key)))
