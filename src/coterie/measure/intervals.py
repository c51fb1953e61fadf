"""From a value and its variance to an interval and a p-value."""

from __future__ import annotations

from math import sqrt

from coterie.domain import Estimate


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


def ratio_bounds(
    top: tuple[float, float], bottom: tuple[float, float], degrees: float, confidence: float
) -> tuple[float, float] | None:
    """Fieller's bounds of a ratio of two independent means, each with its squared standard error.

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
    middle = top[0] * bottom[0]
    root = sqrt(max(middle**2 - square * (top[0] ** 2 - reach * top[1]), 0.0))
    return (middle - root) / square, (middle + root) / square


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
