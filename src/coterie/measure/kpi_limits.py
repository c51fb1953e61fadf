"""Between which bounds a key figure lies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, sqrt

from coterie.measure.intervals import wilson
from coterie.measure.kpi import Kpi

_SKEWED = 11.0
"""Below this many times the squared skewness of the values a nominal 5 % is more like 10 (Edgeworth's first term)."""


@dataclass(frozen=True)
class Limits:
    """``low`` and ``high``, None where none can be given; ``is_rough`` where few unequal values decide."""

    low: float | None = None
    high: float | None = None
    is_rough: bool = False


def limits(kpi: Kpi, ratio: float, piece: Callable[[str], float], confidence: float) -> Limits:
    """The interval of ``ratio`` from sums over profiles of products of numerator ``y`` and denominator ``d``.

    Shares stay on their own scale (0 to 1, or from ``kpi.least``): Wilson's interval for as many
    independent answers as have this variance, clustered by profile. Other ratios: Student's by the delta method, on
    the logarithm where it would reach below what can be.
    """
    from scipy.special import stdtrit

    n, bottom = piece("n"), piece("d")
    if n < 2:
        return Limits()
    spread = max(piece("yy") - 2 * ratio * piece("yd") + ratio**2 * piece("dd"), 0.0)
    error = spread * n / (n - 1) / bottom**2
    width = 1 - kpi.least
    place = (ratio - kpi.least) / width
    if kpi.unit == "share" and -1e-12 <= place <= 1 + 1e-12:
        low, high = _share(min(max(place, 0.0), 1.0), error / width**2, n, confidence)
        return Limits(low * width + kpi.least, high * width + kpi.least)
    if spread == 0:
        return Limits()
    reach = float(stdtrit(n - 1, (1 + confidence) / 2)) * sqrt(error)
    cubes = piece("yyy") - 3 * ratio * piece("yyd") + 3 * ratio**2 * piece("ydd") - ratio**3 * piece("ddd")
    is_rough = n < _SKEWED * (cubes / n) ** 2 / (spread / n) ** 3
    if 0 < ratio < reach:
        return Limits(ratio * exp(-reach / ratio), ratio * exp(reach / ratio), is_rough)
    return Limits(ratio - reach, ratio + reach, is_rough)


def _share(share: float, error: float, n: float, confidence: float) -> tuple[float, float]:
    # All or none: no spread of its own tells how many independent answers there were; profiles are.
    worth = n if error <= 1e-15 or share in (0, 1) else share * (1 - share) / error
    return wilson(share * worth, worth, confidence)
