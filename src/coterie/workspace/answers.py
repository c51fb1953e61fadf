"""Requests that change something are done once for each idempotency key, however often they come."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from coterie.store.kept_answers import KeptAnswer

if TYPE_CHECKING:
    from coterie.workspace.workspace import Workspace

_USE = "idempotency"


class Answers:
    """What was answered under which idempotency key, kept in the ledger; requests are kept as keyed hashes alone.

    A key belongs to whoever asks: the same key of two askers stands for two requests.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._stand = workspace._stand  # noqa: SLF001 - it is a part of the workspace

    def claim(self, asker: str, key: str, request: str) -> KeptAnswer | None:
        """None where ``key`` is new, and stands for ``request`` from now on; else what it stood for before."""
        with self._stand.ledger.transaction() as t:
            return t.kept_answers.claim(asker, key, self.hash_of(request), at=self._stand.clock())

    def hash_of(self, request: str) -> str:
        """What is kept of a request: nobody tells without the workspace's own key what was asked."""
        return self._stand.key.hash_of(_USE, request)

    def finish(self, asker: str, key: str, status: int, headers: Mapping[str, str], body: str) -> None:
        """Keep what was answered, to be given again."""
        with self._stand.ledger.transaction() as t:
            t.kept_answers.finish(asker, key, status, headers, body)

    def give_up(self, asker: str, key: str) -> None:
        """Nothing was done, so that the key may be used again."""
        with self._stand.ledger.transaction() as t:
            t.kept_answers.give_up(asker, key)

    def forget(self, *, before: datetime) -> int:
        """Remove the answers to what was asked before that instant; how many."""
        with self._stand.ledger.transaction() as t:
            return t.kept_answers.forget(before=before)
