"""What live turns cost and how late they are, of the last minute and ever."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

_REMEMBERED = timedelta(minutes=1)


@dataclass(frozen=True)
class LiveFigures:
    """``people`` brought up to date by turns, ``turns`` by kind, ``everybody`` by the reason why all had to be.

    ``lag_p50`` and ``lag_p95`` are seconds from the receipt of a message to the memberships that follow from it, over the last
    minute; None where none came.
    """

    people: int
    turns: Mapping[str, int]
    everybody: Mapping[str, int]
    entered: int
    left: int
    lag_p50: float | None
    lag_p95: float | None


@dataclass
class Figures:
    """Where turns are counted; read in any thread."""

    people: int = 0
    entered: int = 0
    left: int = 0
    turns: Counter[str] = field(default_factory=Counter)
    everybody: Counter[str] = field(default_factory=Counter)
    _lags: deque[tuple[datetime, float, int]] = field(default_factory=lambda: deque(maxlen=100_000))

    def heard(self, now: datetime, received: Mapping[datetime, int]) -> None:
        """Note that messages received at these instants, so many each, are in the memberships from ``now`` on."""
        for at, count in received.items():
            self._lags.append((now, max(0.0, (now - at).total_seconds()), count))

    def read(self, now: datetime) -> LiveFigures:
        """All of it as of ``now``."""
        recent = sorted((lag, count) for at, lag, count in list(self._lags) if now - at <= _REMEMBERED)
        return LiveFigures(
            self.people,
            dict(self.turns),
            dict(self.everybody),
            self.entered,
            self.left,
            _quantile(recent, 0.5),
            _quantile(recent, 0.95),
        )


def _quantile(lags: list[tuple[float, int]], share: float) -> float | None:
    """The least lag that at least ``share`` of the messages do not exceed."""
    wanted = share * sum(count for _, count in lags)
    for lag, count in lags:
        wanted -= count
        if wanted <= 0:
            return lag
    return None
