"""Journeys that would let people in again and again: each records the event by which the next is entered."""

from __future__ import annotations

from collections.abc import Iterable

from coterie.decide.journeys.definition import JourneyDefinition
from coterie.decide.journeys.flat import END
from coterie.decide.journeys.other_journey_step import ENROLMENT_ASKED
from coterie.errors import Refused
from coterie.words import sentence


def recorded_at_once(journey: JourneyDefinition) -> set[tuple[str, object]]:
    """Events that somebody may record who enters and rests nowhere before, each with the list, or the other journey, that it is about."""
    layout, found = journey.layout, set[tuple[str, object]]()
    seen, waiting = set[int](), [layout.first]
    while waiting:
        number = waiting.pop()
        if number == END or number in seen or layout.places[number].step.rests:
            continue
        seen.add(number)
        found |= {
            (event, told.get("list") or told.get("of")) for event, told in layout.places[number].step.emits().items()
        }
        waiting += layout.ways_from(number)
    return found


def check_circles(journey: JourneyDefinition, others: Iterable[JourneyDefinition]) -> None:
    """Raise ``Refused`` where ``journey`` and ``others`` let people round and round without a wait; one that lets nobody in again at once ends it."""

    def leads(name: str, following: str) -> bool:
        """Whether who enters a journey may enter another by what it records at once."""
        entry, recorded = known[following].entry, recorded_at_once(known[name])
        heard = entry.heard()
        if (ENROLMENT_ASKED, following) in recorded:
            return True
        return heard is not None and any(
            event == heard.event and (entry.list is None or of == entry.list) for event, of in recorded
        )

    known = {each.name: each for each in [*others, journey] if each.entry.again == "always"}

    def follow(name: str, way: list[str]) -> None:
        for following in sorted(known):
            if not leads(name, following):
                continue
            if following == journey.name:
                circle = " → ".join([*way, following])
                raise Refused(
                    sentence(
                        "{circle} would never end: each has people enter the next at once, and lets them in always; "
                        "put a wait before it, or say again: 1d",
                        circle=circle,
                    )
                )
            if following not in way:
                follow(following, [*way, following])

    if journey.name in known:
        follow(journey.name, [journey.name])
