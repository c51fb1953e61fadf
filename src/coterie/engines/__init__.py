"""Where analytics run. SQL reaches a database only through here."""

from __future__ import annotations

from coterie.engines.contract import Engine, Parameters
from coterie.engines.sql import identifier, literal, local_time

__all__ = [
    "AMOUNTS",
    "ENGINES",
    "SETTLED",
    "SETTLED_MARK",
    "UNPRICED",
    "Engine",
    "EventRows",
    "Parameters",
    "event_rows",
    "identifier",
    "keep_fact",
    "let_in",
    "literal",
    "local_time",
    "net_rows",
    "open_warehouse",
    "read_fact",
    "read_rows",
    "settled_mark",
    "unpriced_currencies",
    "warehouse_damage",
]

from coterie.engines.exchange import let_in
from coterie.engines.facts import keep_fact, read_fact
from coterie.engines.meanings import (
    AMOUNTS,
    SETTLED,
    SETTLED_MARK,
    UNPRICED,
    EventRows,
    event_rows,
    net_rows,
    read_rows,
    settled_mark,
    unpriced_currencies,
)
from coterie.engines.opening import ENGINES, open_warehouse, warehouse_damage
