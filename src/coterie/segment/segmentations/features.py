"""Traits made comparable: filled, cut at the ends, de-skewed, standardized; in numpy and, equally, in SQL."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt
from pydantic import ConfigDict

from coterie.segment.segmentations.columns import CodedColumn

Numbers = npt.NDArray[np.float64]
Preprocess = Literal["full", "standardize", "none"]
Reshape = Literal["none", "log", "power"]

FLAG_SPREAD = 0.5
"""The greatest deviation that a yes or no can have; standardized, the rarest would weigh as much as any quantity."""

SKEWED = 1.0
"""Beyond this absolute skewness a feature is reshaped; a lognormal of modest spread exceeds it, a uniform never does."""


class Feature(CodedColumn):
    """How one column becomes a coordinate; plain numbers, so a model can be stored and used by anyone.

    In this order: a missing value becomes ``fill``; values are cut at ``low`` and ``high``;
    ``reshape`` takes signed log(1 + |x|), or the Yeo-Johnson power ``power``; then
    ``(x - mean) / spread``. A yes or no is neither cut nor reshaped, and its spread is a half, so that a rare yes
    weighs little.

    >>> Feature(trait="orders", fill=1, reshape="log", mean=0, spread=1).coordinates(np.array([np.nan, 0]))
    array([0.69314718, 0.        ])
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    fill: float
    low: float | None = None
    high: float | None = None
    reshape: Reshape = "none"
    power: float = 1.0
    mean: float = 0.0
    spread: float = 1.0
    skewness_before: float = 0.0
    skewness_after: float = 0.0

    def coordinates(self, values: Numbers) -> Numbers:
        """The coordinates of raw values (one dimension; NaN for missing)."""
        filled = np.where(np.isfinite(values), values, self.fill)
        if self.low is not None and self.high is not None:
            filled = np.clip(filled, self.low, self.high)
        return (reshaped(filled, self.reshape, self.power) - self.mean) / self.spread

    def expression(self) -> str:
        """The same as SQL over ``traits``."""
        column = f"({self.sql()})"
        value = f"CASE WHEN isfinite({column}) THEN {column} ELSE {self.fill!r} END"
        if self.low is not None and self.high is not None:
            value = f"least(greatest({value}, {self.low!r}), {self.high!r})"
        return f"({_reshaped_sql(f'({value})', self.reshape, self.power)} - {self.mean!r}) / {self.spread!r}"


def reshaped(values: Numbers, reshape: Reshape, power: float = 1.0) -> Numbers:
    """Finite values after signed log(1 + |x|) or Yeo & Johnson's power (Biometrika 2000)."""
    if reshape == "none":
        return values
    positive, negative = np.maximum(values, 0), np.maximum(-values, 0)
    if reshape == "log":
        return np.log1p(positive) - np.log1p(negative)
    return _power_of(positive, power) - _power_of(negative, 2 - power)


_AS_GOOD_AS_ZERO = 1e-7
"""A power so small is the logarithm within 1e-5; closer to 0 the formula loses its digits, and engines lose others."""


def _power_of(size: Numbers, power: float) -> Numbers:
    return np.log1p(size) if abs(power) < _AS_GOOD_AS_ZERO else ((size + 1) ** power - 1) / power


def _reshaped_sql(value: str, reshape: Reshape, power: float) -> str:
    if reshape == "none":
        return value
    positive, negative = f"greatest({value}, 0)", f"greatest(-{value}, 0)"
    if reshape == "log":
        return f"(ln(1 + {positive}) - ln(1 + {negative}))"
    return f"({_power_sql(positive, power)} - {_power_sql(negative, 2 - power)})"


def _power_sql(size: str, power: float) -> str:
    return f"ln(1 + {size})" if abs(power) < _AS_GOOD_AS_ZERO else f"((pow(1 + {size}, {power!r}) - 1) / ({power!r}))"


def fit_feature(trait: str | CodedColumn, values: Numbers, preprocess: Preprocess = "full") -> Feature:
    """The feature of a trait or column learned from raw values (NaN for missing); missing become the median.

    ``full`` cuts at the 0.5 % and 99.5 % quantiles and reshapes what is skewed by more than 1;
    ``standardize`` only centers and scales; ``none`` leaves the units as they are.

    >>> fit_feature("spend", np.exp(np.linspace(0, 6, 200))).reshape
    'log'
    """
    column = CodedColumn(trait=trait) if isinstance(trait, str) else trait
    read = column.model_dump(include=set(CodedColumn.model_fields))
    present = values[np.isfinite(values)]
    fill = float(np.median(present))
    filled = np.where(np.isfinite(values), values, fill)
    before = skewness(filled)
    if preprocess == "none":
        return Feature(**read, fill=fill, skewness_before=before, skewness_after=before)
    if is_flag(values):
        mean = float(filled.mean())
        return Feature(**read, fill=fill, mean=mean, spread=FLAG_SPREAD, skewness_before=before, skewness_after=before)
    low: float | None = None
    high: float | None = None
    reshape: Reshape = "none"
    power = 1.0
    if preprocess == "full":
        low, high = (float(edge) for edge in np.quantile(present, [0.005, 0.995]))
        if low < high:
            filled = np.clip(filled, low, high)
        else:  # nearly everybody has one value; cutting would leave nothing to tell people apart
            low = high = None
        reshape, power = _least_skewed(filled)
    coordinates = reshaped(filled, reshape, power)
    return Feature(
        **read,
        fill=fill,
        low=low,
        high=high,
        reshape=reshape,
        power=power,
        mean=float(coordinates.mean()),
        spread=float(coordinates.std()) or 1.0,
        skewness_before=before,
        skewness_after=skewness(coordinates),
    )


def is_flag(values: Numbers) -> bool:
    """Whether values (NaN for missing) are yes and no alone.

    >>> is_flag(np.array([0.0, 1.0, np.nan])), is_flag(np.array([1.0, 2.0]))
    (True, False)
    """
    return set(np.unique(values[np.isfinite(values)])) <= {0.0, 1.0}


def _least_skewed(values: Numbers) -> tuple[Reshape, float]:
    if abs(skewness(values)) <= SKEWED:
        return "none", 1.0
    if abs(skewness(reshaped(values, "log"))) <= SKEWED:
        return "log", 1.0
    from scipy.stats import yeojohnson_normmax

    power = float(np.clip(yeojohnson_normmax(values), -5, 5))
    choices: tuple[tuple[Reshape, float], ...] = (("none", 1.0), ("log", 1.0), ("power", power))
    return min(choices, key=lambda choice: abs(skewness(reshaped(values, *choice))))


def skewness(values: Numbers) -> float:
    """The third standardized moment; 0 where nothing varies.

    >>> round(skewness(np.array([0.0, 0.0, 0.0, 1.0])), 3)
    1.155
    """
    away = values - values.mean()
    spread = float(np.sqrt(np.mean(away**2)))
    return float(np.mean(away**3) / spread**3) if spread > 1e-12 * max(1.0, float(np.abs(values).max())) else 0.0
