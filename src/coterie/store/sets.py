"""Rows in and out as sets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

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
    before = _count(connection, table) if skip_known else 0
    statement: sa.Insert = sa.insert(table)
    if skip_known:
        dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
        statement = dialect.insert(table).on_conflict_do_nothing()
    for batch in rows.to_batches(max_chunksize=ROWS_AT_ONCE):
        if batch.num_rows:
            connection.execute(statement, batch.to_pylist())
    return _count(connection, table) - before if skip_known else rows.num_rows


def read_arrow(connection: sa.Connection, statement: sa.Select[tuple[object, ...]]) -> pa.Table:
    """The rows of ``statement`` as Arrow, typed by its columns, so that no rows still have a schema."""
    schema = pa.schema([pa.field(column.name, _arrow_type(column.type)) for column in statement.selected_columns])
    rows: Sequence[sa.Row[tuple[object, ...]]] = connection.execute(statement).all()
    columns = zip(*rows, strict=True) if rows else ([] for _ in schema)
    return pa.table([pa.array(list(c), f.type) for c, f in zip(columns, schema, strict=True)], schema=schema)


def _count(connection: sa.Connection, table: sa.Table) -> int:
    return connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


def _arrow_type(kind: sa.types.TypeEngine[object]) -> pa.DataType:
    return next(arrow for ours, arrow in _ARROW if isinstance(kind, ours))
