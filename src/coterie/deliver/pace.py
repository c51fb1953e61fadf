"""Turns at a steady rate, so that a message is admitted when it really goes, not before."""

from __future__ import annotations

from coterie.deliver.contract import Provider

_AT_ONCE = 0.1
"""Seconds whose turns may be taken together, so that a fast rate is not slowed by one transaction for each message."""


class Pace:
    """How many messages may go at an instant (seconds of any steady clock), under the provider's ``per_second``."""

    def __init__(self, provider: Provider) -> None:
        self._rate = provider.per_second
        self._next_at: float | None = None

    def turns(self, now: float) -> float:
        """How many may go now; unlimited without a rate."""
        if self._rate is None:
            return float("inf")
        if self._next_at is None:
            return 1
        together = max(1, int(self._rate * _AT_ONCE))
        return max(0, min(together, int((now - self._next_at) * self._rate) + 1)) if now >= self._next_at else 0

    def take(self, turns: int, now: float) -> None:
        """Use up as many turns; those of the past that nobody took are gone."""
        if self._rate is None or not turns:
            return
        together = max(1, int(self._rate * _AT_ONCE))
        earliest = now - (together - 1) / self._rate
        begin = now if self._next_at is None else max(self._next_at, earliest)
        self._next_at = begin + turns / self._rate

    def wait(self, now: float) -> float:
        """Seconds until the next turn."""
        return 0.0 if self._rate is None or self._next_at is None else max(0.0, self._next_at - now)
