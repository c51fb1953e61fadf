"""How what comes in differs from the plan without breaking it, or has gone from it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from coterie.collect.tracking.plan import TrackingPlan
from coterie.collect.tracking.traffic import Traffic
from coterie.words import Sentence, sentence


@dataclass(frozen=True)
class Drift:
    """One difference between a plan and what came since: ``messages`` that show it, 0 of what came no more."""

    source: str
    event: str
    property: str | None
    change: Literal["new_event", "new_property", "silent_event", "silent_property"]
    messages: int
    first_at: datetime | None
    last_at: datetime | None
    finding: Sentence


def drift(plan: TrackingPlan, found: Sequence[Traffic]) -> Iterator[Drift]:
    """What the traffic of the plan's source has that the plan does not name, and the plan that the traffic has not."""
    mine = {(each.event, each.property): each for each in found if each.source == plan.name}
    planned: dict[tuple[str, str | None], None] = dict.fromkeys(
        (event.name, name) for event in plan.events for name in (None, *(each.name for each in event.properties))
    )
    for (event, name), each in mine.items():
        if (event, name) in planned or (name is not None and (event, None) not in planned):
            continue
        said = (
            sentence(
                "{messages:,} {messages|message|messages} of {event}, which the plan does not name.",
                messages=each.messages,
                event=event,
            )
            if name is None
            else sentence(
                "{property} came with {share:.0%} of {event}; the plan does not name it.",
                property=name,
                share=each.share,
                event=event,
            )
        )
        change: Literal["new_event", "new_property"] = "new_event" if name is None else "new_property"
        yield Drift(plan.name, event, name, change, each.messages, each.first_at, each.last_at, said)
    for event, name in planned:
        if (event, name) in mine or (name is not None and (event, None) not in mine):
            continue
        if name is None:
            gone = sentence("No {event} came.", event=event)
            yield Drift(plan.name, event, None, "silent_event", 0, None, None, gone)
        else:
            gone = sentence("No {event} had {property}.", event=event, property=name)
            yield Drift(plan.name, event, name, "silent_property", 0, None, None, gone)
