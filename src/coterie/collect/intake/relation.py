"""Rows in memory as loading reads rows of a file."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pyarrow as pa

from coterie.collect.intake.kinds_of_rows import PACKED
from coterie.collect.intake.rows import Row, cell
from coterie.collect.readers.contract import Relation
from coterie.engines import identifier


class RowsAsRead:
    """Rows of one kind in a temporary ``table`` of text, each known by the ``_line`` of its message."""

    def __init__(self, table: str, columns: Sequence[str]) -> None:
        self._table, self._columns = table, tuple(columns)

    def columns(self) -> tuple[str, ...]:
        """Names of the columns."""
        return self._columns

    def relation(self) -> Relation:
        """The rows; what is JSON is no word that may be trimmed or stand for nothing."""
        kinds = {name: "JSON" if name in PACKED else "VARCHAR" for name in self._columns}
        named = {name: (identifier(name), kind) for name, kind in kinds.items()}
        return Relation(identifier(self._table), named, line="_line")

    def rows_at(self, places: Sequence[int], rows: int) -> None:
        """None: every row knows its line."""

    def mended(self, refuse: Callable[[pa.Table], None]) -> None:
        """None: no row is broken."""

    def batches(self) -> None:
        """None: the relation has every row."""


def arrow_of(rows: Sequence[tuple[int, Row]], columns: Sequence[str]) -> pa.Table:
    """The rows as text, with their lines."""
    cells = {name: pa.array(_cells(rows, name), pa.string()) for name in columns}
    return pa.table({"_line": pa.array([line for line, _ in rows], pa.int64()), **cells})


def _cells(rows: Sequence[tuple[int, Row]], name: str) -> list[str | None]:
    found = [row.get(name) for _, row in rows]
    return [each if each is None or type(each) is str else cell(each) for each in found]


def filled_of(rows: Sequence[tuple[int, Row]]) -> list[str]:
    """The columns of which any row has a value, in the order in which they first occur."""
    names: dict[str, None] = {}
    for _, row in rows:
        for name, value in row.items():
            if name not in names and value is not None:
                names[name] = None
    return list(names)
