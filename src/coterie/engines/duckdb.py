"""DuckDB: the default engine, one file, one process."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa
from sqlglot.expressions import Expr

from coterie.engines.contract import Parameters
from coterie.engines.sql import identifier
from coterie.errors import Damaged, StatementFailed, WorkspaceLocked


@contextmanager
def _failures_named() -> Iterator[None]:
    """What DuckDB refuses, as Coterie's own error, so that no other room needs to know DuckDB's."""
    try:
        yield
    except duckdb.Error as fault:
        raise StatementFailed(str(fault)) from fault


class DuckDBEngine:
    """A DuckDB database file, or one in memory.

    >>> engine = open_duckdb(None)
    >>> engine.query("SELECT $n + 1 AS n", {"n": 41}).to_pylist()
    [{'n': 42}]
    """

    dialect = "duckdb"
    gaps: frozenset[str] = frozenset()

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._lock = threading.RLock()

    def query(self, statement: Expr | str, parameters: Parameters | None = None) -> pa.Table:
        """The rows of a statement, as Arrow."""
        with self._lock, _failures_named():
            relation = self._connection.sql(self._text(statement), params=dict(parameters) if parameters else None)
            return relation.to_arrow_table()

    def execute(self, statement: Expr | str, parameters: Parameters | None = None) -> None:
        """Run a statement for its effect."""
        with self._lock, _failures_named():
            self._connection.execute(self._text(statement), dict(parameters) if parameters else None)

    def _text(self, statement: Expr | str) -> str:
        return statement if isinstance(statement, str) else statement.sql(dialect=self.dialect)

    def write(self, table: str, rows: pa.Table, *, append: bool = True) -> None:
        """Add ``rows`` to ``table`` by column name, or make the table from them (``append=False``)."""
        verb = (
            f"INSERT INTO {identifier(table)} BY NAME" if append else f"CREATE OR REPLACE TABLE {identifier(table)} AS"
        )
        with self._lock:
            self._connection.register("_incoming", rows)
            try:
                self._connection.execute(f"{verb} SELECT * FROM _incoming")
            finally:
                self._connection.unregister("_incoming")

    def create(
        self, table: str, statement: Expr | str, parameters: Parameters | None = None, *, temporary: bool = False
    ) -> None:
        """Make ``table`` from the rows of a statement, in place of what had that name; a temporary one is never stored."""
        kind = "TEMPORARY TABLE" if temporary else "TABLE"
        self.execute(f"CREATE OR REPLACE {kind} {identifier(table)} AS {self._text(statement)}", parameters)

    def insert(self, table: str, statement: Expr | str, parameters: Parameters | None = None) -> None:
        """Add the rows of a statement to ``table``, by column name."""
        self.execute(f"INSERT INTO {identifier(table)} BY NAME {self._text(statement)}", parameters)

    def view(self, name: str, statement: Expr | str) -> None:
        """Make or replace a view; it holds no bound values."""
        self.execute(f"CREATE OR REPLACE VIEW {identifier(name)} AS {self._text(statement)}")

    def drop(self, table: str) -> None:
        """Remove a table if there is one."""
        self.execute(f"DROP TABLE IF EXISTS {identifier(table)}")

    def swap(self, table: str, replacement: str) -> None:
        """Put the table ``replacement`` in the place of ``table``."""
        with self._lock:
            self._connection.execute(f"DROP TABLE IF EXISTS {identifier(table)}")
            self._connection.execute(f"ALTER TABLE {identifier(replacement)} RENAME TO {identifier(table)}")

    def tables(self) -> frozenset[str]:
        """Names of the tables and views there are, temporary ones too."""
        rows = self.query("SELECT table_name FROM information_schema.tables")
        return frozenset(rows.column(0).to_pylist())

    def columns(self, table: str) -> dict[str, str]:
        """Column names of a table or view, in order, with DuckDB's type names."""
        rows = self.query(f"DESCRIBE {identifier(table)}")
        return dict(zip(rows.column(0).to_pylist(), rows.column(1).to_pylist(), strict=True))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All statements inside happen, or none."""
        with self._lock:
            self._connection.execute("BEGIN TRANSACTION")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()


def open_duckdb(file: Path | None, *, threads: int | None = None, memory: str | None = None) -> DuckDBEngine:
    """The DuckDB engine on ``file``, or in memory when None.

    Raises ``WorkspaceLocked`` while another process has the file open.
    """
    options: dict[str, str | bool | int | float | list[str]] = {"preserve_insertion_order": False}
    if threads:
        options["threads"] = threads
    if memory:
        options["memory_limit"] = memory
    try:
        connection = duckdb.connect(str(file) if file else ":memory:", config=options)
    except duckdb.IOException as fault:
        if "lock" in str(fault).lower():
            raise WorkspaceLocked(f"{file} is in use by another process; wait for it or end it") from fault
        raise Damaged(f"{file} could not be opened: {fault}") from fault
    connection.execute("SET TimeZone = 'UTC'")
    # Where Python is interactive, DuckDB would draw a bar of its own on the standard output.
    connection.execute("SET enable_progress_bar = false")
    return DuckDBEngine(connection)
