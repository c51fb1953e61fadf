"""How surely the parts of a clustering come back when the people are drawn anew."""

from __future__ import annotations

import numpy as np

from coterie.segment.segmentations.clustering import Clusterer, Clustering, Labels
from coterie.segment.segmentations.features import Numbers

STABILITY_LABELS: tuple[tuple[float, str], ...] = (
    (0.85, "highly stable"),
    (0.75, "valid"),
    (0.6, "a pattern, not a sure part"),
    (0.5, "do not trust"),
    (0.0, "dissolved"),
)
"""Least mean Jaccard similarity → what to think of the part (Hennig 2007, as in R's ``fpc::clusterboot``)."""


def stability_label(jaccard: float) -> str:
    """What a mean Jaccard similarity says of a part; keys of the catalogue.

    >>> stability_label(0.97), stability_label(0.5)
    ('highly stable', 'dissolved')
    """
    if jaccard <= 0.5:
        return "dissolved"
    return next(label for least, label in STABILITY_LABELS if jaccard >= least)


def bootstrap_jaccard(
    points: Numbers, clustering: Clustering, clusterer: Clusterer, *, rounds: int, seed: int, starts: int = 3
) -> Numbers:
    """Jaccard similarities, ``rounds`` × k: each part against its nearest part in a bootstrap sample.

    Every round draws as many points as there are, with replacement, clusters them anew, and
    compares on the distinct points drawn (C. Hennig, Cluster-wise assessment of cluster
    stability, 2007). A part that was not drawn at all is NaN in that round.
    """
    k, rng = len(clustering.centers), np.random.default_rng(seed)
    found = np.empty((rounds, k))
    for place in range(rounds):
        drawn = rng.integers(0, len(points), len(points))
        again = clusterer(points[drawn], k, int(rng.integers(2**31)), starts)
        distinct, first = np.unique(drawn, return_index=True)
        found[place] = jaccard_to_nearest(clustering.labels[distinct], again.labels[first], k)
    return found


def mean_jaccard(similarities: Numbers) -> Numbers:
    """The mean of every part over the rounds in which it was drawn; 0 for one that never was.

    >>> mean_jaccard(np.array([[1.0, np.nan], [0.5, np.nan]]))
    array([0.75, 0.  ])
    """
    drawn = np.isfinite(similarities)
    sums: Numbers = np.where(drawn, similarities, 0).sum(0)
    return np.asarray(sums / np.maximum(drawn.sum(0), 1))


def jaccard_to_nearest(labels: Labels, others: Labels, k: int) -> Numbers:
    """For each of ``k`` parts in ``labels``: the greatest Jaccard similarity to any part in ``others``.

    >>> jaccard_to_nearest(np.array([0, 0, 1, 1]), np.array([1, 1, 0, 1]), 2).round(3)
    array([0.667, 0.5  ])
    """
    both = np.zeros((k, k))
    np.add.at(both, (labels, others), 1)
    either = both.sum(1)[:, None] + both.sum(0)[None, :] - both
    best: Numbers = np.divide(both, either, out=np.zeros_like(both), where=either > 0).max(1)
    return np.where(both.sum(1) > 0, best, np.nan)
