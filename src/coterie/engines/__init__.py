"""Where analytics run. SQL reaches a database only through here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coterie.faces import loaded_when_used

if TYPE_CHECKING:
    from coterie.engines.contract import Engine, Parameters
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
    from coterie.engines.scrubbing import overwrite_free, rewrite
    from coterie.engines.sql import identifier, instant, literal, local_time
    from coterie.engines.watching import Touched

__all__ = [
    "AMOUNTS",
    "ENGINES",
    "SETTLED",
    "SETTLED_MARK",
    "UNPRICED",
    "Engine",
    "EventRows",
    "Parameters",
    "Touched",
    "event_rows",
    "identifier",
    "instant",
    "keep_fact",
    "let_in",
    "literal",
    "local_time",
    "net_rows",
    "open_warehouse",
    "overwrite_free",
    "read_fact",
    "read_rows",
    "rewrite",
    "settled_mark",
    "unpriced_currencies",
    "warehouse_damage",
]

__getattr__ = loaded_when_used(
    __name__,
    {
        "AMOUNTS": "engines.meanings",
        "ENGINES": "engines.opening",
        "SETTLED": "engines.meanings",
        "SETTLED_MARK": "engines.meanings",
        "Touched": "engines.watching",
        "UNPRICED": "engines.meanings",
        "Engine": "engines.contract",
        "EventRows": "engines.meanings",
        "Parameters": "engines.contract",
        "event_rows": "engines.meanings",
        "identifier": "engines.sql",
        "keep_fact": "engines.facts",
        "let_in": "engines.exchange",
        "instant": "engines.sql",
        "literal": "engines.sql",
        "local_time": "engines.sql",
        "net_rows": "engines.meanings",
        "open_warehouse": "engines.opening",
        "overwrite_free": "engines.scrubbing",
        "read_fact": "engines.facts",
        "read_rows": "engines.meanings",
        "rewrite": "engines.scrubbing",
        "settled_mark": "engines.meanings",
        "unpriced_currencies": "engines.meanings",
        "warehouse_damage": "engines.opening",
    },
)
