"""Estimators by name; each is one file that needs only the moments of two arms."""

from __future__ import annotations

from coterie.measure.contract import Estimator
from coterie.registry import Registry

ESTIMATORS: Registry[type[Estimator]] = Registry(
    "estimator",
    {
        "cuped": "coterie.measure.estimators.cuped:Cuped",
        "cuped_ratio": "coterie.measure.estimators.cuped_ratio:CupedRatio",
        "difference_of_means": "coterie.measure.estimators.means:DifferenceOfMeans",
        "difference_of_proportions": "coterie.measure.estimators.proportions:DifferenceOfProportions",
        "difference_of_ratios": "coterie.measure.estimators.ratios:DifferenceOfRatios",
        "difference_of_skewed_means": "coterie.measure.estimators.skewed_means:SkewedMeans",
        "relative_lift": "coterie.measure.estimators.relative_lift:RelativeLift",
        "relative_lift_of_proportions": "coterie.measure.estimators.relative_proportions:RelativeProportions",
    },
)
