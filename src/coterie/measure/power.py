"""How large a sample must be, what one could have seen, and whether arms came out in the sizes meant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import asin, ceil, sqrt
from typing import Literal

from coterie.errors import Refused
from coterie.words import sentence

Formula = Literal["pooled", "unpooled", "arcsine"]
"""Variance used for two shares: pooled as R's ``power.prop.test`` (normal approximation),
unpooled, or Cohen's arcsine effect size h."""


def _quantile(probability: float) -> float:
    from scipy.special import ndtri

    return float(ndtri(probability))


def sample_size_for_shares(
    base: float, target: float, *, power: float = 0.8, alpha: float = 0.05, formula: Formula = "pooled"
) -> float:
    """Profiles per arm to tell ``target`` from ``base`` in a two-sided test of two equal arms.

    The chance of significance in the wrong direction is left out of pooled and unpooled, as
    R does, and counted by arcsine, as statsmodels does. Not rounded.

    >>> round(sample_size_for_shares(0.10, 0.11), 2), round(sample_size_for_shares(0.10, 0.11, formula="arcsine"), 2)
    (14750.79, 14744.1)
    """
    if not (0 < base < 1 and 0 < target < 1) or base == target:
        raise Refused(
            sentence(
                "shares {base} and {target} were given; two different shares between 0 and 1 are needed",
                base=base,
                target=target,
            )
        )
    tail, reach = _quantile(1 - alpha / 2), _quantile(power)
    own = sqrt(base * (1 - base) + target * (1 - target))
    if formula == "arcsine":
        return _both_tails(2 * abs(asin(sqrt(target)) - asin(sqrt(base))), power, alpha)
    middle = (base + target) / 2
    null = sqrt(2 * middle * (1 - middle)) if formula == "pooled" else own
    return ((tail * null + reach * own) / (target - base)) ** 2


def _both_tails(effect: float, power: float, alpha: float) -> float:
    from scipy.optimize import brentq

    start = 2 * ((_quantile(1 - alpha / 2) + _quantile(power)) / effect) ** 2
    return float(brentq(lambda n: power_for(effect, sqrt(2 / n), alpha=alpha) - power, start * 0.5, start * 2))


def sample_size_for_means(effect: float, *, power: float = 0.8, alpha: float = 0.05) -> float:
    """Profiles per arm to see a standardised difference ``effect`` (Cohen's d) by a two-sided t-test.

    Solved with the noncentral t distribution. Not rounded.

    >>> round(sample_size_for_means(0.5), 2)
    63.77
    """
    from scipy.optimize import brentq
    from scipy.special import nctdtr, stdtrit

    if effect == 0:
        raise Refused("an effect of 0 was given; nothing can tell it from 0")

    def shortfall(n: float) -> float:
        degrees, shift = 2 * n - 2, abs(effect) * sqrt(n / 2)
        reach = float(stdtrit(degrees, 1 - alpha / 2))
        return 1 - float(nctdtr(degrees, shift, reach)) + float(nctdtr(degrees, shift, -reach)) - power

    start = 2 * ((_quantile(1 - alpha / 2) + _quantile(power)) / effect) ** 2
    return float(brentq(shortfall, max(start * 0.5, 2.0), start + 100))


def detectable_effect(standard_error: float, *, power: float = 0.8, alpha: float = 0.05) -> float:
    """The smallest true effect that a two-sided z-test with this standard error sees with ``power``.

    (z(1 - alpha/2) + z(power)) × standard error.

    >>> round(detectable_effect(1.0), 3)
    2.802
    """
    return (_quantile(1 - alpha / 2) + _quantile(power)) * standard_error


def power_for(effect: float, standard_error: float, *, alpha: float = 0.05) -> float:
    """Probability that a two-sided z-test with this standard error sees a true ``effect``.

    Ask it of an effect that was planned. Asked of the effect that was observed it only
    repeats the p-value (Hoenig, Heisey 2001).

    >>> round(power_for(2.802, 1.0), 3)
    0.8
    """
    from scipy.special import ndtr

    reach, shift = _quantile(1 - alpha / 2), abs(effect) / standard_error
    return float(ndtr(shift - reach) + ndtr(-shift - reach))


def holdout_share(
    audience: int, base: float, relative_lift: float, *, power: float = 0.8, alpha: float = 0.05
) -> float:
    """Smallest share of ``audience`` to hold out so that ``relative_lift`` on ``base`` is seen with ``power``.

    Unpooled variances, two-sided z. Raises ``Refused`` when even one half is too little,
    naming the audience that would do.

    >>> round(holdout_share(100_000, 0.05, 0.10), 3)
    0.187
    """
    target = base * (1 + relative_lift)
    if not (0 < base < 1 and 0 < target < 1) or relative_lift == 0:
        raise Refused(
            sentence(
                "a rate of {base} with a lift of {lift} was given; both rates must lie between 0 and 1",
                base=base,
                lift=relative_lift,
            )
        )
    allowed = ((target - base) / (_quantile(1 - alpha / 2) + _quantile(power))) ** 2
    vc, vt = base * (1 - base), target * (1 - target)
    # vc/(s N) + vt/((1-s) N) = allowed, a quadratic in s whose smaller root is the smallest holdout.
    scaled = allowed * audience
    half = (scaled + vc - vt) / (2 * scaled)
    inside = half**2 - vc / scaled
    if inside < 0:
        needed = ceil((sqrt(vc) + sqrt(vt)) ** 2 / allowed)
        raise Refused(
            sentence(
                "{n:,} {n|profile|profiles} cannot show a lift of {lift:.0%} on {base:.1%}; {needed:,} or more could",
                n=audience,
                lift=relative_lift,
                base=base,
                needed=needed,
            )
        )
    return half - sqrt(inside)


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
