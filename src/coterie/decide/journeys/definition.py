"""What a journey is, as a person writes it in YAML."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import time, timedelta
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SerializeAsAny, field_validator, model_validator

from coterie.decide.campaign import MESSAGE_EVENTS, FrequencyCap, Goal, QuietHours, Span, check_names
from coterie.decide.journeys.condition import JourneyCondition
from coterie.decide.journeys.flat import JourneyLayout, lay_out
from coterie.decide.journeys.other_journey_step import ENROLMENT_ASKED, LEAVING_ASKED
from coterie.decide.journeys.step import Step
from coterie.decide.journeys.weekdays import Weekday
from coterie.domain.consenting import SERVICE_PURPOSES, purpose_called
from coterie.domain.meanings import PRODUCT_EVENTS
from coterie.errors import NotPermitted
from coterie.profile import language
from coterie.profile.listed import LIST_JOINED, LIST_LEFT
from coterie.protect import LegalBasis
from coterie.segment import Rule
from coterie.words import sentence

_NAME = r"^[a-z0-9][a-z0-9_-]*$"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class JourneyEntry(_Part):
    """Who enters and when: with an event, with entering or leaving a segment or a list, every day by a rule or a date of theirs, or by hand.

    Events count from the journey's publishing on; ``if`` is asked when they enter. Nobody is in a journey twice at a time, or once for
    each value of ``key``.
    """

    event: language.EventName | None = Field(None, description="Name of the event that brings them in.")
    where: language.Filters = Field((), description="Conditions on the properties of the event, all of which hold.")
    key: language.PropertyName | None = Field(
        None, description="Property of the event that tells enrolments of one person apart, such as cart_id."
    )
    segment: str | None = Field(None, description="The segment whose members enter.")
    list: Annotated[str, language.naming("list")] | None = Field(
        None, min_length=1, description="The list that people enter with being put on, one that is not uploaded."
    )
    when: Literal["entered", "left"] = Field(
        "entered", description="Whether they enter with coming into the segment or onto the list, or with leaving it."
    )
    members: bool = Field(
        False, description="Whether those who are in the segment, or on the list, at the publishing enter too."
    )
    every_day: time | None = Field(
        None, description="A time of day at which everybody who meets `if` enters, such as 09:00."
    )
    days: tuple[Weekday, ...] = Field((), description="Days of the week on which that is done; each when absent.")
    date: str | None = Field(
        None,
        min_length=1,
        description="Attribute that holds a date, such as birth_date: they enter on that day, at `every_day`.",
    )
    yearly: bool = Field(
        False, description="Whether they enter on the day of each year; one of 29 February on the 28th in other years."
    )
    offset_days: int = Field(0, ge=-366, le=366, description="Days behind the date; -7 is a week before it.")
    by_hand: bool = Field(False, description="They are enrolled by a command or a call alone.")
    condition: SerializeAsAny[Rule] | None = Field(
        None, alias="if", description="A rule that they have to meet when they enter."
    )
    again: Literal["never", "always"] | Span = Field(
        "never",
        description="Whether somebody whose journey is over may enter again: never, always, or after a time such as 30d since they entered.",
    )

    @model_validator(mode="after")
    def _one_trigger(self) -> Self:
        named = [self.event, self.segment, self.list, self.every_day, self.by_hand or None]
        if sum(each is not None for each in named) != 1:
            raise ValueError("an entry says event, segment, list, every_day or by_hand: true; one of the five")
        if (self.where or self.key) and self.event is None:
            raise ValueError("where and key are said of an event")
        if self.members and (self.segment is self.list or self.when == "left"):
            raise ValueError("members is said of a segment or a list that people enter")
        if self.every_day is not None and self.condition is None and self.date is None:
            raise ValueError("every_day needs an `if` or a `date` that says whom it is about")
        if self.date is not None and self.every_day is None:
            raise ValueError("a date needs every_day, the time of day at which people enter, such as 09:00")
        if self.date is None and (self.yearly or self.offset_days):
            raise ValueError("yearly and offset_days are said of a date")
        if self.yearly and self.again == "never":
            raise ValueError("a yearly date needs again, such as 300d, so that people enter the next year too")
        if self.days and self.every_day is None:
            raise ValueError("days is said of every_day")
        return self

    def heard(self) -> JourneyCondition | None:
        """The events by which people enter; of a list those that change it."""
        if self.list is not None:
            changed = LIST_JOINED if self.when == "entered" else LIST_LEFT
            return JourneyCondition.model_validate({"event": changed, "where": {"list": self.list}})
        return None if self.event is None else JourneyCondition(event=self.event, where=self.where)


class JourneyDefinition(_Part):
    """What happens to somebody from a beginning on, step by step.

    Every journey has a holdout (10 % unless said otherwise), who enter and get nothing; ``holdout: 0`` turns it off on purpose.
    Somebody leaves when they reach the goal or meet one of ``exit``. Changing and applying a journey changes nobody's way until it is
    published.

    >>> welcome = JourneyDefinition.model_validate({
    ...     "name": "welcome", "entry": {"event": "Signed Up"},
    ...     "steps": [{"id": "settle", "wait": "1h"}, {"id": "hello", "message": "hello"}]})
    >>> [place.step.id for place in welcome.layout.places]
    ['settle', 'hello']
    """

    name: str = Field(pattern=_NAME, max_length=60, description="What commands call it.")
    description: str = Field("", description="What it is for, in words for colleagues.")
    purpose: str = Field(
        "marketing",
        min_length=1,
        description="What the consent has to be for: `marketing`, `service` (owed by a contract or the law), or a word of your own, which is marketing too.",
    )
    basis: LegalBasis = Field(
        "opt_in",
        description="Legal ground; the workspace's country limits the choice. opt_in: a granted consent; soft_opt_in: that or a purchase, unless they said no; opt_out: anybody who has not said no; contract: the message is part of a service.",
    )
    entry: JourneyEntry = Field(description="Who enters and when.")
    holdout: float = Field(
        0.1,
        ge=0,
        lt=1,
        description="Share of those who enter (0 to below 1) who get nothing on purpose, to measure the effect by.",
    )
    salt: str | None = Field(
        None, min_length=1, description="Seed of the holdout and the splits; the name when absent."
    )
    goal: Goal | None = Field(
        None,
        description="The event that counts, within which time since they entered, and what it is worth; they leave with it.",
    )
    exit: tuple[JourneyCondition, ...] = Field(
        (),
        description="Who meets one of these leaves: an event since they entered at once, a rule when they come to a step, and both before a message leaves.",
    )
    frequency_caps: tuple[FrequencyCap, ...] = Field((), description="Contacts that a person gets at most in a time.")
    quiet_hours: QuietHours | None = Field(None, description="Hours of the day at which nothing leaves.")
    steps: tuple[SerializeAsAny[Step], ...] = Field(min_length=1, description="The steps, in order.")

    @field_validator("purpose")
    @classmethod
    def _in_usual_words(cls, value: str) -> str:
        return purpose_called(value)

    @model_validator(mode="after")
    def _laid_out(self) -> Self:
        layout = lay_out(self.steps)
        if taken := sorted({"entry", "end"} & {*layout.by_id}):
            raise ValueError(
                sentence(
                    "a step cannot be called {id!r}; the path calls so where somebody comes in or ends", id=taken[0]
                )
            )
        return self

    @cached_property
    def layout(self) -> JourneyLayout:
        """The steps with their places."""
        return lay_out(self.steps)

    @property
    def seed(self) -> str:
        """What the draws of the journey hang on."""
        return self.salt or self.name

    def origin(self, step: str) -> str:
        """The name of the origin of a step's messages."""
        return f"{self.name}/{step}"

    def channel_of(self, step: str) -> str:
        """The channel of a step's messages; e-mail for a step that there is no more."""
        return self.channels().get(step, "email")

    def channels(self) -> dict[str, str]:
        """Step that writes → its channel."""
        return {place.step.id: channel for place in self.layout.places if (channel := place.step.channel_used())}

    def conditions(self) -> Iterator[JourneyCondition]:
        """Every condition of its exits and steps."""
        yield from self.exit
        for place in self.layout.places:
            yield from place.step.conditions()

    def rules(self) -> list[Rule]:
        """Every rule that it asks about."""
        asked = [self.entry.condition, *(each.rule for each in self.conditions())]
        return [rule for rule in asked if rule is not None]

    def attributes(self) -> Iterator[str]:
        """Every attribute of people that it reads beside its rules."""
        if self.entry.date is not None:
            yield self.entry.date
        if self.quiet_hours is not None and self.quiet_hours.zone is not None:
            yield self.quiet_hours.zone
        for place in self.layout.places:
            if (zone := place.step.zone_from()) is not None:
                yield zone

    def templates(self) -> Iterator[str]:
        """Every template that it sends."""
        for place in self.layout.places:
            yield from place.step.templates()

    def sends(self) -> Iterator[tuple[str, str]]:
        """Templates that it sends, with the channel."""
        for place in self.layout.places:
            channel = place.step.channel_used()
            yield from ((template, channel) for template in place.step.templates() if channel is not None)

    def emits(self) -> set[str]:
        """Events that its steps record, and those by which others answer them."""
        steps = [place.step for place in self.layout.places]
        return {
            *(event for step in steps for event in step.emits()),
            *(event for step in steps if (event := step.answered_by())),
        }

    def needs(self) -> dict[str, frozenset[str]]:
        """Kind → names of the definitions that it cannot do without."""
        segments = [name for rule in self.rules() for name in rule.named_segments()]
        return {
            "segment": frozenset([*segments, *([self.entry.segment] if self.entry.segment else [])]),
            "template": frozenset(self.templates()),
            "journey": frozenset(self.others()),
            "list": frozenset([*self.lists(), *(name for rule in self.rules() for name in rule.named_lists())]),
        }

    def others(self) -> list[str]:
        """Other journeys that its steps have people enter or leave."""
        named = {name for place in self.layout.places for name in place.step.journeys()}
        return sorted(named - {self.name})

    def asked_to_enter(self) -> JourneyCondition:
        """The events by which steps of journeys have people enter this one."""
        return self._asked(ENROLMENT_ASKED)

    def asked_to_leave(self) -> JourneyCondition:
        """The events by which steps of other journeys have people leave this one."""
        return self._asked(LEAVING_ASKED)

    def _asked(self, event: str) -> JourneyCondition:
        where = {"of": self.name, "source": "coterie"}
        return JourneyCondition.model_validate({"event": event, "where": where})

    def lists(self) -> Iterator[str]:
        """Lists that its steps change, or that people enter by."""
        yield from () if self.entry.list is None else (self.entry.list,)
        for place in self.layout.places:
            yield from place.step.lists()

    def shares(self) -> dict[str, float]:
        """Arm → its intended share of those who enter."""
        return {"holdout": self.holdout, "journey": 1 - self.holdout} if self.holdout else {"journey": 1.0}

    @property
    def again_after(self) -> timedelta | None:
        """How long after they entered somebody may enter again; None for never."""
        if isinstance(self.entry.again, timedelta):
            return self.entry.again
        return timedelta(0) if self.entry.again == "always" else None


def check_journey(
    journey: JourneyDefinition,
    *,
    segments: Iterable[str],
    lists: Iterable[str],
    journeys: Iterable[str],
    templates: Iterable[str],
    channels: Iterable[str],
    events: Iterable[str],
    traits: Iterable[str],
) -> None:
    """Raise ``UnknownName`` with the nearest names for a segment, list, journey, template, channel or event that there is not.

    ``NotPermitted`` for marketing that is said to rest on a contract.
    """
    if journey.basis == "contract" and journey.purpose not in SERVICE_PURPOSES:
        raise NotPermitted(
            sentence(
                "journey {name!r} rests on a contract, and its purpose {purpose!r} is marketing, which no "
                "contract owes to anybody; its basis has to be another, or its purpose one of {known}",
                name=journey.name,
                purpose=journey.purpose,
                known=", ".join(sorted(SERVICE_PURPOSES)),
            )
        )
    heard = [*(each.event for each in journey.conditions()), journey.entry.event, journey.goal and journey.goal.event]
    asked: tuple[tuple[str, list[str], Iterable[str]], ...] = (
        ("segment", sorted(journey.needs()["segment"]), segments),
        ("list", list(journey.lists()), lists),
        ("journey", journey.others(), journeys),
        ("template", list(journey.templates()), templates),
        ("trait", list(journey.attributes()), traits),
        ("channel", list(journey.channels().values()), channels),
        ("event", [name for name in heard if name], {*events, *MESSAGE_EVENTS, *PRODUCT_EVENTS, *journey.emits()}),
    )
    check_names(asked)
