"""How much a source may send: so many messages a second, and so many at once after it was quiet."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

_MOST_KNOWN = 50_000
"""Sources that are remembered at once; beyond it those whose buckets have filled again are forgotten."""


class Allowance:
    """For each source a bucket that fills by ``a_second`` up to ``at_once``; what is asked for is taken out of it.

    More than ``at_once`` in one request is let in where the bucket is full, and paid back by waiting. ``clock`` counts
    seconds. It belongs to one thread.

    >>> now = [0.0]
    >>> allowance = Allowance(10, 20, lambda: now[0])
    >>> allowance.wait("shop", 20), allowance.wait("shop", 5), allowance.wait("other", 1)
    (0.0, 0.5, 0.0)
    >>> now[0] = 0.5
    >>> allowance.wait("shop", 5)
    0.0
    """

    def __init__(self, a_second: float, at_once: int, clock: Callable[[], float] = monotonic) -> None:
        self._a_second, self._at_once, self._clock = a_second, at_once, clock
        self._left: dict[str, tuple[float, float]] = {}

    def wait(self, source: str, messages: int) -> float:
        """Seconds after which so many messages may come; 0 where they may now, and are taken."""
        now = self._clock()
        if len(self._left) > _MOST_KNOWN:
            full = self._at_once
            kept = {
                name: (left, at) for name, (left, at) in self._left.items() if left + (now - at) * self._a_second < full
            }
            self._left = kept if len(kept) <= _MOST_KNOWN else {}
        left, at = self._left.get(source, (float(self._at_once), now))
        left = min(self._at_once, left + (now - at) * self._a_second)
        missing = min(messages, self._at_once) - left
        if missing > 0:
            self._left[source] = left, now
            return missing / self._a_second
        self._left[source] = left - messages, now
        return 0.0
