"""How long customers take to order again, where some have not come back yet and some never will."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, log

_AT_RISK = 20.0
"""Customers below whom the tail is too thin to be read."""

_NOBODY = 1e-9
"""A number of customers, or a share of them, that only the sums of their parts leave over."""

_LEAST_DECAY, _MOST_DECAY = 1e-6, 0.9


@dataclass(frozen=True)
class Spells:
    """Days (ascending) after which so many customers came back (``returned``) or were last seen (``open``)."""

    days: Sequence[float]
    returned: Sequence[float]
    open: Sequence[float]


@dataclass(frozen=True)
class GapDistribution:
    """When customers order again, by Kaplan and Meier: an unfinished silence is a gap at least as long.

    ``steps`` are (days, share who came back by then); ``seen_days`` is how far they can be read.
    ``returning`` is the share who ever come back: what was seen, and what the falling pace of the
    last two thirds lets expect beyond (Aitken's extrapolation); None where the pace does not fall
    yet, so that nothing can be said of the end.
    """

    steps: tuple[tuple[float, float], ...]
    seen_days: float
    returning: float | None
    decay: float

    def came_back(self, days: float) -> float:
        """The share of customers who came back within so many days."""
        if days > self.seen_days and self.returning is not None:
            left = self.returning - self._reached(self.seen_days)
            return float(self.returning - left * self.decay ** (3 * (days - self.seen_days) / self.seen_days))
        return self._reached(days)

    def quantile(self, share: float) -> float:
        """Days within which ``share`` of the gaps of those who come back end; infinite where that cannot be told."""
        if self.returning is None:
            return inf
        wanted = share * self.returning
        for days, reached in self.steps:
            if days <= self.seen_days and reached >= wanted - 1e-12:
                return days
        left, open_still = self.returning - self._reached(self.seen_days), self.returning - wanted
        if left <= 0 or open_still <= 0:
            return inf
        return self.seen_days + log(open_still / left) / log(self.decay) * self.seen_days / 3

    def will_return(self, days: float) -> float:
        """The chance that somebody silent for so many days ever comes back."""
        if self.returning is None:
            return 1.0
        gone = self.came_back(days)
        return max(self.returning - gone, 0.0) / (1 - gone) if gone < 1 else 0.0

    def silence_for_chance(self, chance: float) -> float:
        """The silence after which the chance to come back is at most ``chance``; infinite where it never is."""
        if self.returning is None or (self.returning >= 1 - 1e-9 and self.came_back(self.seen_days) < 1 - 1e-9):
            return inf
        for days, _ in self.steps:
            if days <= self.seen_days and self.will_return(days) <= chance:
                return days
        # left * decay^x <= chance * (1 - returning + left * decay^x), for x thirds of what was seen
        left = self.returning - self._reached(self.seen_days)
        wanted = chance * (1 - self.returning) / (1 - chance)
        return self.seen_days + log(wanted / left) / log(self.decay) * self.seen_days / 3

    def _reached(self, days: float) -> float:
        return max((reached for at, reached in self.steps if at <= days), default=0.0)


def gap_distribution(spells: Spells) -> GapDistribution:
    """The distribution from spells in which every customer weighs the same (Wang and Chang 1999).

    >>> found = gap_distribution(Spells([2, 5, 9], [30, 30, 0], [0, 0, 40]))
    >>> [(days, round(share, 2)) for days, share in found.steps]
    [(2, 0.3), (5, 0.6), (9, 0.6)]
    """
    at_risk = float(sum(spells.returned) + sum(spells.open))
    steps: list[tuple[float, float]] = []
    silent, seen = 1.0, 0.0
    for days, returned, still_open in zip(spells.days, spells.returned, spells.open, strict=True):
        if at_risk >= _AT_RISK or not steps:
            seen = days
        if at_risk > _NOBODY:
            silent *= max(1 - returned / at_risk, 0.0)
            silent = silent if silent > _NOBODY else 0.0
        steps.append((days, 1 - silent))
        at_risk -= returned + still_open
    found = GapDistribution(tuple(steps), float(seen), None, _LEAST_DECAY)
    first, second, third = (found.came_back(seen * part / 3) for part in (1, 2, 3))
    if third <= 0:
        return found
    if third >= 1 - 1e-9:
        return GapDistribution(tuple(steps), float(seen), 1.0, _LEAST_DECAY)
    decay = (third - second) / (second - first) if second > first else (0.0 if third == second else 1.0)
    if decay > _MOST_DECAY:
        return found
    decay = max(decay, _LEAST_DECAY)
    returning = min(third + (third - second) * decay / (1 - decay), 1.0)
    return GapDistribution(tuple(steps), float(seen), returning, decay)
