"""Who did what, when, as the ledger keeps it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coterie.store import AuditEntry
    from coterie.workspace.stand import Stand


class AuditLog:
    """The audit log of a workspace; ``ws.audit``."""

    def __init__(self, stand: Stand) -> None:
        self._stand = stand

    def page(self, *, after: int = 0, most: int = 100) -> Sequence[AuditEntry]:
        """The first ``most`` lines whose number is above ``after``, the oldest first."""
        with self._stand.ledger.reading() as t:
            return t.audit.page(after=after, most=most)

    def latest(self, *, before: int | None = None, most: int = 100) -> Sequence[AuditEntry]:
        """The last ``most`` lines whose number is below ``before``, the newest first."""
        with self._stand.ledger.reading() as t:
            return t.audit.latest(before=before, most=most)
