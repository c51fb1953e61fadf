"""Rows in and out as sets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import TypeVar

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

Item = TypeVar("Item")

ROWS_AT_ONCE = 20_000
VALUES_AT_ONCE = 5_000  # a database limits the bound values of one statement (SQLite: 32,766)

_ARROW = (
    (sa.Integer, pa.int64()),
    (sa.Boolean, pa.bool_()),
    (sa.Float, pa.float64()),
    (sa.DateTime, pa.timestamp("us")),
    (sa.String, pa.string()),
)


def in_chunks(items: Iterable[Item], size: int = VALUES_AT_ONCE) -> Iterator[list[Item]]:
    """``items`` in lists of at most ``size``.

    >>> list(in_chunks([1, 2, 3], 2))
    [[1, 2], [3]]
    """
    rest = iter(items)
    while chunk := list(islice(rest, size)):
        yield chunk


def add_rows(connection: sa.Connection, table: sa.Table, rows: pa.Table, *, skip_known: bool = False) -> int:
    """Add ``rows`` by column name; how many were new.

    With ``skip_known`` a row that breaks a unique key is left out instead of failing the set.
    """
    if not rows.num_rows:
        return 0
    add = _copy_in if connection.dialect.name == "postgresql" else _insert
    return add(connection, table, as_columns_are(table, rows), skip_known)


def driver_columns(table: sa.Table, rows: pa.Table) -> dict[str, list[object]]:
    """The values of ``rows`` by column, as SQLite's driver gives them back."""
    return {
        name: _driver_values(column)
        for name, column in zip(rows.column_names, as_columns_are(table, rows).columns, strict=True)
    }


def as_columns_are(table: sa.Table, rows: pa.Table) -> pa.Table:
    """``rows`` with the types of the columns of ``table``."""
    return rows.cast(pa.schema([pa.field(name, _arrow_type(table.c[name].type)) for name in rows.column_names]))


def _insert(connection: sa.Connection, table: sa.Table, rows: pa.Table, skip_known: bool) -> int:
    # Positional and straight to the driver: several times as fast as a dictionary a row.
    text, order = _insert_text(table, tuple(rows.column_names), skip_known)
    return sum(
        connection.exec_driver_sql(
            text, list(zip(*(_driver_values(batch.column(name)) for name in order), strict=True))
        ).rowcount
        for batch in rows.to_batches(max_chunksize=ROWS_AT_ONCE)
        if batch.num_rows
    )


@lru_cache
def _insert_text(table: sa.Table, names: tuple[str, ...], skip_known: bool) -> tuple[str, tuple[str, ...]]:
    """The statement, and its columns in the order of its places."""
    insert = sqlite.insert(table)
    compiled = (insert.on_conflict_do_nothing() if skip_known else insert).compile(
        dialect=sqlite.dialect(paramstyle="qmark"),
        column_keys=list(names),
    )
    return str(compiled), tuple(str(name) for name in compiled.positiontup or ())


def _copy_in(connection: sa.Connection, table: sa.Table, rows: pa.Table, skip_known: bool) -> int:
    quote = connection.dialect.identifier_preparer.quote
    names = ", ".join(quote(name) for name in rows.column_names)
    target = quote(table.name)
    connection.exec_driver_sql(f"CREATE TEMP TABLE incoming ON COMMIT DROP AS SELECT {names} FROM {target} WHERE false")
    driver = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY incoming ({names}) FROM STDIN") as copy:  # type: ignore[union-attr]
        for batch in rows.to_batches(max_chunksize=ROWS_AT_ONCE):
            for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                copy.write_row(row)
    conflict = "ON CONFLICT DO NOTHING" if skip_known else ""
    added = connection.exec_driver_sql(f"INSERT INTO {target} ({names}) SELECT {names} FROM incoming {conflict}")
    connection.exec_driver_sql("DROP TABLE incoming")
    return added.rowcount


def _driver_values(column: pa.Array) -> list[object]:
    if pa.types.is_timestamp(column.type):  # as SQLAlchemy writes instants into SQLite
        column = pc.cast(column, pa.string())
    return list(column.to_pylist())


def read_arrow(
    connection: sa.Connection, statement: sa.Select[tuple[object, ...]], values: Mapping[str, object] | None = None
) -> pa.Table:
    """The rows of ``statement`` as Arrow, typed by its columns, so that no rows still have a schema."""
    return arrow_of(statement.selected_columns, raw_rows(connection, statement, values))


def raw_rows(
    connection: sa.Connection, statement: sa.Select[tuple[object, ...]], values: Mapping[str, object] | None = None
) -> list[Sequence[object]]:
    """The driver's own rows: Arrow reads instants from text many times faster than Python makes objects of them."""
    result = connection.execute(statement, values)
    rows = result.cursor.fetchall() if result.cursor else []
    result.close()
    return list(rows)


def arrow_of(described: Iterable[sa.ColumnElement[object]], rows: Sequence[Sequence[object]]) -> pa.Table:
    """``rows`` as the driver gave them, as Arrow, typed by the columns that they are ``described`` by."""
    schema = pa.schema([pa.field(column.name, _arrow_type(column.type)) for column in described])
    columns = zip(*rows, strict=True) if rows else ([] for _ in schema)
    return pa.table([_column(values, field.type) for values, field in zip(columns, schema, strict=True)], schema=schema)


def _column(values: Iterable[object], kind: pa.DataType) -> pa.Array:
    listed = list(values)
    is_text = pa.types.is_timestamp(kind) and any(isinstance(value, str) for value in listed)
    if is_text or (pa.types.is_boolean(kind) and any(type(value) is int for value in listed)):
        return pa.array(listed).cast(kind)  # as SQLite keeps them
    return pa.array(listed, kind)


def _arrow_type(kind: sa.types.TypeEngine[object]) -> pa.DataType:
    return next(arrow for ours, arrow in _ARROW if isinstance(kind, ours))
