"""What a campaign is, as a person writes it in YAML."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, time, timedelta
from typing import Annotated, Literal, Protocol, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from coterie.domain.consenting import SERVICE_PURPOSES, purpose_called
from coterie.domain.durations import FIXED_AS_WRITTEN, read_span, written
from coterie.domain.meanings import EVENT_MEANINGS, ORDER
from coterie.engines import AMOUNTS
from coterie.errors import NotPermitted, UnknownName
from coterie.protect import LegalBasis
from coterie.settings.schedules import Cron
from coterie.words import sentence

HOLDOUT = "holdout"
"""The arm that gets nothing, on purpose."""

_NAME = r"^[a-z0-9][a-z0-9_-]*$"


def _span(given: object) -> object:
    return read_span(given) if isinstance(given, (str, int, float)) else given


Span = Annotated[
    timedelta,
    BeforeValidator(_span),
    PlainSerializer(written, when_used="json"),
    WithJsonSchema(FIXED_AS_WRITTEN, mode="validation"),
]
"""A length of time as rules have it, but always the same: never a month or a year."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Audience(_Part):
    """Who is meant: profiles in any (or all) of ``segments`` and ``lists``, or everybody, without those in ``exclude``."""

    segments: tuple[str, ...] = Field((), description="Segments meant; leave out with `everybody: true`.")
    lists: tuple[str, ...] = Field((), description="Lists meant, beside the segments: who is on one by now.")
    match: Literal["any", "all"] = Field(
        "any", description="Who is meant: members of any of the segments and lists, or only of all."
    )
    exclude: tuple[str, ...] = Field((), description="Segments whose members are left out.")
    exclude_lists: tuple[str, ...] = Field((), description="Lists of whom nobody is meant.")
    everybody: bool = Field(False, description="Mean every profile; has to be said, never assumed.")

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if bool(self.segments or self.lists) == self.everybody:
            raise ValueError("an audience names segments or lists, or says everybody: true; one of the two")
        return self


class CampaignVariant(_Part):
    """One way of saying it: a template and its weight among the variants."""

    name: str = Field(pattern=_NAME, max_length=40, description="Name of the arm in plans and results.")
    template: str = Field(description="Name of the template that is sent.")
    weight: float = Field(1.0, gt=0, description="Its share against the other variants: 2 gets twice as many as 1.")


MESSAGE_EVENTS = frozenset(
    {"Message Sent", "Message Delivered", "Message Opened", "Message Clicked", "Message Replied", "Message Bounced"}
)
"""Events of the campaign's own messages: a goal may name them before the first of them has come."""


class Goal(_Part):
    """What the campaign is for: an event within a time after the exposure, and what it is worth.

    An event of the campaign's own messages, such as ``Message Clicked``, is worth nothing unless ``value`` says so.
    """

    event: str = Field(ORDER, description="The event that counts as reaching the goal.")
    within: Span = Field(
        timedelta(days=14),
        gt=timedelta(0),
        le=timedelta(days=3650),
        description="How long after the exposure it counts: P14D or 14d are 14 days.",
    )
    value: str | None = Field(
        "revenue",
        description="Numeric property of the event that is summed; revenue is net. Null where it is worth nothing.",
    )

    @model_validator(mode="before")
    @classmethod
    def _worth_of_a_message(cls, given: object) -> object:
        if isinstance(given, dict) and given.get("event") in MESSAGE_EVENTS:
            return {"value": None} | given
        return given


class Cost(_Part):
    """What the campaign costs, in the workspace's currency."""

    per_contact: float = Field(0.0, ge=0, description="Money for each message.")
    fixed: float = Field(0.0, ge=0, description="Money for the campaign as a whole.")


class FrequencyCap(_Part):
    """At most ``times`` contacts ``within`` a time (rolling) or ``per`` day, week or month (calendar).

    Calendar periods are the workspace's; weeks begin on Monday. Contacts of all campaigns
    count, on all channels unless ``channel`` names one.
    """

    times: int = Field(ge=1, description="Contacts at most.")
    within: Span | None = Field(None, gt=timedelta(0), description="In any such span of time: P7D or 7d are 7 days.")
    per: Literal["day", "week", "month"] | None = Field(None, description="In each calendar day, week or month.")
    channel: str | None = Field(None, description="Count only contacts on this channel; all channels when absent.")

    @model_validator(mode="after")
    def _one_window(self) -> Self:
        if (self.within is None) == (self.per is None):
            raise ValueError("a frequency cap says within (P7D) or per (day, week, month); one of the two")
        return self


class QuietHours(_Part):
    """No message leaves from ``start`` until ``end``, by the workspace's clock or that of the person's ``zone``; may pass midnight."""

    start: time = Field(description="From this time on (21:00).")
    end: time = Field(description="Until this time (08:00).")
    zone: str | None = Field(
        None,
        min_length=1,
        description="Attribute that names the zone of a person, such as timezone; the workspace's where it names none, or is left out.",
    )

    @model_validator(mode="after")
    def _not_always(self) -> Self:
        if self.start == self.end:
            raise ValueError("quiet hours begin and end at the same time; leave them out instead")
        return self


class Throttle(_Part):
    """At most ``messages`` of the campaign leave in any span as long as ``per``, however many wait."""

    messages: int = Field(ge=1, description="Messages at most.")
    per: Span = Field(
        timedelta(hours=1),
        ge=timedelta(minutes=1),
        le=timedelta(days=31),
        description="In any such span of time: PT1H or 1h is an hour.",
    )


class Recurrence(_Part):
    """The campaign is launched anew at each of these times, each time to whoever is in its audience by then.

    A time at which no server ran is made up for, but only the last of those missed, and only within ``late``.
    """

    cron: str = Field(
        description="When, as crontab writes it (`0 9 * * 1` is Monday at 9), by the workspace's clock, or that of `in_zone`."
    )
    until: datetime | None = Field(None, description="None after this time, by the same clock.")
    late: Span = Field(
        timedelta(hours=12),
        gt=timedelta(0),
        le=timedelta(days=31),
        description="How long after a time that was missed it may still be made up for.",
    )

    @field_validator("cron")
    @classmethod
    def _readable(cls, cron: str) -> str:
        Cron.read(cron)
        return cron

    @field_validator("until")
    @classmethod
    def _on_a_wall(cls, value: datetime | None) -> datetime | None:
        return _on_a_wall(value)


def _on_a_wall(value: datetime | None) -> datetime | None:
    if value is not None and value.tzinfo is not None:
        raise ValueError("it is a time on each person's clock, so it carries no offset")
    return value


class CampaignDefinition(_Part):
    """One aim, one audience, one schedule.

    Every campaign has a holdout (10 % unless said otherwise); ``holdout: 0`` turns it off
    on purpose. ``template`` is short for a single variant, called ``message``; give it or ``variants``. Assignment depends on ``salt``
    (the name when absent) and the profile alone, so another campaign of the same salt and
    shares holds out the same people.
    Shares are meant of the audience, and hold about. What is left after the holdout is divided by the variants' weights.
    Lengths of time are written P14D or 14d; a bare number, months and years are refused.

    >>> spring = CampaignDefinition(name="spring", audience={"segments": ["vip"]}, template="hello")
    >>> spring.shares()
    {'holdout': 0.1, 'message': 0.9}
    """

    name: str = Field(pattern=_NAME, max_length=80, description="What commands call it.")
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
    channel: str = Field("email", description="The channel it goes out on.")
    audience: Audience = Field(
        description="Who is meant: `segments` or `lists` (and `match`, `exclude`, `exclude_lists`), or `everybody: true`."
    )
    template: str | None = Field(None, description="The template that is sent; short for one variant.")
    variants: tuple[CampaignVariant, ...] = Field((), description="Several templates to compare, with weights.")
    goal: Goal | None = Field(
        Goal(),
        description="The event that counts, within which time, and what it is worth; null for none, as without a word where there are no orders.",
    )
    holdout: float = Field(
        0.1,
        ge=0,
        lt=1,
        description="Share of the audience (0 to below 1) left out on purpose, to measure the effect by.",
    )
    salt: str | None = Field(None, min_length=1, description="Seed of the assignment to arms; the name when absent.")
    cost: Cost = Field(Cost(), description="What it costs, in the currency of the workspace.")
    frequency_caps: tuple[FrequencyCap, ...] = Field((), description="Contacts that a person gets at most in a time.")
    quiet_hours: QuietHours | None = Field(None, description="Hours of the day at which nothing leaves.")
    throttle: Throttle | None = Field(
        None, description="How many leave in a time at most; as fast as the channel takes them when absent."
    )
    in_zone: str | None = Field(
        None,
        min_length=1,
        description="Attribute that names the zone of a person, such as timezone: `starts_at` and `repeats` are then times on their own clock; the workspace's where it names none.",
    )
    starts_at: datetime | None = Field(
        None, description="Nothing leaves before; naive means UTC, or with `in_zone` each person's own clock."
    )
    repeats: Recurrence | None = Field(None, description="When it is launched anew; once when absent.")

    @field_validator("purpose")
    @classmethod
    def _in_usual_words(cls, value: str) -> str:
        return purpose_called(value)

    @field_validator("starts_at")
    @classmethod
    def _in_utc(cls, value: datetime | None, given: ValidationInfo) -> datetime | None:
        if given.data.get("in_zone") is not None:
            return _on_a_wall(value)
        if value is None or value.tzinfo is None:
            return value
        return (value - (value.utcoffset() or timedelta())).replace(tzinfo=None)

    @model_validator(mode="after")
    def _begins_by_one_rule(self) -> Self:
        if self.repeats is not None and self.starts_at is not None:
            raise ValueError("a campaign that repeats begins when its times come; leave starts_at out")
        return self

    @model_validator(mode="after")
    def _something_to_say(self) -> Self:
        if (self.template is None) == (not self.variants):
            raise ValueError("a campaign names a template, or variants with a template each; one of the two")
        names = [variant.name for variant in self.variants]
        if HOLDOUT in names or len(set(names)) < len(names):
            raise ValueError(
                sentence("variant names have to differ from each other and from {holdout!r}", holdout=HOLDOUT)
            )
        return self

    def arms(self) -> tuple[CampaignVariant, ...]:
        """The variants, or the single one that ``template`` stands for, called ``message``."""
        return self.variants or (CampaignVariant(name="message", template=self.template or ""),)

    def sends(self) -> Iterator[tuple[str, str]]:
        """Templates that it sends, with the channel."""
        yield from ((arm.template, self.channel) for arm in self.arms())

    def needs(self) -> dict[str, frozenset[str]]:
        """Kind → names of the definitions that it cannot do without."""
        return {
            "segment": frozenset((*self.audience.segments, *self.audience.exclude)),
            "list": frozenset((*self.audience.lists, *self.audience.exclude_lists)),
            "template": frozenset(arm.template for arm in self.arms()),
        }

    def goal_among(self, events: Iterable[str]) -> Goal | None:
        """The goal, or None where there is none: when it says so, or says nothing and no order is among ``events``.

        >>> CampaignDefinition(name="news", audience={"everybody": True}, template="hello").goal_among([]) is None
        True
        """
        is_said = "goal" in self.model_fields_set
        return self.goal if is_said or self.goal is None or self.goal.event in set(events) else None

    def shares(self) -> dict[str, float]:
        """Arm → its intended share of the audience, the holdout first; they sum to 1."""
        whole = sum(arm.weight for arm in self.arms())
        held = {HOLDOUT: self.holdout} if self.holdout else {}
        return held | {arm.name: (1 - self.holdout) * arm.weight / whole for arm in self.arms()}


class KnownEvent(Protocol):
    """What has to be known of an event that a goal names."""

    @property
    def properties(self) -> Mapping[str, object]:
        """Its properties by name."""


def check_names(asked: Iterable[tuple[str, Iterable[str], Iterable[str]]]) -> None:
    """Raise ``UnknownName`` with the nearest for the first name that there is not: kind, names asked for, names known."""
    for kind, names, known in asked:
        there = set(known)
        for name in names:
            if name not in there:
                raise UnknownName(kind, name, there)


def check_campaign(
    campaign: CampaignDefinition,
    *,
    segments: Iterable[str],
    lists: Iterable[str],
    templates: Iterable[str],
    events: Mapping[str, KnownEvent],
    traits: Iterable[str],
) -> None:
    """Raise ``UnknownName`` with the nearest names for a segment, list, template, event or property that there is not.

    ``NotPermitted`` for marketing that is said to rest on a contract.
    """
    if campaign.basis == "contract" and campaign.purpose not in SERVICE_PURPOSES:
        raise NotPermitted(
            sentence(
                "campaign {name!r} rests on a contract, and its purpose {purpose!r} is marketing, which no "
                "contract owes to anybody; its basis has to be another, or its purpose one of {known}",
                name=campaign.name,
                purpose=campaign.purpose,
                known=", ".join(sorted(SERVICE_PURPOSES)),
            )
        )
    goal = campaign.goal_among(events)
    zones = (campaign.in_zone, None if campaign.quiet_hours is None else campaign.quiet_hours.zone)
    asked = (
        ("segment", (*campaign.audience.segments, *campaign.audience.exclude), segments),
        ("list", (*campaign.audience.lists, *campaign.audience.exclude_lists), lists),
        ("template", tuple(arm.template for arm in campaign.arms()), templates),
        ("trait", [zone for zone in zones if zone is not None], traits),
        ("event", () if goal is None else (goal.event,), {*events, *MESSAGE_EVENTS}),
    )
    check_names(asked)
    if goal is None or goal.value is None or goal.event not in events:
        return
    # Amounts are known again as soon as every currency has a rate.
    is_unpriced = goal.event in EVENT_MEANINGS and goal.value in AMOUNTS
    if goal.value not in events[goal.event].properties and not is_unpriced:
        raise UnknownName(
            sentence("property of {event!r}", event=goal.event), goal.value, events[goal.event].properties
        )
