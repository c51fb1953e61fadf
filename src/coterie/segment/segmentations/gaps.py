"""Whether parts are set apart by emptier space, or are cuts through one crowd."""

from __future__ import annotations

import numpy as np

from coterie.segment.segmentations.clustering import Clustering
from coterie.segment.segmentations.features import Numbers

SHALLOW = 0.75
"""A valley between two centers that is filled so far, against the mean of its hills, is none; two bells three deviations apart fill it to 0.65."""
_BAND = 0.1


def neighbors_without_gap(points: Numbers, clustering: Clustering) -> list[tuple[int, int]]:
    """Each part with its nearest neighbor where no valley lies between them, each pair once.

    The points of both are seen along the line between their centers: as many halfway as at the centers
    means that the parts run into each other.

    >>> from coterie.segment.segmentations.clustering import CLUSTERERS
    >>> line = np.linspace(0, 1, 300)[:, None]
    >>> neighbors_without_gap(line, CLUSTERERS["k-means"](line, 2, 0, 3))
    [(0, 1)]
    """
    centers = clustering.centers
    away = ((centers[:, None, :] - centers[None, :, :]) ** 2).sum(2)
    np.fill_diagonal(away, np.inf)
    pairs = {tuple(sorted((part, int(away[part].argmin())))) for part in range(len(centers))}
    return sorted((one, other) for one, other in pairs if _filling(points, clustering, one, other) >= SHALLOW)


def _filling(points: Numbers, clustering: Clustering, one: int, other: int) -> float:
    start, line = clustering.centers[one], clustering.centers[other] - clustering.centers[one]
    both = points[np.isin(clustering.labels, (one, other))]
    length = float(line @ line)
    if length == 0:
        return 1.0
    along = (both - start) @ line / length
    halfway, first, second = (int((np.abs(along - place) <= _BAND).sum()) for place in (0.5, 0.0, 1.0))
    hills = (first + second) / 2
    return halfway / hills if hills else 1.0
