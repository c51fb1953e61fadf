"""Seal anew what migrations moved into tables of other columns, and nothing that was not right before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa

from coterie.store.metadata import FACTS, METADATA
from coterie.store.sealed import SEAL_WRAP, Head, Row, code_of, columns_of, plain_value, read_head, seal_of, write_head
from coterie.store.sealing import UNSEALED_SINCE, number_of, renew_seals, rows_as_they_are


@dataclass(frozen=True)
class _Moved:
    """How the rows of a table were sealed before: in which table, and by which columns of now."""

    table: str
    before: str
    was: Mapping[str, str]
    """Column of now → column of before; those not named are new, and no part of the old seal."""
    constants: Mapping[str, object] = field(default_factory=dict)
    """Columns of before that are no more, and what they held."""


def _origins(table: str, name: str) -> _Moved:
    kept = columns_of(METADATA.tables[table])
    was = {column: name if column == "origin" else column for column in kept}
    return _Moved(table, table, {now: old for now, old in was.items() if now not in ("origin_kind", "occurrence")})


def _moves() -> list[_Moved]:
    fits = {"kind": "kind", "name": "name", "number": "version", "body": "body", "fitted_at": "created_at"}
    return [
        _origins("outbox", "campaign"),
        _origins("touches", "campaign"),
        _origins("exposures", "experiment"),
        _Moved("fits", "definitions", fits | {"author": "author"}, {"is_retired": 0}),
    ]


def is_unsealed(connection: sa.Connection) -> bool:
    """Whether a migration has moved rows whose seals are still those of before."""
    return connection.execute(sa.select(FACTS.c.name).where(FACTS.c.name == UNSEALED_SINCE)).first() is not None


def reseal(connection: sa.Connection, key: bytes) -> None:
    """Give moved rows the seals of their present columns; one that another hand changed keeps its wrong seal, and is found.

    Done again it changes nothing, since a seal of now is none of before.
    """
    head = read_head(connection, key)
    for moved in _moves():
        _reseal(connection, key, moved, head or Head())
    connection.execute(sa.delete(FACTS).where(FACTS.c.name == UNSEALED_SINCE))
    if head is not None:
        head.tick += 1
        write_head(connection, key, head)


def _reseal(connection: sa.Connection, key: bytes, moved: _Moved, head: Head) -> None:
    table = METADATA.tables[moved.table]
    renewed, gone, come, count = [], 0, 0, 0
    for row in rows_as_they_are(connection, table):
        if row["seal"] == seal_of(key, table, row):
            continue
        before, seal = _seal_before(key, table, row, moved), row["seal"]
        if seal == before:
            seal = seal_of(key, table, row)
            renewed.append((row, seal))
        gone, come, count = gone + number_of(row["seal"]), come + number_of(seal), count + 1
    renew_seals(connection, table, renewed)
    _add(head, moved.before, -count, -gone)
    _add(head, moved.table, count, come)


def _add(head: Head, table: str, count: int, total: int) -> None:
    rows, seals = head.tables.get(table, (0, 0))
    head.tables[table] = (rows + count, (seals + total) % SEAL_WRAP)


def _seal_before(key: bytes, table: sa.Table, row: Row, moved: _Moved) -> str:
    is_fraction = columns_of(table)
    told = {old: (row[now], is_fraction[now]) for now, old in moved.was.items()}
    told |= {old: (value, False) for old, value in moved.constants.items()}
    parts: list[object] = [moved.before]
    for old, (value, is_of_fractions) in sorted(told.items()):
        if value is not None:
            is_number = is_of_fractions and isinstance(value, int | float)
            parts += (old, float(value) if is_number else plain_value(value))  # type: ignore[arg-type]
    return code_of(key, *parts)
