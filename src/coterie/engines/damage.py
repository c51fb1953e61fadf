"""Whether every block of a warehouse can still be read."""

from __future__ import annotations

from collections.abc import Iterator

from coterie.engines.contract import Engine
from coterie.engines.sql import identifier
from coterie.errors import CoterieError
from coterie.words import Sentence, joined


def warehouse_damage(engine: Engine) -> Iterator[Sentence]:
    """What cannot be read, table by table; nothing where every value of every column can.

    >>> from coterie.engines import open_warehouse, warehouse_damage
    >>> list(warehouse_damage(open_warehouse(None)))
    []
    """
    stored = engine.query("SELECT table_name FROM duckdb_tables() WHERE NOT internal ORDER BY table_name")
    for table in stored["table_name"].to_pylist():
        try:
            # The hash needs every value, so that no block is passed over by what is known of it beforehand.
            reads = ", ".join(f"bit_xor(hash({identifier(name)}::VARCHAR))" for name in engine.columns(table))
            engine.query(f"SELECT count(*), {reads} FROM {identifier(table)}")
        except CoterieError as fault:
            yield joined([table, fault.sentence], ": ")
