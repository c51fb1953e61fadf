"""How many parts: the figures for each number, how surely parts come back, whether there is anything to find; and the choice with its reasons."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from coterie.segment.segmentations.clustering import Clusterer, Clustering, Labels
from coterie.segment.segmentations.features import Numbers
from coterie.words import Sentence, sentence

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


_DRAWS = 10
_POINTS = 500
_STARTS, _STARTS_OF_WORDS = 3, 10
_DEVIATIONS, _DEVIATIONS_OF_WORDS = 3.0, 4.5
"""Few different points divide nearly as well each time, so that three deviations are little and exceeded by chance."""
_BEYOND_WORDS = 0.03
"""Data with categories stand out by at least so much of silhouette: ten draws of few points tell their spread badly."""


def groupless_silhouette(
    points: Numbers, k: int, clusterer: Clusterer, *, seed: int, together: Sequence[Sequence[int]] | None = None
) -> float:
    """The silhouette that ``k`` parts of data without groups do not exceed: mean and three deviations of ten draws.

    The greater of two nulls. One shuffles each column by itself, so that nothing but the columns alone (their
    zeros, their filled gaps) can make parts; columns ``together``, such as the words of a category, are shuffled as
    one (alone they make no groups at all); with one column there is nothing to shuffle. The draws of the other are spread evenly over a box along the principal axes of ``points``, with the
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

    blocks = [list(block) for block in together or [[place] for place in range(points.shape[1])]]

    def shuffled() -> Numbers:
        drawn = np.empty((many, points.shape[1]))
        for block in blocks:
            drawn[:, block] = points[rng.permutation(len(points))[:many]][:, block]
        return drawn

    # Words have few different points, among which few starts miss the best division.
    has_words = len(blocks) < points.shape[1]
    starts, far = (_STARTS_OF_WORDS, _DEVIATIONS_OF_WORDS) if has_words else (_STARTS, _DEVIATIONS)
    beyond = _BEYOND_WORDS if has_words else 0.0

    def most(draw: Callable[[], Numbers]) -> float:
        found = []
        for _ in range(_DRAWS):
            drawn = draw()
            labels = clusterer(drawn, k, int(rng.integers(2**31)), starts).labels
            found.append(float(silhouette_score(drawn, labels)) if len(np.unique(labels)) > 1 else 1.0)
        # Several deviations, since every number of parts that is tried is one more chance to exceed it.
        return float(np.mean(found) + far * np.std(found, ddof=1)) + beyond

    if len(blocks) == 1 and points.shape[1] > 1:
        return 1.0  # one category alone: its words are its parts, and nothing goes with them
    return max(most(even), most(shuffled)) if points.shape[1] > 1 else most(even)


STABILITY_LABELS: tuple[tuple[float, str], ...] = (
    (0.85, "highly stable"),
    (0.75, "valid"),
    (0.6, "a pattern, not a sure part"),
    (0.5, "do not trust"),
    (0.0, "dissolved"),
)
"""Least mean Jaccard similarity → what to think of the part (Hennig 2007, as in R's ``fpc::clusterboot``)."""


def stability_label(jaccard: float) -> Sentence:
    """What a mean Jaccard similarity says of a part.

    >>> stability_label(0.97), stability_label(0.5)
    ('highly stable', 'dissolved')
    """
    if jaccard <= 0.5:
        return Sentence("dissolved")
    return next(Sentence(label) for least, label in STABILITY_LABELS if jaccard >= least)


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


SCREENED_POINTS = 2000
SILHOUETTE_POINTS = 5000
TRUSTED = 0.6
"""Below this mean Jaccard similarity Hennig advises not to trust a part."""
VALID = 0.75
"""From this mean Jaccard similarity Hennig calls a part valid; below it is a pattern, not a sure part."""
FAR = 0.8
"""Two parts stand apart far more clearly where more of them keep less than this of their silhouette."""
ALIKE = 0.9
"""A finer division is taken for up to a tenth of the best silhouette …"""
SURE = 0.85
"""… when its every part is highly stable (Hennig)."""


@dataclass(frozen=True)
class EvidenceForK:
    """Figures for one number of parts.

    Silhouette −1 to 1, higher is better; Calinski-Harabasz higher is better; Davies-Bouldin
    lower is better; ``least_stability`` is the mean bootstrap Jaccard of the weakest part;
    ``groupless`` the silhouette up to which data without any groups divide into as many parts.
    """

    k: int
    silhouette: float
    calinski_harabasz: float
    davies_bouldin: float
    inertia: float
    least_stability: float
    groupless: float
    sizes: tuple[int, ...]

    @property
    def stands_out(self) -> bool:
        """Whether the parts are further apart than those of data without groups."""
        return self.silhouette > self.groupless

    @property
    def least_share(self) -> float:
        """Share of the points in the smallest part."""
        return min(self.sizes) / sum(self.sizes)


@dataclass(frozen=True)
class NumberChosen:
    """The number taken, the sentence (English key and values) that says why, and whether it can be trusted."""

    k: int
    sentence: str
    values: dict[str, float]
    is_sound: bool

    def after(self, stability: float) -> NumberChosen:
        """The choice once the stability of its weakest part has been measured in full; that figure is the one told."""
        values = self.values | {"stability": stability}
        if self.is_sound and stability < TRUSTED:
            return NumberChosen(self.k, _SKETCH, values, is_sound=False)
        if self.is_sound and stability < VALID:
            return NumberChosen(self.k, _PATTERN, values, is_sound=True)
        return NumberChosen(self.k, self.sentence, values, self.is_sound)

    def explain(self) -> Sentence:
        """Why this number of parts."""
        return sentence(self.sentence, **self.values)


def weigh(
    points: Numbers,
    clustering: Clustering,
    clusterer: Clusterer,
    *,
    seed: int,
    rounds: int,
    together: Sequence[Sequence[int]] | None = None,
) -> EvidenceForK:
    """The figures for one clustering; silhouette on at most 5,000 points, stability on at most 2,000.

    ``together`` are columns that say one thing, as in ``groupless_silhouette``.
    """
    from sklearn.metrics import calinski_harabasz_score, davies_bouldin_score

    k, rng = len(clustering.centers), np.random.default_rng(seed)
    if len(points) > SCREENED_POINTS:
        some = np.sort(rng.choice(len(points), SCREENED_POINTS, replace=False))
        screened = clusterer(points[some], k, seed, 10)
        stability = bootstrap_jaccard(points[some], screened, clusterer, rounds=rounds, seed=seed)
    else:
        stability = bootstrap_jaccard(points, clustering, clusterer, rounds=rounds, seed=seed)
    return EvidenceForK(
        k=k,
        silhouette=silhouette(points, clustering, seed=seed),
        calinski_harabasz=float(calinski_harabasz_score(points, clustering.labels)),
        davies_bouldin=float(davies_bouldin_score(points, clustering.labels)),
        inertia=clustering.inertia,
        least_stability=float(mean_jaccard(stability).min()),
        groupless=groupless_silhouette(points, k, clusterer, seed=seed, together=together),
        sizes=tuple(sorted(np.bincount(clustering.labels, minlength=k).tolist())),
    )


def silhouette(points: Numbers, clustering: Clustering, *, seed: int = 0) -> float:
    """Rousseeuw's mean silhouette (1987), on at most 5,000 points drawn by ``seed``."""
    from sklearn.metrics import silhouette_score

    if len(points) <= SILHOUETTE_POINTS:
        return float(silhouette_score(points, clustering.labels))
    some = np.random.default_rng(seed).choice(len(points), SILHOUETTE_POINTS, replace=False)
    return float(silhouette_score(points[some], clustering.labels[some]))


def choose(evidence: list[EvidenceForK], *, smallest_k: int, least_share: float) -> NumberChosen:
    """The number of parts, chosen among those that stand out from data without groups and whose parts are sure.

    Sure is a part that is stable (Jaccard ≥ 0.6) and large enough. The best silhouette
    leads; a larger number is taken instead when it keeps nine tenths of that silhouette and
    its every part is highly stable (≥ 0.85), for finer segments are of more use. Numbers
    below ``smallest_k`` are taken only where no larger one is sound. When no number is sound the best silhouette
    among the sure is taken all the same, or of all where none is, and ``is_sound`` is false.
    """
    candidates = [figures for figures in evidence if figures.k >= smallest_k] or evidence
    any_sure = [
        figures for figures in evidence if figures.least_stability >= TRUSTED and figures.least_share >= least_share
    ]
    sure = [figures for figures in any_sure if figures.k >= smallest_k] or any_sure
    sound = [figures for figures in sure if figures.stands_out] or [f for f in any_sure if f.stands_out]
    best = max(sound or sure or candidates, key=lambda figures: (figures.silhouette, -figures.k))
    finer = [
        figures
        for figures in sound
        if figures.k > best.k and figures.silhouette >= ALIKE * best.silhouette and figures.least_stability >= SURE
    ]
    taken = finer[-1] if finer else best
    values = {
        "k": taken.k,
        "silhouette": taken.silhouette,
        "stability": taken.least_stability,
        "groupless": taken.groupless,
        "least": evidence[0].k,
        "most": evidence[-1].k,
        "best_k": best.k,
        "best": best.silhouette,
    }
    sentence = (_FINER if finer else _BEST) if sound else _SKETCH if taken.stands_out else _CONTINUUM
    return NumberChosen(taken.k, sentence, values, is_sound=bool(sound))


_BEST = (
    "{k} {k|segment|segments}, of {least} to {most} tried: the best silhouette ({silhouette:.2f}) among the numbers taken into "
    "account, and even the least stable segment comes back when customers are drawn anew (mean Jaccard {stability:.2f})."
)
_FINER = (
    "{k} {k|segment|segments}, of {least} to {most} tried: {best_k} have a slightly better silhouette ({best:.2f} against "
    "{silhouette:.2f}), but {k} say more and every one comes back when customers are drawn anew "
    "(mean Jaccard at least {stability:.2f})."
)
_PATTERN = (
    "{k} {k|segment|segments}, of {least} to {most} tried: a good silhouette ({silhouette:.2f}), but the least stable segment is more "
    "a pattern than a sure group (mean Jaccard {stability:.2f} when customers are drawn anew)."
)
_CONTINUUM = (
    "No natural groups are in sight: of {least} to {most} tried, {k} {k|segment is|segments are} taken (silhouette {silhouette:.2f}), "
    "but data without any groups divide as well (up to {groupless:.2f}). Read them as cuts through a continuum, "
    "useful for grading a treatment; the base may as well be one group."
)
_SKETCH = (
    "{k} {k|segment|segments}, of {least} to {most} tried, are taken (silhouette {silhouette:.2f}), but they are not all stable and "
    "large enough (weakest mean Jaccard {stability:.2f}): read them as a sketch."
)
