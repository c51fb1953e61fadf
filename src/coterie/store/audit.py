"""The audit log: who did what, when; each row carries a hash of itself and of the row before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from coterie.store.facts import Facts
from coterie.store.metadata import INSTANT, METADATA

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

HEAD = "audit_head"


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

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def append(
        self, act: str, subject: str, detail: Mapping[str, object] | None = None, *, actor: str, at: datetime
    ) -> AuditEntry:
        """Add one act to the end of the chain."""
        last, previous = self._head()
        row: dict[str, object] = {
            "audit_id": last + 1,
            "occurred_at": at,
            "actor": actor,
            "act": act,
            "subject": subject,
            "detail": json.dumps(detail or {}, sort_keys=True, ensure_ascii=False, default=str),
            "previous_hash": previous,
        }
        row["hash"] = _hash_of(row)
        self._connection.execute(sa.insert(AUDIT).values(row))
        # The head is kept apart so that cutting off the end of the log shows.
        Facts(self._connection).put(HEAD, f"{last + 1}:{row['hash']}")
        return AuditEntry(last + 1, at, actor, act, subject, dict(detail or {}), str(row["hash"]))

    def entries(self, *, act: str | None = None) -> Iterator[AuditEntry]:
        """All entries in order, or those of one ``act``."""
        statement = sa.select(AUDIT).order_by(AUDIT.c.audit_id)
        for row in self._connection.execute(statement if act is None else statement.where(AUDIT.c.act == act)):
            detail = json.loads(row.detail)
            yield AuditEntry(row.audit_id, row.occurred_at, row.actor, row.act, row.subject, detail, row.hash)

    def first_break(self) -> int | None:
        """The number of the first entry that was changed, removed or put in; None when the chain is whole."""
        previous, expected = "", 1
        for row in self._connection.execute(sa.select(AUDIT).order_by(AUDIT.c.audit_id)).mappings():
            if row["audit_id"] != expected or row["previous_hash"] != previous or row["hash"] != _hash_of(row):
                return expected
            previous, expected = row["hash"], expected + 1
        return None if self._head() == (expected - 1, previous) else expected

    def _head(self) -> tuple[int, str]:
        number, _, digest = (Facts(self._connection).get(HEAD) or "0:").partition(":")
        return int(number), digest


def _hash_of(row: Mapping[str, object] | sa.RowMapping) -> str:
    content = [str(row[name]) for name in ("audit_id", "occurred_at", "actor", "act", "subject", "detail")]
    return hashlib.sha256(json.dumps([row["previous_hash"], *content]).encode()).hexdigest()
