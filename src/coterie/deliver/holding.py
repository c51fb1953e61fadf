"""The brake: nothing leaves until a person lets it."""

from __future__ import annotations

from datetime import datetime

from coterie.store import HELD, Ledger


def hold_sending(ledger: Ledger, reason: str, *, actor: str, now: datetime) -> None:
    """Stop every campaign before its next message, in every process, also after a restart.

    Messages already on their way are answered first. Kept in the audit log;
    ``decide.release_sending`` lets sending go on.

    >>> from coterie.store import open_ledger
    >>> ledger = open_ledger(None)
    >>> hold_sending(ledger, "wrong price in the offer", actor="ann", now=datetime(2026, 1, 1))
    >>> with ledger.reading() as t:
    ...     t.facts.get(HELD)
    'wrong price in the offer'
    """
    with ledger.transaction() as t:
        t.facts.put(HELD, reason)
        t.audit.append("sending held", "outbox", {"reason": reason}, actor=actor, at=now)
