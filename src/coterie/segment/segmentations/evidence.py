"""How many parts: the figures for each number, and the choice with its reasons."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from coterie.segment.segmentations.clustering import Clusterer, Clustering
from coterie.segment.segmentations.features import Numbers
from coterie.segment.segmentations.groupless import groupless_silhouette
from coterie.segment.segmentations.stability import bootstrap_jaccard, mean_jaccard
from coterie.words import Sentence, sentence

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
class Choice:
    """The number taken, the sentence (English key and values) that says why, and whether it can be trusted."""

    k: int
    sentence: str
    values: dict[str, float]
    is_sound: bool

    def after(self, stability: float) -> Choice:
        """The choice once the stability of its weakest part has been measured in full; that figure is the one told."""
        values = self.values | {"stability": stability}
        if self.is_sound and stability < TRUSTED:
            return Choice(self.k, _SKETCH, values, is_sound=False)
        if self.is_sound and stability < VALID:
            return Choice(self.k, _PATTERN, values, is_sound=True)
        return Choice(self.k, self.sentence, values, self.is_sound)

    def explain(self) -> Sentence:
        """Why this number of parts."""
        return sentence(self.sentence, **self.values)


def weigh(points: Numbers, clustering: Clustering, clusterer: Clusterer, *, seed: int, rounds: int) -> EvidenceForK:
    """The figures for one clustering; silhouette on at most 5,000 points, stability on at most 2,000."""
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
        groupless=groupless_silhouette(points, k, clusterer, seed=seed),
        sizes=tuple(sorted(np.bincount(clustering.labels, minlength=k).tolist())),
    )


def silhouette(points: Numbers, clustering: Clustering, *, seed: int = 0) -> float:
    """Rousseeuw's mean silhouette (1987), on at most 5,000 points drawn by ``seed``."""
    from sklearn.metrics import silhouette_score

    if len(points) <= SILHOUETTE_POINTS:
        return float(silhouette_score(points, clustering.labels))
    some = np.random.default_rng(seed).choice(len(points), SILHOUETTE_POINTS, replace=False)
    return float(silhouette_score(points[some], clustering.labels[some]))


def choose(evidence: list[EvidenceForK], *, smallest_k: int, least_share: float) -> Choice:
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
    return Choice(taken.k, sentence, values, is_sound=bool(sound))


_BEST = (
    "{k} segments, of {least} to {most} tried: the best silhouette ({silhouette:.2f}) among the numbers taken into "
    "account, and even the least stable segment comes back when customers are drawn anew (mean Jaccard {stability:.2f})."
)
_FINER = (
    "{k} segments, of {least} to {most} tried: {best_k} have a slightly better silhouette ({best:.2f} against "
    "{silhouette:.2f}), but {k} say more and every one comes back when customers are drawn anew "
    "(mean Jaccard at least {stability:.2f})."
)
_PATTERN = (
    "{k} segments, of {least} to {most} tried: a good silhouette ({silhouette:.2f}), but the least stable segment is more "
    "a pattern than a sure group (mean Jaccard {stability:.2f} when customers are drawn anew)."
)
_CONTINUUM = (
    "No natural groups are in sight: of {least} to {most} tried, {k} segments are taken (silhouette {silhouette:.2f}), "
    "but data without any groups divide as well (up to {groupless:.2f}). Read them as cuts through a continuum, "
    "useful for grading a treatment; the base may as well be one group."
)
_SKETCH = (
    "{k} segments, of {least} to {most} tried, are taken (silhouette {silhouette:.2f}), but they are not all stable and "
    "large enough (weakest mean Jaccard {stability:.2f}): read them as a sketch."
)
