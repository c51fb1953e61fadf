"""How it goes with each receiver of webhooks: when it said yes last, why it does not, when it is told again."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pyarrow as pa

from coterie.errors import UnknownName
from coterie.words import kept, restored
from coterie.workspace.frame import Frame

if TYPE_CHECKING:
    from coterie.settings import Locale
    from coterie.store import Ledger
    from coterie.workspace.stand import Stand

_FIRST_WAIT, _LONGEST_WAIT, _LONGEST_ASKED = timedelta(seconds=5), timedelta(hours=1), timedelta(days=1)
_SPREAD = 0.2
GONE = 410
"""The status by which a receiver says that it wants to hear no more, as Standard Webhooks have it."""

_LISTED = pa.schema(
    [
        ("webhook", pa.string()),
        ("url", pa.string()),
        ("segments", pa.list_(pa.string())),
        ("state", pa.string()),
        ("told_at", pa.timestamp("us")),
        ("failures", pa.int64()),
        ("failed_at", pa.timestamp("us")),
        ("next_at", pa.timestamp("us")),
        ("why", pa.string()),
    ]
)


@dataclass(frozen=True)
class Delivery:
    """Where a receiver stands: instants as ISO 8601, None before the first; ``failures`` in a row, with ``why`` the last failed.

    It is told again at ``next_at``; one that failed and has none is not.
    """

    told_at: str | None = None
    failures: int = 0
    failed_at: str | None = None
    next_at: str | None = None
    why: str = ""

    @property
    def state(self) -> str:
        """``new`` before it was told anything, ``good``, ``failing`` while it is told again, ``gone`` where it is told no more."""
        if self.failures:
            return "failing" if self.next_at else "gone"
        return "good" if self.told_at else "new"

    def succeeded(self, now: datetime) -> Delivery:
        """It said yes."""
        return Delivery(told_at=now.isoformat())

    def failed(
        self, now: datetime, why: str, *, is_gone: bool = False, retry_after: float | None = None, chance: float = 0.0
    ) -> Delivery:
        """It did not say yes: it is told again after 5 seconds, then twice as long each time, an hour at most.

        ``chance``, from 0 to 1, makes the wait up to a fifth longer, so that receivers that fell together are not told
        together. Where it said itself when (``retry_after``, in seconds) it is not told before that, though within a day.
        """
        wait = min(_FIRST_WAIT * 2 ** min(self.failures, 20), _LONGEST_WAIT) * (1 + chance * _SPREAD)
        if retry_after is not None:
            wait = max(wait, min(timedelta(seconds=retry_after), _LONGEST_ASKED))
        return replace(
            self,
            failures=self.failures + 1,
            failed_at=now.isoformat(),
            next_at=None if is_gone else (now + wait).isoformat(),
            why=kept(why),
        )

    def is_due(self, now: datetime) -> bool:
        """Whether it may be told something now."""
        return not self.failures or (self.next_at is not None and datetime.fromisoformat(self.next_at) <= now)


def _fact(name: str) -> str:
    return f"webhook delivery {name}"


def read_delivery(ledger: Ledger, name: str) -> Delivery:
    """Where a receiver stands."""
    with ledger.reading() as t:
        found = t.facts.get(_fact(name))
    return Delivery() if found is None else Delivery(**json.loads(found))


def keep_delivery(ledger: Ledger, name: str, delivery: Delivery) -> None:
    """Note where a receiver stands."""
    with ledger.transaction() as t:
        t.facts.put(_fact(name), json.dumps(asdict(delivery), ensure_ascii=False))


class Receivers:
    """The receivers of ``coterie.yaml``, and how it goes with them; ``ws.webhooks``."""

    def __init__(self, stand: Stand) -> None:
        self._stand = stand

    def list(self, *, lang: Locale | None = None) -> Frame:
        """Every receiver: ``new``, ``good``, ``failing`` or ``gone``; when it said yes last, how often it did not since, and when it is told again."""
        rows = []
        for name, hook in self._stand.settings_now.webhooks.items():
            found = read_delivery(self._stand.ledger, name)
            instants = {key: getattr(found, key) for key in ("told_at", "failed_at", "next_at")}
            rows.append(
                {
                    "webhook": name,
                    "url": hook.url,
                    "segments": [*hook.segments],
                    "state": found.state,
                    **{key: at and datetime.fromisoformat(at) for key, at in instants.items()},
                    "failures": found.failures,
                    "why": restored(found.why) if found.why else None,
                }
            )
        return Frame.of(rows, lang or self._stand.lang, _LISTED)

    def retry(self, name: str) -> Frame:
        """Have a receiver told at the next look of the server, also one that is gone; raises ``UnknownName``."""
        hooks = self._stand.settings_now.webhooks
        if name not in hooks:
            raise UnknownName("webhook", name, hooks)
        found = read_delivery(self._stand.ledger, name)
        if found.failures:
            keep_delivery(self._stand.ledger, name, replace(found, next_at=self._stand.clock().isoformat()))
        return Frame.of([row for row in self.list() if row["webhook"] == name], self._stand.lang, _LISTED)
