"""Every clusterer meets its suite, and the suite names each promise that a part breaks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from coterie.segment.segmentations.clustering import CLUSTERERS, Clusterer
from coterie.segment.segmentations.kmeans import fit_k_means
from coterie.testing.clusterers import check_clusterer


@pytest.mark.parametrize("name", CLUSTERERS)
def test_a_clusterer_meets_the_suite(name: str) -> None:
    check_clusterer(CLUSTERERS[name])


def _spoiling(**spoiled: object) -> Clusterer:
    """K-means, some of whose answer is changed by what is given."""

    def clusterer(points, k, seed, starts):
        found = fit_k_means(points, k, seed, starts)
        return replace(found, **{name: change(getattr(found, name)) for name, change in spoiled.items()})

    return clusterer


def _in_place(points, k, seed, starts):
    points -= points.mean(0)
    return fit_k_means(points, k, seed, starts)


def _by_order(points, k, seed, starts):
    return (_in_pairs if points[0].sum() > points[-1].sum() else fit_k_means)(points, k, seed, starts)


def _only_clouds(points, k, seed, starts):
    return (fit_k_means if k == 3 else _in_pairs)(points, k, seed, starts)


def _parting_equals(points, k, seed, starts):
    found = fit_k_means(points, k, seed, starts)
    twins = len(np.unique(points, axis=0)) < k
    if not twins:
        return found
    centers = found.centers[[0, 1, 0]]
    return replace(found, centers=centers, labels=np.where(found.labels == 0, np.arange(len(points)) % 2 * 2, 1))


def _by_chance(points, k, seed, starts):
    return fit_k_means(points, k, int(np.random.default_rng().integers(2**31)), 1)


def _in_pairs(points, k, seed, starts):
    found = fit_k_means(points, min(k, 2), seed, starts)
    far = np.vstack([found.centers, np.full((k - len(found.centers), points.shape[1]), 1e6)])
    return replace(found, centers=far)


BROKEN = {
    "the points are left as they were": _in_place,
    "the same seed gives the same clustering": _by_chance,
    "a center for every part": _spoiling(centers=lambda centers: centers[:-1]),
    "centers are numbers": _spoiling(centers=lambda centers: np.where(centers > 0, np.nan, centers)),
    "a label for every point": _spoiling(labels=lambda labels: labels[:-1]),
    "labels are 0 to k-1": _spoiling(labels=lambda labels: labels + 1),
    "a point belongs to the center nearest": _spoiling(labels=lambda labels: np.roll(labels, 1)),
    "inertia is the sum": _spoiling(inertia=lambda inertia: inertia / 2),
    "groups that stand apart are found": _in_pairs,
    "the order of the points does not matter": _by_order,
    "cut into as many parts": _only_clouds,
    "equal points belong together": _parting_equals,
}


@pytest.mark.parametrize("promise", BROKEN)
def test_a_broken_promise_is_named(promise: str) -> None:
    with pytest.raises(AssertionError, match=promise):
        check_clusterer(BROKEN[promise])
