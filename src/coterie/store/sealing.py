"""Seal a ledger that has no seals yet, and check one that has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import sqlalchemy as sa

from coterie.errors import Damaged
from coterie.store.audit import AUDIT, last_of_chain
from coterie.store.breach import Breach
from coterie.store.metadata import FACTS, METADATA
from coterie.store.schema import schema_breaches
from coterie.store.sealed import (
    HEAD,
    SEAL_WRAP,
    Head,
    Row,
    columns_of,
    read_head,
    seal_of,
    seal_of_values,
    write_head,
)
from coterie.store.sets import ROWS_AT_ONCE, in_chunks
from coterie.words import Sentence, sentence

OLD_HEAD = "audit_head"
"""The fact that held the end of the audit log before there was a key."""

UNSEALED_SINCE = "unsealed_since"
"""The fact that a migration leaves where it changed what seals cover."""

_NO_HEAD = Sentence("the head of the ledger was changed or removed, or the key is another")


def sealed_tables() -> list[sa.Table]:
    """The tables whose rows carry seals, by name."""
    return sorted((table for table in METADATA.tables.values() if "seal" in table.c), key=lambda table: table.name)


def seal_all(connection: sa.Connection, key: bytes) -> None:
    """Seal every row that is there, and write the first head."""
    connection.execute(sa.delete(FACTS).where(FACTS.c.name.in_((OLD_HEAD, UNSEALED_SINCE))))
    number, code = last_of_chain(connection, key)
    if code is None:  # broken before; the head says where the log ends, and the check where it is broken
        last = connection.execute(sa.select(AUDIT).order_by(AUDIT.c.audit_id.desc()).limit(1)).mappings().one()
        number, code = last["audit_id"], last["hash"]
    head = Head(0, (number, code), {})
    for table in sealed_tables():
        sealed = [(row, seal_of(key, table, row)) for row in rows_as_they_are(connection, table)]
        renew_seals(connection, table, sealed)
        head.tables[table.name] = (len(sealed), sum(int(seal, 16) for _, seal in sealed) % SEAL_WRAP)
    write_head(connection, key, head)


def renew_seals(connection: sa.Connection, table: sa.Table, sealed: Iterable[tuple[Row, str]]) -> None:
    """Give rows of ``table`` these seals; the head is left to the caller."""
    statement = sa.update(table).values(seal=sa.bindparam("new_seal"))
    statement = statement.where(*(c == sa.bindparam(f"key_{c.name}", type_=c.type) for c in table.primary_key))
    for chunk in in_chunks(sealed, ROWS_AT_ONCE):
        places = [{f"key_{c.name}": row[c.name] for c in table.primary_key} | {"new_seal": seal} for row, seal in chunk]
        connection.execute(statement, places)


def breaches(connection: sa.Connection, key: bytes) -> Iterator[Breach]:
    """Every place where the ledger is not as it was written; none when it is whole."""
    head = read_head(connection, key)
    if head is None:
        yield Breach("ledger_facts", HEAD, _NO_HEAD)
    number, code = last_of_chain(connection, key)
    if code is None:
        yield Breach("audit", str(number), Sentence("this entry was changed, removed, moved or put in"))
    elif head is not None and head.audit != (number, code):
        yield Breach(
            "audit",
            str(number + 1),
            Sentence("the log ends elsewhere than it was written; entries were cut off or added"),
        )
    for table in sealed_tables():
        yield from _breaches_of(connection, key, table, head)
    yield from schema_breaches(connection)


def prove(connection: sa.Connection, key: bytes, tables: Iterable[sa.Table]) -> None:
    """Raise ``Damaged`` where a row of ``tables`` is not as it was written, one is missing, or the schema is another."""
    head = read_head(connection, key)
    found = Breach("ledger_facts", HEAD, _NO_HEAD) if head is None else None
    for table in tables:
        found = found or next(_breaches_of(connection, key, table, head), None)
    found = found or next(schema_breaches(connection), None)
    if found is not None:
        raise Damaged(
            sentence(
                "the ledger was changed by another hand ({found}), so who may be written to is not known "
                "and nothing is sent; look with `coterie doctor`, and put the ledger back from a backup",
                found=found.sentence,
            )
        )


def _breaches_of(connection: sa.Connection, key: bytes, table: sa.Table, head: Head | None) -> Iterator[Breach]:
    total, count, last, gaps = 0, 0, 0, []
    order = list(columns_of(table))
    places = [order.index(column.name) for column in table.primary_key]
    counted = None if table.autoincrement_column is None else order.index(table.autoincrement_column.name)
    for *told, seal in _all(connection, table):
        if seal != seal_of_values(key, table, told):
            place = ", ".join(str(told[place]) for place in places)
            yield Breach(table.name, place, Sentence("this row was changed, moved or put in by another hand"))
        number = None if counted is None else told[counted]
        if isinstance(number, int):
            if number > last + 1:
                gaps.append(str(last + 1) if number == last + 2 else f"{last + 1} to {number - 1}")
            last = number
        total, count = (total + number_of(seal)) % SEAL_WRAP, count + 1
    if head is None:
        return
    written, sealed = head.tables.get(table.name, (0, 0))
    if (count, total) != (written, sealed):
        yield from (Breach(table.name, gap, Sentence("removed")) for gap in gaps)
        yield Breach(
            table.name,
            "",
            sentence(
                "{count:,} {count|row is|rows are} there and {written:,} {written|was|were} written; rows were removed, put in or changed",
                count=count,
                written=written,
            ),
        )


def number_of(seal: object) -> int:
    """A seal as what sums are made of; 0 for what is none."""
    try:
        return int(str(seal), 16)
    except ValueError:
        return 0


def rows_as_they_are(connection: sa.Connection, table: sa.Table) -> Iterator[Row]:
    """The rows of ``table`` in the order of their keys, with their seals; the head is none of them."""
    names = [*columns_of(table), "seal"]
    return (dict(zip(names, told, strict=True)) for told in _all(connection, table))


def _all(connection: sa.Connection, table: sa.Table) -> Iterator[Sequence[object]]:
    """The rows in the order of their keys, few at a time, with what seals cover and the seal; the head is none of them."""
    # As the driver gives them: what another hand wrote need not be of the type that the column says.
    columns: list[sa.ColumnElement[object]] = [sa.column(name) for name in (*columns_of(table), "seal")]
    chosen = sa.select(*columns).select_from(table).order_by(*table.primary_key)
    if table is FACTS:
        chosen = chosen.where(FACTS.c.name != HEAD)
    for chunk in connection.execute(chosen, execution_options={"yield_per": ROWS_AT_ONCE}).partitions():
        yield from chunk
