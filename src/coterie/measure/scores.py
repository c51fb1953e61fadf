"""Two shares compared by score tests: variances are those that the hypothesis implies, not those the sample shows.

Where one arm is small (a tenth held out) the sample's own variance is too small just when
its share happens to be small, so that Wald's test finds gains that are not there. The
tests of Miettinen and Nurminen (1985) hold their level, and their intervals are what the
tests do not reject.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import acos, copysign, cos, inf, pi, sqrt

Counts = tuple[float, int]
"""Hits and units of an arm."""


def difference_bounds(control: Counts, treated: Counts, z: float) -> tuple[float, float]:
    """Bounds of the treated share less the control's, ``z`` standard errors away.

    >>> [round(bound, 4) for bound in difference_bounds((48, 80), (56, 70), 1.959964)]
    [0.0528, 0.3382]
    """
    value = _share(treated) - _share(control)
    return (
        falls_to(lambda d: difference_score(control, treated, d), z, -1.0, value),
        falls_to(lambda d: difference_score(control, treated, d), -z, value, 1.0),
    )


def difference_score(control: Counts, treated: Counts, difference: float = 0.0) -> float:
    """Standard errors from ``difference`` to the difference found, as if ``difference`` were true."""
    away = _share(treated) - _share(control) - difference
    return _over(away, _variance(control, treated, *_shares_apart(control, treated, difference)))


def ratio_score(control: Counts, treated: Counts, ratio: float) -> float:
    """Standard errors from ``ratio`` to the ratio of shares found, as if ``ratio`` were true."""
    away = _share(treated) - ratio * _share(control)
    base = _share_below(control, treated, ratio)
    return _over(away, _variance(control, treated, base, base * ratio, ratio))


def share_ratio_bounds(control: Counts, treated: Counts, z: float) -> tuple[float, float]:
    """Bounds of the treated share divided by the control's; 0 and infinity where nothing bounds it.

    >>> [round(bound, 3) for bound in share_ratio_bounds((48, 80), (56, 70), 1.959964)]
    [1.079, 1.672]
    """
    found = _share(treated) / _share(control) if control[0] else inf

    def score(position: float) -> float:  # ratios from 0 to infinity as positions from 0 to 1
        return ratio_score(control, treated, position / (1 - position))

    middle = found / (1 + found) if found < inf else 1.0
    low = falls_to(score, z, 0.0, middle) if treated[0] else 0.0
    high = falls_to(score, -z, middle, 1 - 1e-12) if control[0] else 1.0
    return low / (1 - low) if low < 1 else inf, high / (1 - high) if high < 1 - 1e-9 else inf


def differ_by_segment(cells: Sequence[tuple[Counts, Counts]]) -> float | None:
    """p-value that (control, treated) pairs share one effect: one difference of points, or one relative lift.

    Cochran's Q with the variances of the common effect, Mantel and Haenszel's. An effect
    that is the same in either way of counting is called the same: the larger p-value is
    returned. None for fewer than two pairs.
    """
    from scipy.special import chdtrc

    cells = [(c, t) for c, t in cells if 0 < c[0] + t[0] < c[1] + t[1]]
    if len(cells) < 2:
        return None
    sizes = [c[1] * t[1] / (c[1] + t[1]) for c, t in cells]
    difference = sum(w * (_share(t) - _share(c)) for w, (c, t) in zip(sizes, cells, strict=True)) / sum(sizes)
    base = sum(w * _share(c) for w, (c, _) in zip(sizes, cells, strict=True))
    apart = []
    for control, treated in cells:
        away = _share(treated) - _share(control) - difference
        apart.append((away, _variance(control, treated, *_shares_apart(control, treated, difference)), 1.0))
    distances = [_beyond(apart)]
    if base > 0:
        ratio, times = 1 + difference * sum(sizes) / base, []
        for control, treated in cells:
            own = _share_below(control, treated, ratio)
            away = _share(treated) - ratio * _share(control)
            times.append((away, _variance(control, treated, own, own * ratio, ratio), own))
        distances.append(_beyond(times))
    return float(chdtrc(len(cells) - 1, min(distances)))


def _beyond(found: Sequence[tuple[float, float, float]]) -> float:
    """Squared distances in standard errors, less what a change of the common effect would take off."""
    found = [(away, variance, slope) for away, variance, slope in found if variance > 0]
    along = sum(away * slope / variance for away, variance, slope in found)
    steep = sum(slope**2 / variance for _, variance, slope in found)
    return max(sum(away**2 / variance for away, variance, _ in found) - (along**2 / steep if steep > 0 else 0.0), 0.0)


def _share(arm: Counts) -> float:
    return arm[0] / arm[1]


def _over(away: float, variance: float) -> float:
    if abs(away) < 1e-15:
        return 0.0
    return away / sqrt(variance) if variance > 0 else copysign(inf, away)


def _variance(control: Counts, treated: Counts, low: float, high: float, ratio: float = 1.0) -> float:
    n = control[1] + treated[1]
    apart = high * (1 - high) / treated[1] + ratio**2 * low * (1 - low) / control[1]
    return max(apart, 0.0) * n / (n - 1)


def _shares_apart(control: Counts, treated: Counts, difference: float) -> tuple[float, float]:
    """The likeliest shares of control and treated that lie ``difference`` apart (Farrington, Manning 1990)."""
    size, p0, p1 = control[1] / treated[1], _share(control), _share(treated)
    a = 1 + size
    b = -(1 + size + p1 + size * p0 + difference * (size + 2))
    c = difference**2 + difference * (2 * p1 + size + 1) + p1 + size * p0
    d = -p1 * difference * (1 + difference)
    v = b**3 / (27 * a**3) - b * c / (6 * a**2) + d / (2 * a)
    u = copysign(sqrt(max(b**2 / (9 * a**2) - c / (3 * a), 0.0)), v)
    angle = (pi + acos(min(max(v / u**3, -1.0), 1.0))) / 3 if u else pi / 2
    high = min(max(2 * u * cos(angle) - b / (3 * a), 0.0, difference), 1.0, 1 + difference)
    return min(max(high - difference, 0.0), 1.0), high


def _share_below(control: Counts, treated: Counts, ratio: float) -> float:
    """The likeliest share of the control where the treated share is ``ratio`` times it."""
    (x0, n0), (x1, n1) = control, treated
    if ratio <= 0:
        return x0 / n0
    a, b, c = (n0 + n1) * ratio, -(n1 * ratio + x1 + n0 + x0 * ratio), x0 + x1
    return min(max((-b - sqrt(max(b * b - 4 * a * c, 0.0))) / (2 * a), 0.0), 1.0, 1 / ratio)


def falls_to(falling: Callable[[float], float], level: float, low: float, high: float, steps: int = 60) -> float:
    """Where a falling function between ``low`` and ``high`` comes down to ``level``, by halving so many times."""
    for _ in range(steps):
        middle = (low + high) / 2
        low, high = (middle, high) if falling(middle) > level else (low, middle)
    return (low + high) / 2
