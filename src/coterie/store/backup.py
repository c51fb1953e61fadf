"""Copies of a SQLite ledger. A copy that is opened again does not send by itself."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa

from coterie.errors import Refused
from coterie.store.metadata import METADATA
from coterie.store.sets import ROWS_AT_ONCE
from coterie.words import sentence

HELD = "sends_held"
"""The fact that stops sending until a person says otherwise."""


def copy_ledger(file: Path, target: Path) -> None:
    """Copy the ledger ``file``, which may be in use, to ``target``, replacing what is there.

    The copy is marked: whoever restores it finds sending held, because messages that it
    shows as queued may have left since it was made.
    """
    if not file.exists():
        raise Refused(sentence("there is no ledger {file} to copy", file=file))
    unfinished = target.with_name(f"{target.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(unfinished)) as copy:
        source.backup(copy)
        columns = [row[1] for row in copy.execute("PRAGMA table_info(ledger_facts)")]
        if columns and "seal" not in columns:  # a sealed one is told by its fence, and takes no fact unsealed
            reason = f"this ledger is a copy of {file.name}; messages shown as queued may have been sent since"
            copy.execute("INSERT OR REPLACE INTO ledger_facts (name, value) VALUES (?, ?)", (HELD, reason))
            copy.commit()
    unfinished.chmod(0o600)
    unfinished.replace(target)


def copy_rows(connection: sa.Connection, target: sa.Engine) -> None:
    """Every row of every table that ``connection`` sees, into the tables of ``target``, which are made."""
    METADATA.create_all(target)
    with target.begin() as fresh:
        fresh.execute(sa.text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"))
        version = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one()
        fresh.execute(sa.text("INSERT INTO alembic_version VALUES (:version)"), {"version": version})
        for table in METADATA.sorted_tables:
            rows = connection.execute(sa.select(table), execution_options={"yield_per": ROWS_AT_ONCE})
            for chunk in rows.mappings().partitions():
                fresh.execute(sa.insert(table), [{**row} for row in chunk])


def file_damage(connection: sa.Connection) -> Iterator[str]:
    """What SQLite finds wrong in the whole of its file."""
    for (found,) in connection.execute(sa.text("PRAGMA integrity_check")):
        if found != "ok":
            yield str(found)
