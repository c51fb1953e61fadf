"""Seals over sets of rows, kept in the audit log, and the check of everything kept there."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from coterie.store import Ledger

_NUMBER, _LATER, _ABSENT, _BETWEEN = "consent_id", "statement", "\x00", "\x1f"


@dataclass(frozen=True, slots=True)
class AuditBreak:
    """The first place where what is kept differs from what was written."""

    audit_id: int
    what: str

    def __str__(self) -> str:
        return f"entry {self.audit_id}: {self.what}"


def seal_of(rows: pa.Table) -> str:
    """A hash over the values of ``rows`` in their order, the same whatever the database."""
    unsealed = {_NUMBER}
    if _LATER in rows.column_names and rows[_LATER].null_count == rows.num_rows:
        unsealed.add(_LATER)  # rows sealed before this column was there
    names = sorted(set(rows.column_names) - unsealed)
    columns = [pc.fill_null(rows[name].cast(pa.string()), _ABSENT) for name in names]
    lines = pc.binary_join_element_wise(*columns, _BETWEEN)
    return hashlib.sha256("\n".join(lines.to_pylist()).encode()).hexdigest()


def verify_audit(ledger: Ledger) -> AuditBreak | None:
    """None when every entry and every sealed consent is as it was written, else the first that is not."""
    with ledger.reading() as t:
        broken = t.audit.first_break()
        if broken is not None:
            return AuditBreak(broken, "the chain of the audit log is broken here")
        for entry in t.audit.entries(act="consents recorded"):
            first, _, last = entry.subject.partition("-")
            if seal_of(t.consents.between(int(first), int(last))) != entry.detail["seal"]:
                return AuditBreak(entry.audit_id, f"consents {first} to {last} are not as they were recorded")
    return None
