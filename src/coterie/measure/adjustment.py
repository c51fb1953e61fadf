"""What a covariate known before takes off an outcome."""

from __future__ import annotations

from coterie.measure.moments import Moments


def pooled_slope(control: Moments, treated: Moments) -> float:
    """Slope of y on x within arms; 0 when x never varies."""
    weights = [max(arm.n - 1, 0) for arm in (control, treated)]
    shared = sum(w * arm.covariance("y", "x") for w, arm in zip(weights, (control, treated), strict=True))
    spread = sum(w * arm.variance("x") for w, arm in zip(weights, (control, treated), strict=True))
    return shared / spread if spread > 0 else 0.0


def variance_reduction(control: Moments, treated: Moments) -> float:
    """Share of the variance of the difference that the covariate takes away, as found: 0 to 1.

    It is the squared correlation of outcome and covariate, and small when the past says
    little about the outcome.
    """
    slope = pooled_slope(control, treated)
    before = sum(arm.variance("y") / arm.n for arm in (control, treated))
    after = sum(adjusted_variance(arm, slope) / arm.n for arm in (control, treated))
    return 1 - after / before if before > 0 else 0.0


def adjusted_variance(arm: Moments, slope: float) -> float:
    """Variance of y after taking off slope × x."""
    return max(arm.variance("y") - 2 * slope * arm.covariance("y", "x") + slope**2 * arm.variance("x"), 0.0)


def shared_spread(control: Moments, treated: Moments, slope: float) -> tuple[float, float]:
    """Variance and skewness of the difference of means, were both arms spread as they are together."""
    arms, n = (control, treated), control.n + treated.n
    if min(control.n, treated.n) < 1 or n < 3:
        return 0.0, 0.0
    variance = sum((arm.n - 1) * adjusted_variance(arm, slope) for arm in arms) / (n - 2)
    third = sum(arm.n * arm.third_moment(slope) for arm in arms) / n
    spread = variance * (1 / control.n + 1 / treated.n)
    if spread <= 0:
        return 0.0, 0.0
    return spread, third * (1 / treated.n**2 - 1 / control.n**2) / spread**1.5
