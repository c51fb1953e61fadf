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
    """``centers`` (k × features), the label of every point (0 to k−1) and the sum of squared distances."""

    centers: Numbers
    labels: Labels
    inertia: float


Clusterer = Callable[[Numbers, int, int, int], Clustering]
"""(points, k, seed, starts) → clustering. The best of ``starts`` random starts is returned."""

CLUSTERERS: Registry[Clusterer] = Registry(
    "clusterer",
    {
        "k-means": "coterie.segment.segmentations.kmeans:fit_k_means",
        "mini-batch k-means": "coterie.segment.segmentations.kmeans:fit_mini_batch",
    },
)
