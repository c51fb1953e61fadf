"""The eleven named segments of an RFM grid, as a table one can read."""

from __future__ import annotations

from dataclasses import dataclass

from coterie.words import say

NO_ORDERS = "no_orders"


@dataclass(frozen=True)
class RfmSegment:
    """One named part of the grid: its key, its English name and what it means (both are keys of the catalogue)."""

    key: str
    english: str
    meaning: str

    def name(self, locale: str = "en") -> str:
        """The name a reader sees.

        >>> SEGMENTS["champions"].name("zh")
        '冠军客户'
        """
        return say(self.english, locale)

    def describe(self, locale: str = "en") -> str:
        """One sentence on who they are."""
        return say(self.meaning, locale)


SEGMENTS: dict[str, RfmSegment] = {
    part.key: part
    for part in (
        RfmSegment("champions", "Champions", "Bought lately, buy often and spend the most."),
        RfmSegment("loyal", "Loyal customers", "Buy often and spend well, not long ago."),
        RfmSegment(
            "potential_loyalists", "Potential loyalists", "Bought lately, and often or much for that; may become loyal."
        ),
        RfmSegment("new", "New customers", "Bought very lately, but little so far."),
        RfmSegment("promising", "Promising", "Bought lately, but seldom and little."),
        RfmSegment("need_attention", "Need attention", "Middling in recency, frequency and spend; may slip away."),
        RfmSegment("about_to_sleep", "About to sleep", "Fewer and smaller purchases, some time ago."),
        RfmSegment("at_risk", "At risk", "Used to buy often and spend well, but long ago."),
        RfmSegment("cannot_lose", "Cannot lose them", "Were among the best customers and have stopped buying."),
        RfmSegment("hibernating", "Hibernating", "Bought seldom and little, long ago."),
        RfmSegment("lost", "Lost", "Bought seldom and little, longest ago."),
        RfmSegment(NO_ORDERS, "No orders", "Known, but without an order so far."),
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
