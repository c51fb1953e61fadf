"""A journey laid out: every step with its place, and where each turn leads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from coterie.decide.journeys.standing import ON, OUT, REST
from coterie.decide.journeys.step import Step
from coterie.words import sentence

END = -1
"""The place behind the last step."""


@dataclass(frozen=True)
class StepPlace:
    """One step where it stands: ``on`` is the place behind it, ``into`` where each of its turns leads."""

    number: int
    step: Step
    on: int
    into: Mapping[str, int] = field(default_factory=dict)

    def behind(self, turn: str) -> int:
        """Where a turn leads: the place itself for those who stay."""
        if turn == REST:
            return self.number
        return END if turn == OUT else self.on if turn == ON else self.into[turn]


@dataclass(frozen=True)
class JourneyLayout:
    """The places of a journey in the order of the definition, the outer before the inner; joins lie behind what they join."""

    places: tuple[StepPlace, ...]
    first: int

    @property
    def by_id(self) -> dict[str, int]:
        """Step → its place."""
        return {place.step.id: place.number for place in self.places}

    def ways_from(self, number: int) -> set[int]:
        """The places that people may come to from here, ``END`` among them; none from a step that all leave by."""
        place = self.places[number]
        if not (place.step.goes_on or place.step.jumps_to() is not None):
            return set()
        return set(place.into.values()) or {place.on}


def lay_out(steps: Sequence[Step]) -> JourneyLayout:
    """The places of ``steps`` and all steps inside them.

    Raises ``ValueError`` for an id given twice, a jump to a step that there is not, a step that nobody can come to, and a way that
    leads back without a wait.
    """
    every = list(_every(steps))
    numbers: dict[str, int] = {}
    for number, step in enumerate(every):
        if step.id in numbers:
            raise ValueError(sentence("two steps are called {id!r}; people stand at a step by its id", id=step.id))
        numbers[step.id] = number
    placed: dict[int, StepPlace] = {}
    first = _place(steps, END, numbers, placed)
    layout = JourneyLayout(tuple(placed[number] for number in range(len(every))), first)
    _check_reached(layout)
    _check_loops(layout)
    return layout


def _every(steps: Sequence[Step]) -> list[Step]:
    found: list[Step] = []
    for step in steps:
        found.append(step)
        for inner in step.paths().values():
            found += _every(inner)
    return found


def _place(steps: Sequence[Step], end: int, numbers: Mapping[str, int], placed: dict[int, StepPlace]) -> int:
    """Lay out one list of steps that is followed by the place ``end``; the place of its first."""
    following = end
    for step in reversed(steps):
        on = following
        if (target := step.jumps_to()) is not None:
            if target not in numbers:
                raise ValueError(
                    sentence(
                        "step {id!r} goes to {target!r}, and no step is called so; there are {known}",
                        id=step.id,
                        target=target,
                        known=", ".join(numbers),
                    )
                )
            on = numbers[target]
        into = {label: _place(inner, following, numbers, placed) for label, inner in step.paths().items()}
        placed[numbers[step.id]] = StepPlace(numbers[step.id], step, on, into)
        following = numbers[step.id]
    return following


def _check_reached(layout: JourneyLayout) -> None:
    seen, waiting = set(), [layout.first] if layout.places else []
    while waiting:
        number = waiting.pop()
        if number in seen or number == END:
            continue
        seen.add(number)
        waiting += layout.ways_from(number)
    for place in layout.places:
        if place.number not in seen:
            raise ValueError(
                sentence("nobody can come to step {id!r}: every way ends or turns off before it", id=place.step.id)
            )


def _check_loops(layout: JourneyLayout) -> None:
    """A circle of steps that nobody rests at would never end."""
    state: dict[int, int] = {}

    def visit(number: int, way: list[int]) -> None:
        if number == END or layout.places[number].step.rests or state.get(number) == 2:
            return
        if state.get(number) == 1:
            circle = [layout.places[each].step.id for each in [*way[way.index(number) :], number]]
            raise ValueError(
                sentence("{circle} is a circle without a wait; put a wait into it", circle=" → ".join(circle))
            )
        state[number] = 1
        for following in sorted(layout.ways_from(number)):
            visit(following, [*way, number])
        state[number] = 2

    for place in layout.places:
        visit(place.number, [])
