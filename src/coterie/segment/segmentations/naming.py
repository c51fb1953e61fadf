"""Names for discovered parts, from what sets each apart."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from pydantic import BaseModel, ConfigDict

from coterie.profile import library
from coterie.segment.segmentations.features import Numbers
from coterie.segment.segmentations.phrases import PHRASES
from coterie.segment.segmentations.preference import family_of
from coterie.words import Sentence, cased, joined, sentence

NOTABLE = 0.4
"""Standard deviations from the base's mean from which a trait is worth naming."""

ALIKE = 0.8
"""Correlation from which a second trait says what a first one has said."""

_FROM = (1.2, NOTABLE, -NOTABLE, -1.2, -np.inf)
_LEVELS = ("very high {trait}", "high {trait}", "middling {trait}", "low {trait}", "very low {trait}")
_COUNTED = ("very many {trait}", "many {trait}", "middling {trait}", "few {trait}", "very few {trait}")
_SPENT = ("very much {trait}", "much {trait}", "middling {trait}", "little {trait}", "very little {trait}")
_COUNTS = re.compile(
    r"(orders|visits|purchases|products|items|clicks|views|sessions|contacts|messages|coupons|tickets|calls|"
    r"transactions|departments|categories|stores)\b"
)
_MEASURED = re.compile(r"\b(frequency|rate|ratio|share|percent|percentage|score|index)\b")
_MIDDLING = 2
_STATED = ("agrees far more: {trait}", "agrees more: {trait}", "", "agrees less: {trait}", "agrees far less: {trait}")
_SHORT = {
    "mnt": "spend on",
    "amt": "amount",
    "num": "",
    "nb": "",
    "nbr": "",
    "cnt": "",
    "avg": "average",
    "qty": "quantity",
    "trx": "transactions",
    "prc": "share",
    "pct": "share",
    "freq": "frequency",
    "i": "I",
}
"""Abbreviations in names of columns; “number of” says itself where few or many stands before."""


class Mark(BaseModel):
    """How far a part lies from the base's mean on one trait, in standard deviations.

    ``share`` is how many of the part have it, where the trait is a yes or no. ``label`` is the trait's own, in English.
    ``is_said``: the trait is a statement, and its values are how far people agree. ``is_usual``: what the part has, half
    of the base have too, so that it tells nothing of the part.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    trait: str
    deviation: float
    share: float | None = None
    label: str = ""
    is_said: bool = False
    is_usual: bool = False

    @property
    def telling(self) -> float:
        """How much it says of the part: its deviation's size, or nothing where it is everybody's state."""
        return 0.0 if self.is_usual else abs(self.deviation)

    def say(self) -> Sentence:
        """The mark in words.

        >>> Mark(trait="spending_score", deviation=1.3).say()
        'very high spending score'
        >>> Mark(trait="recency_days", deviation=-0.5).say()
        'bought more lately'
        >>> Mark(trait="yoga", deviation=0.9, share=0.8).say(), Mark(trait="yoga", deviation=0.9, share=0.2).say()
        ('yoga', 'yoga more often')
        """
        place = next(place for place, least in enumerate(_FROM) if self.deviation >= least)
        words = cased(Sentence(self.label), "lower") if self.label else trait_words(self.trait)
        if self.share is not None and place != _MIDDLING:
            return sentence(_of_yes_or_no(self.share, is_more=place < _MIDDLING), trait=words)
        if self.is_said and place != _MIDDLING:
            return sentence(_STATED[place], trait=words)
        phrases = PHRASES.get(self.trait)
        if phrases and place != _MIDDLING:
            return sentence((*phrases[::-1][:2], "", *phrases[1::-1])[place])
        counts = _counts(self.label or trait_words(self.trait), self.trait)
        levels = _SPENT if words.startswith("spent ") else _COUNTED if counts else _LEVELS
        return sentence(levels[place], trait=words)


def _of_yes_or_no(share: float, *, is_more: bool) -> str:
    if is_more:
        return "{trait}" if share >= 0.5 else "{trait} more often"
    return "no {trait}" if share < 0.005 else "{trait} less often"


def trait_words(trait: str) -> Sentence:
    """A trait's name as words: the label of a ready trait, else the name itself with spaces.

    >>> trait_words("recency_days"), trait_words("shoe_size"), trait_words("mnt_wines"), trait_words("num_web_purchases")
    ('days since last order', 'shoe size', 'spend on wines', 'web purchases')
    """
    ready = next((known for known in library() if known.name == trait), None)
    if ready:
        return cased(ready.called, "lower")
    words = re.sub(r"[_\s]+", " ", trait).strip()
    return Sentence(_spelled_out(words))


def _spelled_out(words: str) -> str:
    first, *rest = words.split(" ")
    if not rest:
        return words
    if first in {"no", "number"} and rest[0] == "of":
        first, rest = "", rest[1:]
    spelled = [
        _SHORT.get(first, first),
        *(word if word in {"num", "nb", "cnt", "mnt"} else _SHORT.get(word, word) for word in rest),
    ]
    return " ".join(word for word in spelled if word)


def _counts(words: str, trait: str) -> bool:
    """Whether a trait is a number of things, of which there are many or few: web purchases; purchases in money are none.

    Nor is how often they come, or their share.

    >>> _counts("web purchases", "num_web_purchases"), _counts("purchases", "purchases"), _counts("orders", "orders")
    (True, False, True)
    >>> _counts("purchases frequency", "purchases_frequency")
    False
    """
    is_measured = _MEASURED.search(words.lower()) is not None
    return family_of(trait) == "behavior" and not is_measured and _COUNTS.search(words.lower()) is not None


def say_marks(marks: tuple[Mark, ...]) -> Sentence:
    """Several marks as one name, first letter large; marks that are all slight say nothing by themselves.

    >>> say_marks((Mark(trait="income", deviation=1), Mark(trait="age", deviation=-1)))
    'High income, younger'
    >>> say_marks((Mark(trait="income", deviation=0.1),))
    'Middling throughout'
    """
    if all(mark.telling < NOTABLE for mark in marks):
        is_about_things = all(mark.share is not None for mark in marks)
        return sentence("Nothing in particular" if is_about_things else "Middling throughout")
    return cased(joined((mark.say() for mark in marks), ", "), "upper")


def name_parts(marks: list[list[Mark]], alike: Numbers) -> list[tuple[Mark, ...]]:
    """The marks that name each part: its two strongest, or more where two parts would share a name.

    ``marks`` has every trait of every part, ``alike`` how the traits move together (correlations): what moves with a
    stronger mark says little new and comes after the others. A part with nothing notable is named by its strongest trait.

    >>> def of(*deviations): return [Mark(trait=trait, deviation=one) for trait, one in zip(("income", "age"), deviations)]
    >>> names = name_parts([of(1.0, 0.1), of(1.0, -0.9)], np.eye(2))
    >>> [say_marks(marks) for marks in names]
    ['High income', 'High income, younger']
    """
    ordered, counts = [], []
    for row in marks:
        new, told = _telling(row, alike)
        ordered.append([row[place] for place in (*new, *told)])
        counts.append(max(1, min(2, sum(row[place].telling >= NOTABLE for place in new))))
    while True:
        chosen = [tuple(row[:count]) for row, count in zip(ordered, counts, strict=True)]
        names = [say_marks(found) for found in chosen]
        shared = [
            part for part, name in enumerate(names) if names.count(name) > 1 and counts[part] < len(ordered[part])
        ]
        if not shared:
            return chosen
        for part in shared:
            counts[part] += 1


def _telling(row: list[Mark], alike: Numbers) -> tuple[list[int], list[int]]:
    """Places of a part's marks, strongest first: those that say something new, and those that move with one of them."""
    new: list[int] = []
    told: list[int] = []
    for place in sorted(range(len(row)), key=lambda place: -row[place].telling):
        is_told = any(abs(alike[place, other]) >= ALIKE or _same_kind(row[place], row[other]) for other in new)
        (told if is_told else new).append(place)
    return new, told


_EARNED = re.compile(r"income|salar|wage|earn|收入|薪|工资", re.IGNORECASE)


def _same_kind(one: Mark, other: Mark) -> bool:
    """Whether both are about money spent, or both about money earned, or count the same things: orders in the last four weeks, and orders."""
    money = family_of(one.trait) == family_of(other.trait) == "value" and one.deviation * other.deviation > 0
    if money and bool(_EARNED.search(one.trait)) == bool(_EARNED.search(other.trait)):
        return True
    counts = [_COUNTS.match((mark.label or trait_words(mark.trait)).lower()) for mark in (one, other)]
    return counts[0] is not None and counts[1] is not None and counts[0][1] == counts[1][1]


def keys_of(names: Sequence[str]) -> list[str]:
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
