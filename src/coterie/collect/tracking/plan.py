"""The tracking plan of a source, as it is defined: its events, their properties, and what becomes of what breaks it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

PropertyType = Literal["text", "number", "boolean", "list", "object", "any"]


class TrackedProperty(BaseModel):
    """One property of an event."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1, description="What the property is called.")
    type: PropertyType = Field("any", description="text, number, boolean, list, object, or any of them.")
    required: bool = Field(False, description="A message without it, or with null, breaks the plan.")


class TrackedEvent(BaseModel):
    """One event that the source may send."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(
        min_length=1, description="As it is called here, such as `Product Viewed`; `identify` for the traits of people."
    )
    properties: tuple[TrackedProperty, ...] = Field(
        (), description="Those that are known; further ones are drift and break nothing."
    )

    @model_validator(mode="after")
    def _names_each_once(self) -> TrackedEvent:
        if _repeated(each.name for each in self.properties):
            raise ValueError("a plan names each event, and each property of an event, once")
        return self


class TrackingPlan(BaseModel):
    """What a source sends over HTTP. A message that breaks it is counted (`flag`), or kept out, in the quarantine (`refuse`).

    It is broken by an event that it does not name, a required property that is missing, and a value of another type.

    >>> plan = TrackingPlan(name="web", events=[{"name": "Product Viewed", "properties": [{"name": "sku", "type": "text"}]}])
    >>> plan.violations, plan.events[0].properties[0].required
    ('flag', False)
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1, description="The source: the name of the write key by which it sends.")
    violations: Literal["flag", "refuse"] = Field("flag", description="flag or refuse.")
    events: tuple[TrackedEvent, ...] = Field((), description="The events that the source may send.")

    @model_validator(mode="after")
    def _names_each_once(self) -> TrackingPlan:
        if _repeated(each.name for each in self.events):
            raise ValueError("a plan names each event, and each property of an event, once")
        return self


def _repeated(names: Iterable[str]) -> bool:
    found = list(names)
    return len(found) != len(set(found))
