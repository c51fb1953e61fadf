"""Single facts that the warehouse notes about itself, in the transaction of what they describe."""

from __future__ import annotations

import pyarrow as pa

from coterie.engines.contract import Engine

_FACTS = pa.schema([("name", pa.string()), ("value", pa.string())])


def read_fact(engine: Engine, name: str) -> str | None:
    """What the warehouse notes about itself under ``name``, or None."""
    found = engine.query("SELECT value FROM warehouse_facts WHERE name = $name", {"name": name})["value"]
    return str(found[0].as_py()) if len(found) else None


def keep_fact(engine: Engine, name: str, value: str) -> None:
    """Note ``value`` under ``name`` in the place of what was there.

    >>> from coterie.engines import keep_fact, open_warehouse, read_fact
    >>> engine = open_warehouse(None)
    >>> keep_fact(engine, "color", "green")
    >>> read_fact(engine, "color")
    'green'
    """
    if engine.dialect != "duckdb":  # no row of a Parquet file can be deleted: the few facts are written anew
        rest = engine.query("SELECT name, value FROM warehouse_facts WHERE name <> $name", {"name": name}).to_pylist()
        engine.write(
            "warehouse_facts", pa.Table.from_pylist([*rest, {"name": name, "value": value}], _FACTS), append=False
        )
        return
    with engine.transaction():
        engine.execute("DELETE FROM warehouse_facts WHERE name = $name", {"name": name})
        engine.execute("INSERT INTO warehouse_facts VALUES ($name, $value)", {"name": name, "value": value})
