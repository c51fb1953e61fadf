"""What clustering finds where there is nothing to find."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from coterie.segment.segmentations.clustering import Clusterer
from coterie.segment.segmentations.features import Numbers

_DRAWS = 10
_POINTS = 500
_STARTS = 3


def groupless_silhouette(points: Numbers, k: int, clusterer: Clusterer, *, seed: int) -> float:
    """The silhouette that ``k`` parts of data without groups do not exceed: mean and three deviations of ten draws.

    The greater of two nulls. One shuffles each column by itself, so that nothing but the columns alone (their
    zeros, their filled gaps) can make parts; with one column there is nothing to shuffle. The draws of the other are spread evenly over a box along the principal axes of ``points``, with the
    same variances, which of all shapes without groups divides the most willingly (Tibshirani,
    Walther, Hastie 2001, the reference of their gap statistic). At most 500 points a draw.

    >>> from coterie.segment.segmentations.clustering import CLUSTERERS
    >>> line = np.random.default_rng(0).normal(size=(300, 1))
    >>> round(groupless_silhouette(line, 3, CLUSTERERS[next(iter(CLUSTERERS))], seed=0), 1)
    0.6
    """
    from sklearn.metrics import silhouette_score

    rng = np.random.default_rng(seed)
    _, singular, axes = np.linalg.svd(points - points.mean(0), full_matrices=False)
    reach = singular * np.sqrt(3 / len(points))  # half the width of an even spread is its deviation times the root of 3
    many = min(len(points), _POINTS)

    def even() -> Numbers:
        drawn: Numbers = (rng.uniform(-1, 1, (many, len(reach))) * reach) @ axes
        return drawn

    def shuffled() -> Numbers:
        return np.column_stack([rng.permutation(column)[:many] for column in points.T])

    def most(draw: Callable[[], Numbers]) -> float:
        found = []
        for _ in range(_DRAWS):
            drawn = draw()
            labels = clusterer(drawn, k, int(rng.integers(2**31)), _STARTS).labels
            found.append(float(silhouette_score(drawn, labels)) if len(np.unique(labels)) > 1 else 1.0)
        # Three deviations, since every number of parts that is tried is one more chance to exceed it.
        return float(np.mean(found) + 3 * np.std(found, ddof=1))

    return max(most(even), most(shuffled)) if points.shape[1] > 1 else most(even)
