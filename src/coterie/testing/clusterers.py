"""What every finder of groups must do."""

from __future__ import annotations

import numpy as np

from coterie.segment.segmentations.clustering import Clusterer, Clustering, Labels
from coterie.segment.segmentations.features import Numbers
from coterie.testing.claims import claim

STARTS = 5


def check_clusterer(clusterer: Clusterer, seed: int = 7) -> None:
    """Assert the contract on clouds, on data without groups, and on fewer distinct points than parts.

    Raises ``AssertionError`` naming the promise that is broken.

    >>> from coterie.segment.segmentations.clustering import CLUSTERERS
    >>> check_clusterer(CLUSTERERS["k-means"])
    """
    name = getattr(clusterer, "__name__", str(clusterer))
    draw = np.random.default_rng(seed)
    truth = np.repeat(np.arange(3), 60)
    clouds = np.array([[0.0, 0.0], [9.0, 0.0], [0.0, 9.0]])[truth] + draw.normal(0, 0.5, (180, 2))
    found = _fitted(clusterer, clouds, 3, seed, name)
    claim(_is_same(found.labels, truth), name, "groups that stand apart are found")
    _check_order(clusterer, clouds, found, seed, name)
    groupless = draw.random((150, 2))
    parts = _fitted(clusterer, groupless, 4, seed, name).labels
    claim(len(np.unique(parts)) == 4, name, "data without groups are cut into as many parts as were asked for")
    _fitted(clusterer, draw.random((50, 1)), 2, seed, name)
    few = np.repeat([[0.0, 1.0], [5.0, 5.0]], 10, axis=0)
    labels = _fitted(clusterer, few, 3, seed, name).labels
    claim(len(np.unique(labels[:10])) == 1, name, "equal points belong together, though there are fewer than parts")


def _check_order(clusterer: Clusterer, points: Numbers, found: Clustering, seed: int, name: str) -> None:
    turned = clusterer(points[::-1], 3, seed, STARTS)
    claim(_is_same(turned.labels[::-1], found.labels), name, "the order of the points does not matter")


def _fitted(clusterer: Clusterer, points: Numbers, k: int, seed: int, name: str) -> Clustering:
    """A clustering of ``points``, whose shapes and figures agree with one another."""
    given = points.copy()
    found = clusterer(points, k, seed, STARTS)
    claim(np.array_equal(points, given), name, "the points are left as they were")
    again = clusterer(points, k, seed, STARTS)
    claim(np.array_equal(found.labels, again.labels), name, "the same seed gives the same clustering")
    claim(found.centers.shape == (k, points.shape[1]), name, "a center for every part, in all features")
    claim(bool(np.isfinite(found.centers).all()), name, "centers are numbers")
    claim(found.labels.shape == (len(points),), name, "a label for every point")
    claim(set(np.unique(found.labels)) <= set(range(k)), name, "labels are 0 to k-1")
    away = ((points[:, None, :] - found.centers[None, :, :]) ** 2).sum(2)
    own = away[np.arange(len(points)), found.labels]
    claim(np.allclose(own, away.min(1)), name, "a point belongs to the center nearest to it")
    claim(np.isclose(found.inertia, own.sum(), rtol=1e-6), name, "inertia is the sum of squared distances")
    return found


def _is_same(labels: Labels, others: Labels) -> bool:
    """Whether two labelings make the same parts, whatever they call them."""
    pairs = set(zip(labels.tolist(), others.tolist(), strict=True))
    return len(pairs) == len(set(labels.tolist())) == len(set(others.tolist()))
