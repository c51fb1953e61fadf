"""Operational state: SQLite or PostgreSQL, through SQLAlchemy, and only here.

``open_ledger`` gives a ``Ledger``; ``with ledger.transaction() as t`` gives a repository
for each noun: ``t.definitions``, ``t.fits``, ``t.consents``, ``t.suppressions``, ``t.audit``,
``t.exposures``, ``t.outbox``, ``t.touches``, ``t.launches``, ``t.watermarks``, ``t.jobs``,
``t.facts``, ``t.api_keys``, ``t.kept_answers``, ``t.users``, ``t.erased``, ``t.personal``, ``t.receipts``, ``t.coupons``. ``open_journal`` gives the
``Journal`` of what came in over HTTP.
"""

from __future__ import annotations

from coterie.store.api_keys import ApiKey
from coterie.store.audit import AuditEntry
from coterie.store.backup import HELD
from coterie.store.breach import Breach
from coterie.store.definitions import Definition
from coterie.store.fits import KeptFit
from coterie.store.jobs import Job
from coterie.store.journal import Journal, Request, Waiting, open_journal
from coterie.store.launches import Launch
from coterie.store.ledger import Ledger, LedgerStand
from coterie.store.opening import open_ledger
from coterie.store.outbox import DUPLICATE
from coterie.store.personal import Named, blotted
from coterie.store.transaction import Transaction
from coterie.store.users import Invitation, Session, User

__all__ = [
    "DUPLICATE",
    "HELD",
    "ApiKey",
    "AuditEntry",
    "Breach",
    "Definition",
    "Invitation",
    "Job",
    "Journal",
    "KeptFit",
    "Launch",
    "Ledger",
    "LedgerStand",
    "Named",
    "Request",
    "Session",
    "Transaction",
    "User",
    "Waiting",
    "blotted",
    "open_journal",
    "open_ledger",
]
