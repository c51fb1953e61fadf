"""Did the arms come out in the sizes they were meant to?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class SampleRatio:
    """Observed and expected arm sizes with the chi-square test of their difference.

    ``passed`` is false below ``threshold``: then something other than chance moved
    profiles between arms, and no effect may be read.
    """

    observed: Mapping[str, int]
    expected: Mapping[str, float]
    chi_square: float
    p_value: float
    threshold: float = 0.001

    @property
    def passed(self) -> bool:
        """Whether chance explains the sizes."""
        return self.p_value >= self.threshold


def sample_ratio(observed: Mapping[str, int], shares: Mapping[str, float], *, threshold: float = 0.001) -> SampleRatio:
    """Pearson's chi-square of arm sizes against ``shares``, which are scaled to sum to 1.

    An arm that was expected and is missing counts as 0; one that was never expected
    makes the test fail with p = 0. The threshold .001 keeps false alarms rare
    (Fabijan et al. 2019).

    >>> round(sample_ratio({"a": 135, "b": 115}, {"a": 0.5, "b": 0.5}).p_value, 6)
    0.205903
    """
    from scipy.special import chdtrc

    arms = sorted({*observed, *(arm for arm, share in shares.items() if share > 0)})
    total, whole = sum(observed.values()), sum(shares.values())
    expected = {arm: total * shares.get(arm, 0.0) / whole for arm in arms}
    counts = {arm: observed.get(arm, 0) for arm in arms}
    if any(expected[arm] == 0 and counts[arm] for arm in arms):
        return SampleRatio(counts, expected, float("inf"), 0.0, threshold)
    distance = sum((counts[arm] - expected[arm]) ** 2 / expected[arm] for arm in arms if expected[arm])
    p_value = float(chdtrc(len(arms) - 1, distance)) if len(arms) > 1 else 1.0
    return SampleRatio(counts, expected, distance, p_value, threshold)
