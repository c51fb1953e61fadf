"""The engines by name, and the warehouse of a workspace opened."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from coterie.engines.contract import Engine
from coterie.errors import BadSetting
from coterie.registry import Registry
from coterie.words import sentence

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
