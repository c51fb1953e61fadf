"""The named segments of an RFM grid, as a table one can read.

A meaning claims only what scores say: places among the buyers of this base, never habits.
"""

from __future__ import annotations

from dataclasses import dataclass

from coterie.words import Sentence, sentence

NO_ORDERS = "no_orders"
ALIKE = "alike"
"""All buyers, where orders and spending tell none of them from another."""


@dataclass(frozen=True)
class RfmSegment:
    """One named part of the grid: its key, its English name and what it means (both are keys of the catalogue)."""

    key: str
    english: str
    meaning: str

    def name(self) -> Sentence:
        """The name a reader sees.

        >>> SEGMENTS["champions"].name().told("zh")
        '冠军客户'
        """
        return sentence(self.english)

    def describe(self) -> Sentence:
        """One sentence on who they are."""
        return sentence(self.meaning)


SEGMENTS: dict[str, RfmSegment] = {
    part.key: part
    for part in (
        RfmSegment(
            "champions",
            "Champions",
            "Last order as late as most or later; more orders and spending, taken together, than most.",
        ),
        RfmSegment(
            "loyal",
            "Loyal customers",
            "Last order in the middle or later; more orders and spending, taken together, than most.",
        ),
        RfmSegment(
            "potential_loyalists",
            "Potential loyalists",
            "Last order as late as most or later; orders and spending, taken together, in the middle or below.",
        ),
        RfmSegment(
            "new",
            "Recent light buyers",
            "Last order as late as most or later; most others, taken together, ordered and spent as much or more.",
        ),
        RfmSegment(
            "promising",
            "Promising",
            "Last order as late as most or later; most others, taken together, ordered and spent as much or more.",
        ),
        RfmSegment(
            "need_attention",
            "Need attention",
            "Last order in the middle; orders and spending, taken together, in the middle.",
        ),
        RfmSegment(
            "about_to_sleep",
            "About to sleep",
            "Last order in the middle; most others, taken together, ordered and spent as much or more.",
        ),
        RfmSegment(
            "at_risk",
            "At risk",
            "Last order as long ago as most or longer; orders and spending, taken together, in the middle or above.",
        ),
        RfmSegment(
            "cannot_lose",
            "Cannot lose them",
            "Last order as long ago as most or longer; more orders and spending, taken together, than most.",
        ),
        RfmSegment(
            "hibernating",
            "Hibernating",
            "Last order as long ago as most or longer; most others, taken together, ordered and spent as much or more.",
        ),
        RfmSegment(
            "lost",
            "Longest away",
            "Last order as long ago as most or longer; most others, taken together, ordered and spent as much or more.",
        ),
        RfmSegment(
            ALIKE, "Alike", "As many orders and as much spending as every other buyer; no score tells them apart."
        ),
        RfmSegment(NO_ORDERS, "No orders", "Known, but without an order that stands."),
    )
}

# Rows: recency 5 (latest) down to 1. Columns: the mean of frequency and monetary, 1 to 5.
# Names after P. Putler's widespread RFM chart, whose ranges overlap; here each of the 25 cells has one.
GRID: dict[int, tuple[str, str, str, str, str]] = {
    5: ("new", "potential_loyalists", "potential_loyalists", "champions", "champions"),
    4: ("promising", "potential_loyalists", "potential_loyalists", "loyal", "champions"),
    3: ("about_to_sleep", "about_to_sleep", "need_attention", "loyal", "loyal"),
    2: ("hibernating", "hibernating", "at_risk", "at_risk", "cannot_lose"),
    1: ("lost", "lost", "at_risk", "at_risk", "cannot_lose"),
}


def segment_of(recency: int, frequency: int, monetary: int, tiles: int = 5) -> str:
    """The key of the named segment for three scores of 1 (worst) to ``tiles`` (best).

    Scores of another number of tiles are first stretched to five, ends to ends.

    >>> segment_of(5, 5, 4), segment_of(3, 1, 3, tiles=3)
    ('champions', 'potential_loyalists')
    """
    steps = tiles - 1
    fifths = [(8 * (score - 1) + steps) // (2 * steps) + 1 for score in (recency, frequency, monetary)]
    worth = (fifths[1] + fifths[2] + 1) // 2
    return GRID[fifths[0]][worth - 1]
