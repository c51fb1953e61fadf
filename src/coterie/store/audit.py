"""The audit log: who did what, when; each row carries a code of itself and of the row before.

Codes are made with the workspace's key. Rows of ledgers from before that carry a plain hash;
they stand at the beginning, and the first code after them covers them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from coterie.store.metadata import INSTANT, METADATA
from coterie.store.sealed import Sealed, code_of, read_head
from coterie.store.stored import detail_text, stored_detail

AUDIT = sa.Table(
    "audit",
    METADATA,
    sa.Column("audit_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("occurred_at", INSTANT, nullable=False),
    sa.Column("actor", sa.String, nullable=False),
    sa.Column("act", sa.String, nullable=False),
    sa.Column("subject", sa.String, nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Column("previous_hash", sa.String, nullable=False),
    sa.Column("hash", sa.String, nullable=False),
)

_PLAIN_LENGTH = 64
"""Hexadecimal digits of a hash without a key; a code with one has half as many."""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One act. ``detail`` is what a person would ask about it later."""

    audit_id: int
    occurred_at: datetime
    actor: str
    act: str
    subject: str
    detail: Mapping[str, object]
    hash: str


class Audit:
    """The audit log of a workspace, inside one transaction."""

    def __init__(self, connection: sa.Connection, sealed: Sealed, key: bytes) -> None:
        self._connection, self._sealed, self._key = connection, sealed, key

    def append(
        self, act: str, subject: str, detail: Mapping[str, object] | None = None, *, actor: str, at: datetime
    ) -> AuditEntry:
        """Add one act to the end of the chain."""
        last, previous = self._sealed.head.audit
        row: dict[str, object] = {
            "audit_id": last + 1,
            "occurred_at": at,
            "actor": actor,
            "act": act,
            "subject": subject,
            "detail": detail_text(detail or {}),
            "previous_hash": previous,
        }
        row["hash"] = code = code_of(self._key, *_content(row))
        self._connection.execute(sa.insert(AUDIT).values(row))
        # The head is kept apart so that cutting off the end of the log shows.
        self._sealed.move_audit(last + 1, code)
        return AuditEntry(last + 1, at, actor, act, subject, dict(detail or {}), code)

    def entries(self, *, act: str | None = None) -> Iterator[AuditEntry]:
        """All entries in order, or those of one ``act``."""
        statement = sa.select(AUDIT).order_by(AUDIT.c.audit_id)
        for row in self._connection.execute(statement if act is None else statement.where(AUDIT.c.act == act)):
            yield _entry(row)

    def page(self, *, after: int, most: int) -> list[AuditEntry]:
        """The first ``most`` entries whose number is above ``after``."""
        chosen = sa.select(AUDIT).where(AUDIT.c.audit_id > after).order_by(AUDIT.c.audit_id).limit(most)
        return [_entry(row) for row in self._connection.execute(chosen)]

    def latest(self, *, before: int | None, most: int) -> list[AuditEntry]:
        """The last ``most`` entries whose number is below ``before``, the newest first."""
        chosen = sa.select(AUDIT).order_by(AUDIT.c.audit_id.desc()).limit(most)
        if before is not None:
            chosen = chosen.where(AUDIT.c.audit_id < before)
        return [_entry(row) for row in self._connection.execute(chosen)]

    def code_at(self, number: int) -> str | None:
        """The code of entry ``number``, or None where there is none."""
        found = self._connection.execute(sa.select(AUDIT.c.hash).where(AUDIT.c.audit_id == number))
        return found.scalar_one_or_none()

    def first_break(self) -> int | None:
        """The number of the first entry that was changed, removed or put in; None when the chain is whole."""
        number, code = last_of_chain(self._connection, self._key)
        if code is None:
            return number
        head = read_head(self._connection, self._key)
        return None if head is not None and head.audit == (number, code) else number + 1


def _entry(row: sa.Row[tuple[object, ...]]) -> AuditEntry:
    detail = stored_detail(row.detail, f"audit {row.audit_id}")
    return AuditEntry(row.audit_id, row.occurred_at, row.actor, row.act, row.subject, detail, row.hash)


def last_of_chain(connection: sa.Connection, key: bytes) -> tuple[int, str | None]:
    """Number and code of the last entry; the number of the first that is not as it was written, and None."""
    previous, expected, is_keyed = "", 1, False
    for raw in connection.execute(sa.select(*_RAW).select_from(AUDIT).order_by(AUDIT.c.audit_id)).mappings():
        row = {**raw, "occurred_at": _instant(raw["occurred_at"])}
        is_plain = len(str(row["hash"])) == _PLAIN_LENGTH and not is_keyed
        right = _hash_of(row) if is_plain else code_of(key, *_content(row))
        if row["audit_id"] != expected or row["previous_hash"] != previous or row["hash"] != right:
            return expected, None
        previous, expected, is_keyed = str(row["hash"]), expected + 1, not is_plain
    return expected - 1, previous


_NAMES = ("audit_id", "occurred_at", "actor", "act", "subject", "detail")


_RAW: list[sa.ColumnElement[object]] = [sa.column(column.name) for column in AUDIT.c]


def _instant(value: object) -> object:
    """An instant as SQLite keeps it or a server gives it; what is none stays what it is."""
    try:
        return datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return value


def _content(row: Mapping[str, object]) -> list[str]:
    return ["audit", str(row["previous_hash"]), *(str(row[name]) for name in _NAMES)]


def _hash_of(row: Mapping[str, object]) -> str:
    """As entries were hashed before there was a key."""
    return hashlib.sha256(json.dumps([row["previous_hash"], *_content(row)[2:]]).encode()).hexdigest()
