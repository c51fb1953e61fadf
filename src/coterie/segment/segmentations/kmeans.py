"""K-means: parts around centers (Lloyd's algorithm, k-means++ starts; scikit-learn)."""

from __future__ import annotations

import warnings
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from coterie.segment.segmentations.clustering import Clustering
from coterie.segment.segmentations.features import Numbers

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController


def fit_k_means(points: Numbers, k: int, seed: int, starts: int) -> Clustering:
    """The best of ``starts`` runs; the same seed gives the same clustering.

    >>> fit_k_means(np.array([[0.0], [0.1], [9.0]]), 2, 0, 5).labels.tolist() in ([0, 0, 1], [1, 1, 0])
    True
    """
    from sklearn.cluster import KMeans

    model = KMeans(n_clusters=k, n_init=starts, random_state=seed)
    return _fitted(model, points)


def fit_mini_batch(points: Numbers, k: int, seed: int, starts: int) -> Clustering:
    """Like k-means, on random batches of 4,096: faster on large samples, a little less exact."""
    from sklearn.cluster import MiniBatchKMeans

    model = MiniBatchKMeans(n_clusters=k, n_init=starts, random_state=seed, batch_size=4096)
    return _fitted(model, points)


@cache
def _pools() -> ThreadpoolController:
    """The pools of threads that the fit uses; finding them reads the map of the process, longer than a small fit takes."""
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def _fitted(model: object, points: Numbers) -> Clustering:
    from sklearn.exceptions import ConvergenceWarning

    # On samples of this size threads cost more than they bring, and beside other work they wait for each other for ever.
    with warnings.catch_warnings(), _pools().limit(limits=1):
        # A bootstrap sample may hold fewer distinct points than parts; the empty parts then score 0 by themselves.
        warnings.simplefilter("ignore", ConvergenceWarning)
        fitted = model.fit(points)  # type: ignore[attr-defined]
    return Clustering(
        np.asarray(fitted.cluster_centers_, dtype=np.float64),
        np.asarray(fitted.labels_, dtype=np.int64),
        float(fitted.inertia_),
    )
