"""What a clustering is, and the ways to find one by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from coterie.registry import Registry
from coterie.segment.segmentations.features import Numbers

Labels = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Clustering:
    """``centers`` (k × features), the label of every point (0 to k−1) and the sum of squared distances to the centers."""

    centers: Numbers
    labels: Labels
    inertia: float


Clusterer = Callable[[Numbers, int, int, int], Clustering]
"""(points, k, seed, starts) → clustering. The best of ``starts`` random starts is returned.

A point belongs to the center nearest to it, for that is how those who come later are assigned.
The same points, ``k`` and ``seed`` give the same clustering, and the order of the points none
but the numbers of its parts. Fewer distinct points than ``k``, as a bootstrap may draw, leave
parts empty. ``coterie.testing.clusterers`` checks it.
"""

CLUSTERERS: Registry[Clusterer] = Registry(
    "clusterer",
    {
        "k-means": "coterie.segment.segmentations.kmeans:fit_k_means",
        "mini-batch k-means": "coterie.segment.segmentations.kmeans:fit_mini_batch",
    },
)
