"""What a journey may be made of. A step is one file in ``journeys/steps`` and one line here."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from pydantic import Field

from coterie.decide.journeys.condition import JourneyCondition
from coterie.decide.journeys.standing import Arrived, Taken
from coterie.profile import language
from coterie.registry import Registry
from coterie.words import Sentence

_PLACE = "coterie.decide.journeys.steps"

STEPS: Registry[type[language.Node]] = Registry(
    "step",
    {
        "wait": f"{_PLACE}.wait:Wait",
        "wait_until": f"{_PLACE}.wait_until:WaitUntil",
        "wait_for": f"{_PLACE}.wait_for:WaitFor",
        "branch": f"{_PLACE}.branch:Branch",
        "split": f"{_PLACE}.split:Split",
        "message": f"{_PLACE}.message:MessageStep",
        "emit": f"{_PLACE}.emit:Emit",
        "task": f"{_PLACE}.task:TaskStep",
        "add_to_list": f"{_PLACE}.add_to_list:AddToList",
        "take_from_list": f"{_PLACE}.take_from_list:TakeFromList",
        "enrol_in": f"{_PLACE}.enrol_in:EnrolIn",
        "leave_journey": f"{_PLACE}.leave_journey:LeaveJourney",
        "set_trait": f"{_PLACE}.set_trait:SetTrait",
        "increment_trait": f"{_PLACE}.increment_trait:IncrementTrait",
        "unset_trait": f"{_PLACE}.unset_trait:UnsetTrait",
        "leave": f"{_PLACE}.leave:Leave",
        "go_to": f"{_PLACE}.go_to:GoTo",
    },
)

Paths = Mapping[str, tuple["Step", ...]]
"""Label → the steps that somebody takes who turns there."""


@dataclass(frozen=True)
class Alteration:
    """A change of an attribute: ``act`` is set, add or unset, ``value`` what it is set to or what is added."""

    trait: str
    act: str
    value: bool | float | str | None = None


class Step(language.Node):
    """One step of a journey: ``{id: settle, wait: 1h}`` and ``{id: settle, op: wait, span: 1h}`` are the same.

    Its ``id`` is where people stand; it survives every edit of the journey.

    >>> Step.model_validate({"id": "settle", "wait": "1h"}).words()
    'wait 1 hour'
    """

    registry: ClassVar[Registry[type[language.Node]]] = STEPS
    rests: ClassVar[bool] = False
    """Whether people stay here until an instant or a happening."""

    op: str
    id: str = Field(
        pattern=r"^[a-z0-9][a-z0-9_-]*$",
        max_length=60,
        description="What the step is called; people stand at it by this name, also after the journey is changed.",
    )

    @abstractmethod
    def words(self) -> Sentence:
        """The step as people read it."""

    @abstractmethod
    def take(self, at: Arrived) -> Taken:
        """Where each of those who have come here goes on, or until when they stay."""

    def ends_at(self, now: datetime, zone: str) -> datetime:  # noqa: ARG002 - a length is the same in every zone
        """When the stay of somebody ends who comes here now, where people rest."""
        return now + (self.length() or timedelta())

    def zone_from(self) -> str | None:
        """The attribute that says by whose clock people stay here; None for the workspace's."""
        return None

    def length(self) -> timedelta | None:
        """How long people stay here at most, where that is the same for all."""
        return None

    def paths(self) -> Paths:
        """The steps inside this one, by the turn that leads to them."""
        return {}

    def awaited(self) -> JourneyCondition | None:
        """What ends the stay before its time."""
        return None

    def conditions(self) -> Iterator[JourneyCondition]:
        """Every condition that it asks about."""
        if (awaited := self.awaited()) is not None:
            yield awaited

    def templates(self) -> Iterator[str]:
        """Templates that it sends."""
        yield from ()

    def lists(self) -> Iterator[str]:
        """Lists that it changes."""
        yield from ()

    def journeys(self) -> tuple[str, ...]:
        """Other journeys that it has people enter or leave."""
        return ()

    def channel_used(self) -> str | None:
        """The channel that it writes on."""
        return None

    def emits(self) -> Mapping[str, Mapping[str, object]]:
        """Events that it records → their properties."""
        return {}

    def answered_by(self) -> str | None:
        """The event by which others answer what it gives them to do."""
        return None

    def alters(self) -> Alteration | None:
        """The attribute of the person that it changes, and how."""
        return None

    def jumps_to(self) -> str | None:
        """The step that people go on to, where it is not the next."""
        return None

    @property
    def asks(self) -> bool:
        """Whether where somebody goes from here, or until when they stay, hangs on what is known of them."""
        return self.zone_from() is not None or any(True for _ in self.conditions())

    @property
    def goes_on(self) -> bool:
        """Whether anybody comes from here to the step behind it."""
        return True
