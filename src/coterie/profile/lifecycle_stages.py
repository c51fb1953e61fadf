"""The stages of a relationship, in the order in which they are tried."""

from __future__ import annotations

from dataclasses import dataclass

from coterie.words import say


@dataclass(frozen=True)
class LifecycleStage:
    """One stage: its key, its English name and its meaning (both are keys of the catalogue)."""

    key: str
    english: str
    meaning: str

    def name(self, locale: str = "en") -> str:
        """The name a reader sees.

        >>> STAGES["won_back"].name("zh")
        '已赢回'
        """
        return say(self.english, locale)

    def describe(self, locale: str = "en") -> str:
        """One sentence on who they are."""
        return say(self.meaning, locale)


STAGES: dict[str, LifecycleStage] = {
    stage.key: stage
    for stage in (
        LifecycleStage("visitor", "Visitor", "Seen, but known by no name, number or address."),
        LifecycleStage("lead", "Lead", "Known, but without an order so far."),
        LifecycleStage("new", "New", "Ordered for the first time a short while ago."),
        LifecycleStage("active", "Active", "Orders at the pace one would expect."),
        LifecycleStage("loyal", "Loyal", "Active, with more orders than most customers ever place."),
        LifecycleStage("referring", "Referring", "Still ordering, and brought somebody else lately."),
        LifecycleStage("won_back", "Won back", "Ordered again lately after a silence that counts as churn."),
        LifecycleStage("at_risk", "At risk of lapsing", "Silent for longer than most gaps between orders."),
        LifecycleStage("dormant", "Dormant", "Silent for longer than nine in ten gaps between orders."),
        LifecycleStage("churned", "Churned", "Silent for so long that hardly any gap was ever longer."),
    )
}
