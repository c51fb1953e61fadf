"""Where analytics run. SQL reaches a database only through here."""

from __future__ import annotations

from coterie.engines.contract import Engine, Parameters
from coterie.engines.sql import identifier, literal, local_time

__all__ = [
    "ENGINES",
    "Engine",
    "Parameters",
    "identifier",
    "keep_fact",
    "literal",
    "local_time",
    "open_warehouse",
    "read_fact",
]

from coterie.engines.facts import keep_fact, read_fact
from coterie.engines.opening import ENGINES, open_warehouse
