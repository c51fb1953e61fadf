"""What DuckDB refuses, in Coterie's own words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from coterie.engines.held import in_use
from coterie.errors import CoterieError, Damaged, StatementFailed, Transient
from coterie.words import sentence

_SIGNS_OF_DAMAGE = ("Corrupt database file", "database has been invalidated", "Could not read enough bytes")


@contextmanager
def failures_named() -> Iterator[None]:
    """What DuckDB refuses, as Coterie's own error, so that no other room needs to know DuckDB's."""
    try:
        yield
    except duckdb.Error as fault:
        raise _in_words(fault) from fault
    except RuntimeError as fault:
        if str(fault) != "Query interrupted":
            raise
        raise KeyboardInterrupt from fault  # Ctrl-C in the middle of a query


def _in_words(fault: duckdb.Error) -> CoterieError:
    text = str(fault)
    if "No space left on device" in text or "Disk quota exceeded" in text:
        return Transient(
            sentence("the disk is full, so nothing of this was kept; make room and do it again ({why})", why=text)
        )
    if "Read-only file system" in text or ("read-only mode" in text and "launched in" not in text):
        return Transient(sentence("the workspace cannot be written to, so nothing was changed ({why})", why=text))
    if "disabled by configuration" in text or "disabled through configuration" in text:
        return StatementFailed(
            sentence("SQL reaches no files, addresses or extensions here; files come in by load ({why})", why=text)
        )
    if any(sign in text for sign in _SIGNS_OF_DAMAGE):
        return Damaged(
            sentence(
                "the warehouse cannot be read as it was written; put its file back from a backup ({why})", why=text
            )
        )
    return StatementFailed(text)


def not_opened(file: Path | None, text: str) -> CoterieError:
    """Why the database in ``file`` was not opened, from what DuckDB said of it."""
    if "could not set lock" in text.lower():
        holder = re.search(r"\(PID (\d+)\)", text)
        return in_use(file, int(holder[1]) if holder else None)
    if "Permission denied" in text or "Read-only file system" in text:
        return Transient(
            sentence("{file} may not be written to; have its folder made writable ({why})", file=file, why=text)
        )
    if "newer version" in text:
        return Damaged(
            sentence(
                "{file} was written by a newer Coterie; upgrade this one and open it again ({why})", file=file, why=text
            )
        )
    return Damaged(
        sentence(
            "{file} is no warehouse, or a damaged one; nothing was changed. Put it back from a backup, "
            "or load the files again into a new workspace ({why})",
            file=file,
            why=text,
        )
    )
