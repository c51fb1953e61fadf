"""Rows that nobody changes unseen: each carries a keyed seal, and a keyed head holds the sum of them all.

A row edited or put in by another hand has no right seal; one taken away is missing in the
sum; and the head, which also holds the end of the audit log, can be made by nobody without
the key. Tables are written through ``Sealed`` alone. A column that is added to one later must
be nullable: absent values are no part of a seal, so that older rows keep theirs.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import lru_cache
from json.encoder import encode_basestring_ascii

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from coterie.errors import Damaged
from coterie.store.json_texts import json_texts
from coterie.store.metadata import FACTS
from coterie.store.sets import add_rows, arrow_of, as_columns_are, in_chunks, raw_rows
from coterie.words import sentence

HEAD = "head"
"""The fact that holds the head; it is sealed by its own code."""

SEAL_WRAP = 1 << 128
"""Sums of seals are taken modulo this."""

Row = dict[str, object]
Change = Callable[[Row], Mapping[str, object]]


@dataclass
class Head:
    """Where the ledger stands: writes so far, the end of the audit log, count and sum of the seals of each table."""

    tick: int = 0
    audit: tuple[int, str] = (0, "")
    tables: dict[str, tuple[int, int]] = field(default_factory=dict)


def code_of(key: bytes, *parts: object) -> str:
    """32 hexadecimal digits over ``parts``, which nobody makes without ``key``."""
    return hmac.digest(key, json.dumps(parts).encode(), "sha256").hex()[:32]


@lru_cache
def columns_of(table: sa.Table) -> dict[str, bool]:
    """The columns that a seal covers, in its order, and whether they hold fractions."""
    return {c.name: isinstance(c.type, sa.Float) for c in sorted(table.c, key=lambda c: c.name) if c.name != "seal"}


def seal_of(key: bytes, table: sa.Table, row: Mapping[str, object]) -> str:
    """The seal of ``row`` of ``table``, the same on every database."""
    return seal_of_values(key, table, [row[name] for name in columns_of(table)])


def seal_of_values(key: bytes, table: sa.Table, values: Iterable[object]) -> str:
    """As ``seal_of``, of values in the order of ``columns_of``: every row of a ledger is sealed anew to prove it."""
    first, labels = _labels(table)
    told = [first]
    for (label, is_fraction), value in zip(labels, values, strict=True):
        if type(value) is str:  # JSON by hand, which takes a third of the time
            told.append(label + encode_basestring_ascii(value))
        elif value is not None:
            is_number = is_fraction and isinstance(value, int | float)
            told.append(label + json.dumps(float(value) if is_number else plain_value(value)))  # type: ignore[arg-type]
    return hmac.digest(key, f"[{', '.join(told)}]".encode(), "sha256").hex()[:32]


def seals_of(key: bytes, table: sa.Table, rows: pa.Table) -> list[str]:
    """``seal_of`` of each of ``rows``, typed as ``as_columns_are`` has them; a column that is not among them is absent."""
    if not rows.num_rows:
        return []
    first, labels = _labels(table)
    told = [
        pc.binary_join_element_wise(label, json_texts(rows[name]), "")
        for name, (label, _) in zip(columns_of(table), labels, strict=True)
        if name in rows.column_names
    ]
    texts = pc.binary_join_element_wise(first, *told, ", ", null_handling="skip").cast(pa.binary())
    return [hmac.digest(key, b"[%b]" % text, "sha256").hex()[:32] for text in texts.to_pylist()]


@lru_cache
def _labels(table: sa.Table) -> tuple[str, list[tuple[str, bool]]]:
    named = [(f"{json.dumps(name)}, ", is_fraction) for name, is_fraction in columns_of(table).items()]
    return json.dumps(table.name), named


def plain_value(value: object) -> object:
    """A value as every driver could give it: instants as SQLite keeps them, claims as numbers."""
    if type(value) is str or type(value) is int:
        return value
    if isinstance(value, datetime):
        return value.isoformat(" ", "microseconds")
    if isinstance(value, bool):
        return int(value)
    return value if isinstance(value, str | int | float) else str(value)


class Sealed:
    """Writing to sealed tables, inside one transaction, which ends with ``finish``."""

    def __init__(self, connection: sa.Connection, key: bytes) -> None:
        self._connection, self._key = connection, key
        self._head: Head | None = None
        self._is_changed = False

    @property
    def head(self) -> Head:
        """The head as this transaction has it; raises ``Damaged`` when another hand changed it."""
        if self._head is None:
            found = read_head(self._connection, self._key)
            if found is None:
                raise Damaged(
                    "the head of the ledger was changed or removed by another hand; look with `coterie doctor`, "
                    "and put the ledger back from a backup"
                )
            self._head = found
        return self._head

    def move_audit(self, number: int, code: str) -> None:
        """The audit log ends with entry ``number`` now."""
        self.head.audit, self._is_changed = (number, code), True

    def insert(self, table: sa.Table, rows: pa.Table, *, skip_known: bool = False) -> int:
        """Add ``rows`` by column name; how many were new. Rows of a table that counts get its next numbers."""
        if not rows.num_rows:
            return 0
        whole = as_columns_are(table, self._numbered(table, rows))
        seals = seals_of(self._key, table, whole)
        whole = whole.append_column("seal", pa.array(seals, pa.string()))
        if not skip_known:
            add_rows(self._connection, table, whole)
            self._count(table, seals, [])
            return len(seals)
        return self._insert_new(table, whole, seals)

    def _insert_new(self, table: sa.Table, rows: pa.Table, seals: Sequence[str]) -> int:
        with self._connection.begin_nested() as attempt:
            added = add_rows(self._connection, table, rows, skip_known=True)
            if added != len(seals):
                attempt.rollback()
        if added == len(seals):
            self._count(table, seals, [])
            return added
        fresh = [
            seal
            for place, seal in enumerate(seals)
            if add_rows(self._connection, table, rows.slice(place, 1), skip_known=True)
        ]
        self._count(table, fresh, [])
        return len(fresh)

    def _numbered(self, table: sa.Table, rows: pa.Table) -> pa.Table:
        number = table.autoincrement_column
        if number is None or number.name in rows.column_names:
            return rows
        last = self._connection.execute(sa.select(sa.func.max(number))).scalar_one() or 0
        return rows.append_column(number.name, pa.array(range(last + 1, last + 1 + rows.num_rows), pa.int64()))

    def update(
        self, chosen: sa.Select[tuple[object, ...]], change: Change | Row, values: Mapping[str, object] | None = None
    ) -> int:
        """Give the rows of ``chosen``, a select of whole rows of one table, new values; how many.

        Where ``change`` is a function, a row that it gives none for stays as it is. Raises ``Damaged`` for a row that another hand changed: what it says cannot be acted on.
        """
        return self.change(_table(chosen), self.read(chosen, values), change)

    def change(self, table: sa.Table, rows: Iterable[Row], change: Change | Row) -> int:
        """As ``update``, for ``rows`` that ``read`` gave in this transaction."""
        changed: list[Row] = []
        before, after = [], []
        for row in rows:
            new = dict(change(row) if callable(change) else change)
            if not new:
                continue
            before.append(str(row["seal"]))
            after.append(seal_of(self._key, table, row | new))
            changed.append(
                {f"new_{name}": value for name, value in (new | {"seal": after[-1]}).items()} | _place(table, row)
            )
        if changed:
            names = tuple(name.removeprefix("new_") for name in changed[0] if name.startswith("new_"))
            for chunk in in_chunks(changed):
                self._connection.execute(_update_text(table, names), chunk)
            self._count(table, after, before)
        return len(changed)

    def delete(self, chosen: sa.Select[tuple[object, ...]], values: Mapping[str, object] | None = None) -> int:
        """Take the rows of ``chosen`` away; how many."""
        table = _table(chosen)
        rows = list(self.read(chosen, values))
        for chunk in in_chunks(rows):
            self._connection.execute(_delete_text(table), [_place(table, row) for row in chunk])
        self._count(table, [], [str(row["seal"]) for row in rows])
        return len(rows)

    def read(self, chosen: sa.Select[tuple[object, ...]], values: Mapping[str, object] | None = None) -> Iterator[Row]:
        """The rows of ``chosen``; raises ``Damaged`` at one that another hand changed."""
        table = _table(chosen)
        for found in self._connection.execute(chosen, values).mappings().all():
            row: Row = {**found}
            if row["seal"] != seal_of(self._key, table, row):
                raise _changed(table, row)
            yield row

    def read_arrow(
        self, chosen: sa.Select[tuple[object, ...]], names: Sequence[str], values: Mapping[str, object] | None = None
    ) -> pa.Table:
        """The columns ``names`` of the rows of ``chosen``, which ``whole_rows`` began; raises ``Damaged`` as ``read`` does."""
        table = _table(chosen)
        order = list(columns_of(table))
        rows = raw_rows(self._connection, chosen, values)
        try:
            whole = arrow_of([table.c[name] for name in order], [row[:-1] for row in rows])
        except pa.ArrowException:  # nothing of ours is of another type
            self._find_changed(table, rows)
            raise
        if seals_of(self._key, table, whole) != [row[-1] for row in rows]:
            self._find_changed(table, rows)
        return whole.select(list(names))

    def _find_changed(self, table: sa.Table, rows: Sequence[Sequence[object]]) -> None:
        for *told, seal in rows:
            if seal != seal_of_values(self._key, table, told):
                raise _changed(table, dict(zip(columns_of(table), told, strict=True)))

    def _count(self, table: sa.Table, added: Sequence[str], gone: Sequence[str]) -> None:
        if not (added or gone):
            return
        count, total = self.head.tables.get(table.name, (0, 0))
        total += sum(int(seal, 16) for seal in added) - sum(int(seal, 16) for seal in gone)
        self.head.tables[table.name] = (count + len(added) - len(gone), total % SEAL_WRAP)
        self._is_changed = True

    def finish(self) -> None:
        """Write the head, where anything changed."""
        if self._is_changed and self._head is not None:
            self._head.tick += 1
            write_head(self._connection, self._key, self._head)


def read_head(connection: sa.Connection, key: bytes) -> Head | None:
    """The head, or None where it is missing or was not written with ``key``."""
    text = connection.execute(_HEAD).scalar_one_or_none()
    try:
        kept = json.loads(str(text)) if text is not None else None
        if not kept or not hmac.compare_digest(code_of(key, kept["stand"]), kept["code"]):
            return None
        stand = kept["stand"]
        tables = {name: (count, int(total, 16)) for name, (count, total) in stand["tables"].items()}
        return Head(stand["tick"], (stand["audit"][0], stand["audit"][1]), tables)
    except (ValueError, KeyError, TypeError, IndexError):
        return None


def write_head(connection: sa.Connection, key: bytes, head: Head) -> None:
    """Put ``head`` in the place of the one before."""
    stand = asdict(head)
    stand["tables"] = {name: (count, f"{total:x}") for name, (count, total) in sorted(head.tables.items())}
    stand = json.loads(json.dumps(stand))
    text = json.dumps({"stand": stand, "code": code_of(key, stand), "check": check_of(key)})
    if not connection.execute(_RENEW, {"text": text}).rowcount:
        connection.execute(sa.insert(FACTS).values(name=HEAD, value=text))


def check_of(key: bytes) -> str:
    """What tells one key from another without telling anything of it."""
    return code_of(key, "the key of this ledger")


def kept_check(connection: sa.Connection) -> str | None:
    """The check of the key that the head was written with, or None before the first."""
    text = connection.execute(_HEAD).scalar_one_or_none()
    try:
        return None if text is None else str(json.loads(str(text))["check"])
    except (ValueError, KeyError, TypeError):
        return ""


_HEAD = sa.select(FACTS.c.value).where(FACTS.c.name == HEAD)
_RENEW = sa.update(FACTS).where(FACTS.c.name == HEAD).values(value=sa.bindparam("text"))


def whole_rows(table: sa.Table) -> sa.Select[tuple[object, ...]]:
    """A select of all that a seal covers, in its order, and of the seal."""
    return sa.select(*(table.c[name] for name in columns_of(table)), table.c.seal)


def _changed(table: sa.Table, row: Row) -> Damaged:
    place = ", ".join(str(value) for value in _place(table, row).values())
    return Damaged(
        sentence(
            "row {row} of {table} was changed by another hand; look with `coterie doctor`, and put the "
            "ledger back from a backup",
            row=place,
            table=table.name,
        )
    )


def _table(chosen: sa.Select[tuple[object, ...]]) -> sa.Table:
    [found] = chosen.columns_clause_froms
    assert isinstance(found, sa.Table)  # noqa: S101 - a select of whole rows
    return found


def _place(table: sa.Table, row: Mapping[str, object]) -> Row:
    return {f"key_{column.name}": row[column.name] for column in table.primary_key}


@lru_cache
def _update_text(table: sa.Table, names: tuple[str, ...]) -> sa.Update:
    return (
        sa.update(table)
        .where(*_is_row(table))
        .values({name: sa.bindparam(f"new_{name}", type_=table.c[name].type) for name in names})
    )


@lru_cache
def _delete_text(table: sa.Table) -> sa.Delete:
    return sa.delete(table).where(*_is_row(table))


def _is_row(table: sa.Table) -> list[sa.ColumnElement[bool]]:
    return [column == sa.bindparam(f"key_{column.name}", type_=column.type) for column in table.primary_key]
