"""From a value and its variance to an interval and a p-value, honest where many questions are asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import sqrt

from coterie.domain import Estimate, NotEstimable
from coterie.measure.moments import Moments


def deviations(confidence: float) -> float:
    """Standard errors that a two-sided normal interval reaches to either side."""
    from scipy.special import ndtri

    return float(ndtri((1 + confidence) / 2))


def two_sided(score: float) -> float:
    """p-value of a normal score, either direction counting."""
    from scipy.special import ndtr

    return 2 * float(ndtr(-abs(score)))


def welch_degrees(control: tuple[float, int], treated: tuple[float, int]) -> float:
    """Welch-Satterthwaite degrees of freedom from (sample variance, n) of two arms.

    >>> round(welch_degrees((1.0, 10), (1.0, 10)), 6)
    18.0
    """
    (va, na), (vb, nb) = control, treated
    a, b = va / na, vb / nb
    spread = a * a / (na - 1) + b * b / (nb - 1)
    return (a + b) ** 2 / spread if spread > 0 else float("inf")


def interval(
    value: float, variance: float, degrees: float, *, confidence: float, unit: str, method: str, n: int
) -> Estimate:
    """A two-sided Student interval around ``value``; normal when ``degrees`` is infinite.

    >>> e = interval(1.0, 0.25, float("inf"), confidence=0.95, unit="", method="z", n=4)
    >>> round(e.low, 3), round(e.high, 3), round(e.p_value, 4)
    (0.02, 1.98, 0.0455)
    """
    from scipy.special import ndtr, ndtri, stdtr, stdtrit

    error = sqrt(variance)
    tail = (1 + confidence) / 2
    is_normal = degrees == float("inf")
    reach = error * float(ndtri(tail) if is_normal else stdtrit(degrees, tail))
    score = -abs(value) / error
    p_value = 2 * float(ndtr(score) if is_normal else stdtr(degrees, score))
    return Estimate(value, value - reach, value + reach, confidence, unit, method, n, p_value)


SKEWEST = 1.0
"""Skewness of a difference up to which its interval is corrected; the expansion leads astray beyond."""


def skewed_interval(
    value: float, variance: float, skewness: float, degrees: float, *, confidence: float, unit: str, method: str, n: int
) -> Estimate:
    """An interval around a ``value`` whose errors have this skewness, by Cornish and Fisher's expansion.

    >>> e = skewed_interval(1.0, 0.25, 0.6, float("inf"), confidence=0.95, unit="", method="z", n=4)
    >>> round(e.low, 3), round(e.high, 3), round(e.p_value, 4)
    (-0.122, 1.838, 0.0747)
    """
    from scipy.special import ndtr, ndtri, stdtr, stdtrit

    error, bend = sqrt(variance), min(max(skewness, -SKEWEST), SKEWEST) / 6
    tail, is_normal = (1 + confidence) / 2, degrees == float("inf")
    z = float(ndtri(tail) if is_normal else stdtrit(degrees, tail))
    shift = bend * (z * z - 1)
    away = value / error + bend
    score = -_unbent(abs(away), bend if away > 0 else -bend)
    p_value = min(2 * float(ndtr(score) if is_normal else stdtr(degrees, score)), 1.0)
    return Estimate(
        value, value - error * (z + shift), value + error * (z - shift), confidence, unit, method, n, p_value
    )


_MOST_SKEWED_MEAN = 0.6
"""Skewness of a mean above which there is no interval: beyond, 95 % hold 87 % and soon a third. One value that outweighs
all others makes it nearly 1, and nothing makes it more."""


def mean_interval(
    moments: Moments, *, confidence: float = 0.95, unit: str = "", variable: str = "y"
) -> Estimate | NotEstimable:
    """A mean with Student's interval, moved towards where a skewed sample lies off (Johnson 1978, Hall 1992).

    No estimate from fewer than two units, from units all alike, or where a few large
    values make most of the sum.

    >>> from coterie.measure.moments import Moments
    >>> e = mean_interval(Moments.of([1.0] * 30 + [2.0] * 8 + [6.0, 7.0]))
    >>> round(e.value, 3), round(e.low, 3), round(e.high, 3)
    (1.475, 1.24, 2.033)
    """
    from scipy.special import stdtrit

    own = moments.only(y=variable)
    n, variance = own.n, own.variance()
    if n < 2:
        return NotEstimable("there are fewer than two values", needs="two or more")
    if variance == 0:
        return NotEstimable("all values are the same", needs="values that vary")
    error = sqrt(variance / n)
    skewness = own.third_moment() / (error * n) ** 3 * n
    if abs(skewness) > _MOST_SKEWED_MEAN:
        return NotEstimable("a few large values make most of the sum", needs="more values")
    z = float(stdtrit(n - 1, (1 + confidence) / 2))
    shift = skewness / 6 * (2 * z * z + 1)
    low, high = own.mean() - error * (z - shift), own.mean() + error * (z + shift)
    return Estimate(own.mean(), low, high, confidence, unit, "mean (Student, for skewness)", n)


def _unbent(away: float, bend: float) -> float:
    """The deviation z with z + bend × z² = ``away``; beyond the bend's crest the deviation itself."""
    inside = 1 + 4 * bend * away
    return 2 * away / (1 + sqrt(inside)) if inside > 0 else max(away, -1 / (2 * bend))


CLEAR_OF_ZERO = 5.0
"""Standard errors between a mean and 0 beyond which a ratio to it is as good as symmetric."""


def ratio_bounds(
    top: tuple[float, float], bottom: tuple[float, float], degrees: float, confidence: float, shared: float = 0.0
) -> tuple[float, float] | None:
    """Fieller's bounds of a ratio of two means, each with its squared standard error; ``shared`` is their covariance.

    None where ``bottom`` cannot be told from 0 at that confidence, for then they are endless.

    >>> [round(bound, 3) for bound in ratio_bounds((6.0, 1.0), (4.0, 1.0), float("inf"), 0.95)]
    [0.855, 3.093]
    """
    from scipy.special import ndtri, stdtrit

    tail = (1 + confidence) / 2
    reach = float(ndtri(tail) if degrees == float("inf") else stdtrit(degrees, tail)) ** 2
    square = bottom[0] ** 2 - reach * bottom[1]
    if square <= 0:
        return None
    middle = top[0] * bottom[0] - reach * shared
    root = sqrt(max(middle**2 - square * (top[0] ** 2 - reach * top[1]), 0.0))
    return (middle - root) / square, (middle + root) / square


def relative_interval(
    top: tuple[float, float],
    bottom: tuple[float, float],
    degrees: float,
    *,
    shared: float = 0.0,
    confidence: float,
    unit: str,
    method: str,
    n: int,
    clear_of_zero: float = CLEAR_OF_ZERO,
) -> Estimate | NotEstimable:
    """A difference divided by the control's mean, each with its squared standard error, by the delta method.

    A mean within ``clear_of_zero`` standard errors of 0 makes the ratio lopsided: the bounds then reach to Fieller's
    (1954) where those are wider, and where they are endless there is no estimate.
    """
    bounds = ratio_bounds(top, bottom, degrees, confidence, shared)
    if bounds is None:
        return NotEstimable(
            "the control's mean cannot be told from 0, so nothing can be relative to it",
            needs="more conversions in the control",
        )
    value = top[0] / bottom[0]
    variance = (top[1] - 2 * value * shared + value**2 * bottom[1]) / bottom[0] ** 2
    if variance <= 0:
        return NotEstimable("every customer of both arms has the same value", needs="outcomes that vary")
    found = interval(value, variance, degrees, confidence=confidence, unit=unit or "relative", method=method, n=n)
    if abs(bottom[0]) > clear_of_zero * sqrt(bottom[1]):
        return found
    low, high = min(found.low, bounds[0]), max(found.high, bounds[1])
    return replace(
        found, low=low, high=high, method=method.replace("delta method", "delta method and Fieller, the wider")
    )


def wilson(hits: float, n: float, confidence: float = 0.95) -> tuple[float, float]:
    """Wilson's score interval of a share (Wilson 1927), which stays within 0-1 and is wide at 0 hits.

    >>> [round(v, 3) for v in wilson(0, 20)]
    [0.0, 0.161]
    """
    from scipy.special import ndtri

    z = float(ndtri((1 + confidence) / 2))
    share = hits / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    reach = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return (max(middle - reach, 0.0) if hits > 0 else 0.0), (min(middle + reach, 1.0) if hits < n else 1.0)


def holm(p_values: Sequence[float]) -> list[float]:
    """p-values adjusted so that the chance of any false alarm stays below alpha (Holm 1979).

    >>> [round(p, 2) for p in holm([0.01, 0.04, 0.03])]
    [0.03, 0.06, 0.06]
    """
    adjusted, running, m = [0.0] * len(p_values), 0.0, len(p_values)
    for rank, position in enumerate(sorted(range(m), key=lambda k: p_values[k])):
        running = max(running, min((m - rank) * p_values[position], 1.0))
        adjusted[position] = running
    return adjusted
