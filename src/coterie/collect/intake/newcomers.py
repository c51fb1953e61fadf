"""People of whom nothing is known but what names them, such as one who is put on a list before their first order."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from coterie.collect.intake.kinds_of_rows import WHO
from coterie.collect.intake.rows import Row
from coterie.collect.intake.writing import Writing
from coterie.engines import Engine

if TYPE_CHECKING:
    from coterie.settings import WorkspaceSettings
    from coterie.store import Ledger

NAMESPACES = WHO
"""What somebody may be named by of whom nothing else is known."""


def take_in_newcomers(
    engine: Engine,
    settings: WorkspaceSettings,
    ledger: Ledger,
    named: Sequence[tuple[str, str]],
    *,
    source: str,
    at: datetime,
) -> list[bool]:
    """Let there be a record of each (namespace, value), as if somebody had called ``identify``; whether it was taken.

    To be called in a transaction. What cannot name anybody, such as an address without ``@``, is refused, with a row in the quarantine.
    """
    if not named:
        return []
    writing = Writing(engine, settings, ledger, source)
    told = hashlib.blake2b(repr(named).encode(), digest_size=12).hexdigest()
    rows: list[tuple[int, Row]] = [(line, {namespace: value}) for line, (namespace, value) in enumerate(named, 1)]
    refused = writing.load(source, "customers", rows, received_at=at, name=f"{source} {at.isoformat()} {told}")
    return [line not in refused for line, _ in rows]
