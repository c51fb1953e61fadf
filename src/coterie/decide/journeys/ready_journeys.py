"""Journeys to begin with, filled from the names that the data at hand have."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal, cast

import yaml
from pydantic import BaseModel, ConfigDict, Field

from coterie.errors import UnknownName

_USUAL: Mapping[str, object] = {
    "quiet_hours": {"start": "21:00", "end": "08:00"},
    "frequency_caps": [{"times": 3, "within": "7d"}],
}
_Told = dict[Literal["en", "zh"], str]


class JourneyTemplate(BaseModel):
    """A journey with slots for names; see the head of ``ready_journeys.yaml`` for what each field means."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    label: _Told
    about: _Told
    events: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    traits: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    journey: dict[str, object]
    messages: dict[str, dict[Literal["en", "zh"], tuple[str, str]]]


@dataclass(frozen=True)
class ReadyJourney:
    """A journey as this workspace can begin with it, and the templates that it sends; ``lacks`` names events and attributes that no data have yet.

    Where it lacks any its people enter by hand.
    """

    name: str
    label: str
    about: str
    lacks: tuple[str, ...]
    body: Mapping[str, object]
    templates: tuple[Mapping[str, object], ...]


@cache
def journey_library() -> tuple[JourneyTemplate, ...]:
    """All of them, whatever the data.

    >>> [template.name for template in journey_library()][:3]
    ['welcome', 'abandoned-cart', 'abandoned-browse']
    """
    text = (files("coterie.decide.journeys") / "ready_journeys.yaml").read_text("utf-8")
    return tuple(JourneyTemplate.model_validate(entry) for entry in yaml.safe_load(text))


def ready_journeys(events: Collection[str], traits: Collection[str], lang: str = "en") -> list[ReadyJourney]:
    """Every journey of the library in a language, its slots filled with the first of their names that is among ``events`` or ``traits``.

    >>> [ready.lacks for ready in ready_journeys(["Order Completed"], []) if ready.name == "birthday"]
    [('birth_date',)]
    """
    return [_filled(template, events, traits, "zh" if lang == "zh" else "en") for template in journey_library()]


def ready_journey(name: str, events: Collection[str], traits: Collection[str], lang: str = "en") -> ReadyJourney:
    """One of them; raises ``UnknownName`` with the nearest."""
    found = {ready.name: ready for ready in ready_journeys(events, traits, lang)}
    if name not in found:
        raise UnknownName("template", name, found)
    return found[name]


def _filled(
    template: JourneyTemplate, events: Collection[str], traits: Collection[str], lang: Literal["en", "zh"]
) -> ReadyJourney:
    slots, lacks = dict[str, str](), list[str]()
    for asked, known in ((template.events, events), (template.traits, traits)):
        for slot, names in asked.items():
            there = [name for name in names if name in known]
            slots[slot] = (there or names)[0]
            lacks += [] if there else [names[0]]
    body = cast("dict[str, object]", _with(template.journey, slots, template.name))
    if lacks:
        body["entry"] = {"by_hand": True}
    other: Literal["en", "zh"] = "en" if lang == "zh" else "zh"
    return ReadyJourney(
        template.name,
        template.label[lang],
        template.about[lang],
        tuple(lacks),
        {"name": template.name, "description": template.about[lang], **_USUAL, **body},
        tuple(
            {
                "name": f"{template.name}-{step}",
                "language": lang,
                **_said(*words[lang]),
                "languages": {other: _said(*words[other])},
            }
            for step, words in template.messages.items()
        ),
    )


def _said(subject: str, text: str) -> dict[str, str]:
    return {"subject": subject, "body": f"<p>{text}</p>"}


def _with(given: object, slots: Mapping[str, str], journey: str) -> object:
    """``given`` with its slots filled, and messages by the names of their templates."""
    if isinstance(given, str):
        return re.sub(r"\{(\w+)\}", lambda slot: slots[slot[1]], given)
    if isinstance(given, list):
        return [_with(each, slots, journey) for each in given]
    if isinstance(given, dict):
        found = {key: _with(value, slots, journey) for key, value in given.items()}
        return found | ({"message": f"{journey}-{found['message']}"} if "message" in found else {})
    return given
