"""What sets every discovered part apart: each column's distance from the mean, to be put into words."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from coterie.segment.segmentations.candidates import SampledPeople
from coterie.segment.segmentations.clustering import Clustering
from coterie.segment.segmentations.features import Numbers, is_flag
from coterie.segment.segmentations.naming import Mark
from coterie.segment.segmentations.preference import family_of

_STATEMENT = 4
"""Words from which the name of a column is a statement that people answer, if nobody speaks in it."""

_SPEAKS = {"i", "my", "we", "ich", "mein", "je", "mon", "yo", "mi"}


def marks_of(
    sample: SampledPeople, points: Numbers, clustering: Clustering, labels: Mapping[str, str]
) -> list[list[Mark]]:
    """Every trait of every part: how far its center lies from the mean, and how many have a trait of yes or no."""
    deviations = (clustering.centers - points.mean(0)) / np.where(points.std(0) > 0, points.std(0), 1)
    return [
        [
            Mark(
                trait=feature.trait,
                deviation=round(float(deviations[part][place]), 3),
                share=round(float(np.nanmean(sample.raw[clustering.labels == part, place])), 3)
                if is_flag(sample.raw[:, place])
                else None,
                label=feature.word or labels.get(feature.trait, ""),
                is_usual=_is_usual(sample.raw[:, place], clustering.labels == part),
                is_said=feature.reads == "scale" or _is_scale(feature.trait, sample.raw[:, place]),
            )
            for place, feature in enumerate(sample.features)
        ]
        for part in range(len(clustering.centers))
    ]


_MOSTLY, _NEARLY_ALL = 0.5, 0.9


def _is_usual(values: Numbers, members: npt.NDArray[np.bool_]) -> bool:
    """Whether nearly all of a part have the one value that most of the base have, such as no return.

    >>> values = np.array([0.0] * 8 + [1.0, 2.0])
    >>> _is_usual(values, np.arange(10) < 5), _is_usual(values, np.arange(10) > 6)
    (True, False)
    """
    present = values[np.isfinite(values)]
    different, counts = np.unique(present, return_counts=True)
    if not len(present) or counts.max() < _MOSTLY * len(present):
        return False
    inside = values[members & np.isfinite(values)]
    return bool(len(inside)) and float(np.mean(inside == different[counts.argmax()])) >= _NEARLY_ALL


def _is_scale(trait: str, values: Numbers) -> bool:
    """Whether a column holds answers to a statement: whole numbers of few steps, under the name of several words."""
    present = np.unique(values[np.isfinite(values)])
    is_whole = bool((present == np.floor(present)).all())
    is_short = 2 < len(present) <= 11 and present[0] >= 0 and present[-1] <= 10
    words = re.findall(r"[^\W_]+", trait.lower())
    is_sentence = len(words) >= _STATEMENT or (len(words) > 1 and words[0] in _SPEAKS)
    return is_whole and is_short and family_of(trait) == "other" and is_sentence
