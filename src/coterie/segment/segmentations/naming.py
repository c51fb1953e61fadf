"""Names for discovered parts, from what sets each apart."""

from __future__ import annotations

import re

import numpy as np
from pydantic import BaseModel, ConfigDict

from coterie.profile import library
from coterie.segment.segmentations.features import Numbers
from coterie.segment.segmentations.phrases import PHRASES
from coterie.words import say

NOTABLE = 0.4
"""Standard deviations from the base's mean from which a trait is worth naming."""

_LEVELS: tuple[tuple[float, str], ...] = (
    (1.2, "very high {trait}"),
    (NOTABLE, "high {trait}"),
    (-NOTABLE, "middling {trait}"),
    (-1.2, "low {trait}"),
    (-np.inf, "very low {trait}"),
)
_MIDDLING = 2


class Mark(BaseModel):
    """How far a part lies from the base's mean on one trait, in standard deviations."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    trait: str
    deviation: float

    def say(self, locale: str = "en") -> str:
        """The mark in words.

        >>> Mark(trait="spending_score", deviation=1.3).say()
        'very high spending score'
        >>> Mark(trait="recency_days", deviation=-0.5).say()
        'bought lately'
        """
        place = next(place for place, (least, _) in enumerate(_LEVELS) if self.deviation >= least)
        phrases = PHRASES.get(self.trait)
        if phrases and place != _MIDDLING:
            return say((*phrases[::-1][:2], "", *phrases[1::-1])[place], locale)
        return say(_LEVELS[place][1], locale, trait=trait_words(self.trait, locale))


def trait_words(trait: str, locale: str = "en") -> str:
    """A trait's name as words: the label of a ready trait, else the name itself with spaces.

    >>> trait_words("recency_days"), trait_words("shoe_size")
    ('days since last order', 'shoe size')
    """
    ready = next((known for known in library() if known.name == trait), None)
    if ready:
        return uncapitalized(ready.label_in(locale))
    return say(re.sub(r"[_\s]+", " ", trait).strip(), locale)


def uncapitalized(label: str) -> str:
    """A label as it stands inside a sentence; one that begins like VIP stays.

    >>> uncapitalized("Orders per month"), uncapitalized("VIP score")
    ('orders per month', 'VIP score')
    """
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def say_marks(marks: tuple[Mark, ...], locale: str = "en") -> str:
    """Several marks as one name, first letter large; marks that are all slight say nothing by themselves.

    >>> say_marks((Mark(trait="income", deviation=1), Mark(trait="age", deviation=-1)))
    'High income, low age'
    >>> say_marks((Mark(trait="income", deviation=0.1),))
    'Middling throughout'
    """
    if all(abs(mark.deviation) < NOTABLE for mark in marks):
        return say("Middling throughout", locale)
    joined = ("、" if locale == "zh" else ", ").join(mark.say(locale) for mark in marks)
    return joined[:1].upper() + joined[1:]


def name_parts(traits: list[str], deviations: Numbers) -> list[tuple[Mark, ...]]:
    """The marks that name each part: its two strongest, or more where two parts would share a name.

    ``deviations`` is parts × traits. A part with nothing notable is named by its strongest trait.

    >>> names = name_parts(["income", "age"], np.array([[1.0, 0.1], [1.0, -0.9]]))
    >>> [say_marks(marks) for marks in names]
    ['High income', 'High income, low age']
    """
    ordered = [np.argsort(-np.abs(row), kind="stable") for row in deviations]
    counts = [max(1, min(2, int((np.abs(row) >= NOTABLE).sum()))) for row in deviations]

    def marks_of(part: int) -> tuple[Mark, ...]:
        return tuple(
            Mark(trait=traits[place], deviation=round(float(deviations[part][place]), 3))
            for place in ordered[part][: counts[part]]
        )

    while True:
        names = [say_marks(marks_of(part)) for part in range(len(deviations))]
        shared = [part for part, name in enumerate(names) if names.count(name) > 1 and counts[part] < len(traits)]
        if not shared:
            return [marks_of(part) for part in range(len(deviations))]
        for part in shared:
            counts[part] += 1


def keys_of(names: list[str]) -> list[str]:
    """Short unique keys for rules: lower case, words joined by underscores.

    >>> keys_of(["High income, low age", "High income, low age"])
    ['high_income_low_age', 'high_income_low_age_2']
    """
    keys: list[str] = []
    for name in names:
        key = re.sub(r"\W+", "_", name.lower()).strip("_")
        taken = sum(other == key or (other.startswith(f"{key}_") and other[len(key) + 1 :].isdigit()) for other in keys)
        keys.append(f"{key}_{taken + 1}" if taken else key)
    return keys
