"""The stages of a relationship, in the order in which they are tried."""

from __future__ import annotations

from dataclasses import dataclass, replace

from coterie.words import Sentence, sentence


@dataclass(frozen=True)
class LifecycleStage:
    """One stage: its key, its English name and its meaning (both are keys of the catalogue)."""

    key: str
    english: str
    meaning: str

    def name(self) -> Sentence:
        """The name a reader sees.

        >>> STAGES["won_back"].name().told("zh")
        '已赢回'
        """
        return sentence(self.english)

    def describe(self) -> Sentence:
        """One sentence on who they are."""
        return sentence(self.meaning)


STAGES: dict[str, LifecycleStage] = {
    stage.key: stage
    for stage in (
        LifecycleStage("visitor", "Visitor", "Seen, but known by no name, number or address."),
        LifecycleStage("lead", "Lead", "Known, but without an order that stands."),
        LifecycleStage("customer", "Customer", "Has ordered; too little time is known to tell more."),
        LifecycleStage("new", "New", "Ordered for the first time a short while ago, as far as orders are known."),
        LifecycleStage("active", "Active", "Has ordered, and is silent for no longer than is usual between orders."),
        LifecycleStage("loyal", "Loyal", "Active, and has ordered on more days than most customers so far."),
        LifecycleStage("referring", "Referring", "Not silent for long, and brought somebody else lately."),
        LifecycleStage("won_back", "Won back", "Ordered again lately after a silence that counts as churn."),
        LifecycleStage(
            "at_risk", "At risk of lapsing", "Silent for longer than most customers who come back ever are."
        ),
        LifecycleStage("dormant", "Dormant", "Silent well beyond the time by which most come back; some still do."),
        LifecycleStage("churned", "Churned", "Silent for so long that few, if any, are expected back."),
    )
}

_BY_ACTIVITY = {
    "lead": "Known, but without any activity so far.",
    "customer": "Was active; too little time is known to tell more.",
    "new": "Active for the first time a short while ago, as far as activities are known.",
    "active": "Was active, and is silent for no longer than is usual between activities.",
    "loyal": "Active on more days than most people so far, and not silent for long.",
    "won_back": "Active again lately after a silence that counts as churn.",
    "at_risk": "Silent for longer than most people who come back ever are.",
}
STAGES_OF_ACTIVITY: dict[str, LifecycleStage] = {
    key: replace(stage, meaning=_BY_ACTIVITY.get(key, stage.meaning)) for key, stage in STAGES.items()
}
"""The same stages where nobody has ordered, and what people did is counted."""
