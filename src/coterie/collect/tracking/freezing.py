"""Traffic frozen into a plan: what came in so far is what may come."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from coterie.collect.tracking.plan import PropertyType, TrackedEvent, TrackedProperty, TrackingPlan
from coterie.collect.tracking.traffic import Traffic

_ENOUGH = 10
"""Messages of an event from which on what all of them have is taken as what they always have."""

_NEARLY_ALL = 0.99
"""The share of a property's values that have a type, for it to be the type of all: the rest are slips, which the plan is to find."""


def plan_of(source: str, found: Sequence[Traffic], violations: Literal["flag", "refuse"] = "flag") -> TrackingPlan:
    """The plan that the traffic of ``source`` implies.

    A property that every message of its event had is required, where there were ten at least; one whose values are of several types may be any.
    """
    mine = [each for each in found if each.source == source]
    events = [
        TrackedEvent(
            name=event.event,
            properties=tuple(
                TrackedProperty(
                    name=each.property, type=_type_of(each), required=each.messages == event.messages >= _ENOUGH
                )
                for each in mine
                if each.event == event.event and each.property is not None
            ),
        )
        for event in mine
        if event.property is None
    ]
    return TrackingPlan(name=source, violations=violations, events=tuple(events))


def _type_of(found: Traffic) -> PropertyType:
    commonest = max(found.types, key=lambda kind: found.types[kind])
    return commonest if found.types[commonest] >= _NEARLY_ALL * found.messages else "any"
