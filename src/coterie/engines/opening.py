"""The engines by name, the warehouse of a workspace opened, and whether every block of it can be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from coterie.engines.contract import Engine
from coterie.engines.sql import identifier
from coterie.errors import BadSetting, CoterieError
from coterie.registry import Registry
from coterie.words import Sentence, joined, sentence

ENGINES: Registry[Callable[..., Engine]] = Registry(
    "engine",
    {
        "duckdb": "coterie.engines.duckdb:open_duckdb",
        "spark": "coterie.engines.spark:open_spark",
    },
)


def open_warehouse(
    file: Path | None, *, engine: str = "duckdb", threads: int | None = None, memory: str | None = None
) -> Engine:
    """The warehouse in ``file`` (in memory when None), its tables made if they are missing.

    Raises ``BadSetting`` for an engine that does not speak DuckDB's SQL, as Spark does not.
    """
    from coterie.engines.warehouse import create_tables

    opened = ENGINES[engine](file, threads=threads, memory=memory)
    if opened.dialect != "duckdb":
        opened.close()
        raise BadSetting(
            sentence(
                "a workspace needs an engine that speaks DuckDB's SQL; {engine} speaks {dialect}",
                engine=engine,
                dialect=opened.dialect,
            )
        )
    create_tables(opened)
    return opened


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
