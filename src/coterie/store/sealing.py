"""Seal a ledger that has no seals yet, and check one that has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from coterie.errors import Damaged
from coterie.store.audit import AUDIT, last_of_chain
from coterie.store.metadata import FACTS, METADATA
from coterie.store.sealed import (
    HEAD,
    Head,
    columns_of,
    read_head,
    seal_of,
    seal_of_values,
    write_head,
)
from coterie.store.sets import ROWS_AT_ONCE, in_chunks

OLD_HEAD = "audit_head"
"""The fact that held the end of the audit log before there was a key."""

_NO_HEAD = "the head of the ledger was changed or removed, or the key is another"


@dataclass(frozen=True, slots=True)
class Breach:
    """A place where the ledger is not as it was written: table, row (its key) and what is wrong."""

    table: str
    row: str
    what: str

    def __str__(self) -> str:
        return f"{self.table} {self.row}: {self.what}".replace(" :", ":")


def sealed_tables() -> list[sa.Table]:
    """The tables whose rows carry seals, by name."""
    return sorted((table for table in METADATA.tables.values() if "seal" in table.c), key=lambda table: table.name)


def seal_all(connection: sa.Connection, key: bytes) -> None:
    """Seal every row that is there, and write the first head."""
    connection.execute(sa.delete(FACTS).where(FACTS.c.name == OLD_HEAD))
    number, code = last_of_chain(connection, key)
    if code is None:  # broken before; the head says where the log ends, and the check where it is broken
        last = connection.execute(sa.select(AUDIT).order_by(AUDIT.c.audit_id.desc()).limit(1)).mappings().one()
        number, code = last["audit_id"], last["hash"]
    head = Head(0, (number, code), {})
    for table in sealed_tables():
        total, count, sealed = 0, 0, []
        for told in _all(connection, table):
            row = dict(zip(columns_of(table), told, strict=False))
            seal = seal_of(key, table, row)
            total, count = (total + int(seal, 16)) % (1 << 128), count + 1
            sealed.append({f"key_{c.name}": row[c.name] for c in table.primary_key} | {"new_seal": seal})
        statement = sa.update(table).values(seal=sa.bindparam("new_seal"))
        statement = statement.where(*(c == sa.bindparam(f"key_{c.name}", type_=c.type) for c in table.primary_key))
        for chunk in in_chunks(sealed, ROWS_AT_ONCE):
            connection.execute(statement, chunk)
        head.tables[table.name] = (count, total)
    write_head(connection, key, head)


def breaches(connection: sa.Connection, key: bytes) -> Iterator[Breach]:
    """Every place where the ledger is not as it was written; none when it is whole."""
    head = read_head(connection, key)
    if head is None:
        yield Breach("ledger_facts", HEAD, _NO_HEAD)
    number, code = last_of_chain(connection, key)
    if code is None:
        yield Breach("audit", str(number), "this entry was changed, removed, moved or put in")
    elif head is not None and head.audit != (number, code):
        yield Breach(
            "audit", str(number + 1), "the log ends elsewhere than it was written; entries were cut off or added"
        )
    for table in sealed_tables():
        yield from _breaches_of(connection, key, table, head)


def prove(connection: sa.Connection, key: bytes, tables: Iterable[sa.Table]) -> None:
    """Raise ``Damaged`` where a row of ``tables`` is not as it was written, or one is missing."""
    head = read_head(connection, key)
    found = Breach("ledger_facts", HEAD, _NO_HEAD) if head is None else None
    for table in tables:
        found = found or next(_breaches_of(connection, key, table, head), None)
    if found is not None:
        raise Damaged(
            f"the ledger was changed by another hand ({found}), so who may be written to is not known and nothing is sent; "
            "look with `coterie doctor`, and put the ledger back from a backup"
        )


def _breaches_of(connection: sa.Connection, key: bytes, table: sa.Table, head: Head | None) -> Iterator[Breach]:
    total, count, last, gaps = 0, 0, 0, []
    order = list(columns_of(table))
    places = [order.index(column.name) for column in table.primary_key]
    counted = None if table.autoincrement_column is None else order.index(table.autoincrement_column.name)
    for *told, seal in _all(connection, table):
        if seal != seal_of_values(key, table, told):
            place = ", ".join(str(told[place]) for place in places)
            yield Breach(table.name, place, "this row was changed, moved or put in by another hand")
        number = None if counted is None else told[counted]
        if isinstance(number, int):
            if number > last + 1:
                gaps.append(str(last + 1) if number == last + 2 else f"{last + 1} to {number - 1}")
            last = number
        total, count = (total + _number(seal)) % (1 << 128), count + 1
    if head is None:
        return
    written, sealed = head.tables.get(table.name, (0, 0))
    if (count, total) != (written, sealed):
        yield from (Breach(table.name, gap, "removed") for gap in gaps)
        yield Breach(
            table.name,
            "",
            f"{count:,} rows are there and {written:,} were written; rows were removed, put in or changed",
        )


def _number(seal: object) -> int:
    try:
        return int(str(seal), 16)
    except ValueError:
        return 0


def _all(connection: sa.Connection, table: sa.Table) -> Iterator[Sequence[object]]:
    """The rows in the order of their keys, few at a time, with what seals cover and the seal; the head is none of them."""
    # As the driver gives them: what another hand wrote need not be of the type that the column says.
    columns: list[sa.ColumnElement[object]] = [sa.column(name) for name in (*columns_of(table), "seal")]
    chosen = sa.select(*columns).select_from(table).order_by(*table.primary_key)
    if table is FACTS:
        chosen = chosen.where(FACTS.c.name != HEAD)
    for chunk in connection.execute(chosen, execution_options={"yield_per": ROWS_AT_ONCE}).partitions():
        yield from chunk
