"""How many messages a journey could send to one person in a time, told before anybody is in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import cache

from coterie.decide.campaign import FrequencyCap
from coterie.decide.journeys.definition import JourneyDefinition
from coterie.decide.journeys.flat import END
from coterie.words import Sentence, sentence

_PERIODS = {"day": timedelta(days=1), "week": timedelta(days=7), "month": timedelta(days=31)}


def most_messages(
    journey: JourneyDefinition, window: timedelta, *, channel: str | None = None, enough: int = 1_000
) -> int:
    """Messages that one passage of the journey could send within any ``window``, ``enough`` at most.

    Whatever is waited for may happen at once: only ``wait`` takes time for certain.

    >>> steps = [{"id": "a", "message": "x"}, {"id": "w", "wait": "2d"}, {"id": "b", "message": "y"}]
    >>> journey = JourneyDefinition.model_validate({"name": "j", "entry": {"by_hand": True}, "steps": steps})
    >>> most_messages(journey, timedelta(days=2)), most_messages(journey, timedelta(days=3))
    (1, 2)
    """
    layout = journey.layout

    @cache
    def reached(number: int, left: timedelta) -> frozenset[tuple[int, timedelta]]:
        """The next messages from here, each with the time that is left there."""
        found, seen, waiting = set[tuple[int, timedelta]](), set[tuple[int, timedelta]](), [(number, left)]
        while waiting:
            here = place, time = waiting.pop()
            if place == END or here in seen or time <= timedelta(0):
                continue
            seen.add(here)
            step = layout.places[place].step
            if step.channel_used() is not None and channel in (None, step.channel_used()):
                found.add(here)
                continue
            waiting += following(place, time)
        return frozenset(found)

    def following(number: int, left: timedelta) -> Iterator[tuple[int, timedelta]]:
        step = layout.places[number].step
        takes = step.length() if step.op == "wait" else None
        yield from ((way, left - (takes or timedelta(0))) for way in layout.ways_from(number))

    standing, sent = {at for each in layout.places for at in reached(each.number, window)}, 0
    while standing and sent < enough:
        sent += 1
        standing = {at for number, left in standing for way in following(number, left) for at in reached(*way)}
    return sent


def over_caps(journey: JourneyDefinition) -> Iterator[Sentence]:
    """Of each cap of a journey that its own steps could go over, how often they could send and how often they may."""
    for cap in journey.frequency_caps:
        could = most_messages(journey, _window(cap), channel=cap.channel, enough=cap.times + 1)
        if could > cap.times:
            yield sentence(
                "could send more than the {times:,} {times|message|messages} that a cap allows; what is over it is not sent",
                times=cap.times,
            )


def _window(cap: FrequencyCap) -> timedelta:
    return cap.within if cap.within is not None else _PERIODS[str(cap.per)]
