"""What is known of the people whom the walker walks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import available_timezones


@dataclass(frozen=True)
class Event:
    """Something that somebody did, and when it was told here."""

    id: str
    name: str
    person: int
    at: datetime
    props: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Altered:
    """A change of somebody's attribute that was told: when, as which of their steps, and the name of its event."""

    person: int
    at: datetime
    visit: int
    id: str
    trait: str
    act: str
    value: object


@dataclass
class World:
    """What is known of people: who is who, which address they have, what they did, which segments they came into and left."""

    zone: str
    identifiers: dict[int, list[str]]
    became: dict[int, int] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    altered: list[Altered] = field(default_factory=list)
    changes: list[tuple[int, int, str, datetime]] = field(default_factory=list)
    members: set[int] = field(default_factory=set)
    zones: dict[int, str] = field(default_factory=dict)
    born: Callable[[int], date | None] = lambda _: None

    def clock_of(self, person: int, step: object) -> str:
        """The zone by whose clock a person waits at a step: their own where it asks for that and there is one, else that of all."""
        own = self.zones.get(person, "") if step.zone else ""  # type: ignore[attr-defined]
        return own if own in available_timezones() else self.zone

    def now_called(self, person: int) -> int:
        """Who ``person`` is found to be."""
        while person in self.became:
            person = self.became[person]
        return person

    def everybody(self) -> list[int]:
        """Everybody there is."""
        return [person for person in self.identifiers if person not in self.became]

    def all_of(self, person: int) -> list[str]:
        """All identifiers of a person, the oldest first."""
        mine = [number for number in self.identifiers if self.now_called(number) == person]
        return [each for number in sorted(mine) for each in self.identifiers[number]]

    def drawn_by(self, person: int) -> str:
        """What stands for a person in draws."""
        return min(each.lower() for each in self.all_of(person))

    def address(self, person: int) -> str | None:
        """The newest address of a person."""
        found = [each for each in self.all_of(person) if each.startswith("email:")]
        return found[-1].removeprefix("email:") if found else None

    def attribute(self, person: int, trait: str) -> Any:
        """What an attribute of somebody is by now, one change after the other."""
        mine = [each for each in self.altered if self.now_called(each.person) == person and each.trait == trait]
        value: Any = None
        for each in sorted(mine, key=lambda each: (each.at, each.visit, each.id)):
            value = (value or 0) + each.value if each.act == "add" else each.value
        return value

    def listings(self, person: int, name: str, before: datetime) -> list[tuple[datetime, str, bool]]:
        """Every change that put a person on a list, or took them off, in order: when, by which event, whether they are on it then."""
        mine = [
            each for each in self.altered if self.now_called(each.person) == person and each.trait == f"list {name}"
        ]
        found = sorted((each.at, each.visit, each.id, bool(each.value)) for each in mine if each.at < before)
        return [(at, event, is_on) for at, _, event, is_on in found]

    def is_listed(self, person: int, name: str, before: datetime) -> bool:
        """Whether a person is on a list."""
        return [False, *(is_on for *_, is_on in self.listings(person, name, before))][-1]

    def done_by(self, person: int, name: str, where: Iterable[object], before: datetime) -> list[Event]:
        """The events of a person with a name that fit the conditions."""
        return [
            e
            for e in self.events
            if e.name == name and e.at < before and self.now_called(e.person) == person and fits(e, where)
        ]


def fits(event: Event, where: Iterable[object]) -> bool:
    """Whether every condition on properties holds."""
    for each in where:
        value = event.props.get(each.property)  # type: ignore[attr-defined]
        if value is None or not value >= each.value:  # type: ignore[attr-defined]  # the worlds ask >= alone
            return False
    return True
