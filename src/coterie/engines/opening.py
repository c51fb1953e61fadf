"""The engines by name, and the warehouse of a workspace opened."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from coterie.engines.contract import Engine
from coterie.registry import Registry

ENGINES: Registry[Callable[..., Engine]] = Registry(
    "engine",
    {
        "duckdb": "coterie.engines.duckdb:open_duckdb",
        "spark": "coterie.engines.spark:open_spark",
    },
)


def open_warehouse(file: Path | None, *, threads: int | None = None, memory: str | None = None) -> Engine:
    """The DuckDB warehouse in ``file`` (in memory when None), its tables made if they are missing."""
    from coterie.engines.warehouse import create_tables

    engine = ENGINES["duckdb"](file, threads=threads, memory=memory)
    create_tables(engine)
    return engine
