"""Messages held against the plan of their source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from coterie.collect.loading.refused import REASONS
from coterie.collect.tracking.plan import PropertyType, TrackedEvent, TrackedProperty, TrackingPlan
from coterie.words import Sentence, joined

Code = Literal["unknown_event", "missing_property", "other_type"]
_KINDS: Mapping[PropertyType, Any] = {
    "text": str,
    "number": float,
    "boolean": bool,
    "list": list[msgspec.Raw],
    "object": dict[str, msgspec.Raw],
    "any": str | float | bool | list[msgspec.Raw] | dict[str, msgspec.Raw],
}


@dataclass(frozen=True, slots=True)
class Violation:
    """One way in which a message breaks its plan; ``property_name`` is empty where the event itself is not in it."""

    code: Code
    event: str
    property_name: str = ""
    expected: str = ""
    found: str = ""

    @property
    def said(self) -> Sentence:
        """What is wrong, for a person."""
        values = {"event": self.event, "property": self.property_name, "expected": self.expected, "found": self.found}
        words = REASONS[self.code]
        return Sentence(words, {name: value for name, value in values.items() if f"{{{name}}}" in words})


@dataclass(frozen=True, slots=True)
class Checked:
    """What a plan says of a message: how it breaks it, and whether it is kept out for that."""

    violations: tuple[Violation, ...] = ()
    is_refused: bool = False

    @property
    def said(self) -> Sentence:
        """All that is wrong."""
        return joined([each.said for each in self.violations])


_KEPT = Checked()


class PlanCheck:
    """A plan made ready for many messages: of each event a decoder of its properties, which nearly all pass at once.

    >>> plan = TrackingPlan(name="web", violations="refuse", events=[TrackedEvent(name="Seen", properties=[
    ...     TrackedProperty(name="sku", type="text", required=True), TrackedProperty(name="price", type="number")])])
    >>> check = PlanCheck(plan, version=1)
    >>> check.of("Seen", b'{"sku": "a", "price": 3, "more": null}').violations
    ()
    >>> [each.said for each in check.of("Seen", b'{"price": "3"}').violations]
    ['sku of Seen is missing, and the tracking plan requires it', 'price of Seen is text; the tracking plan says number']
    """

    def __init__(self, plan: TrackingPlan, version: int) -> None:
        self.source, self.version = plan.name, version
        self._is_refused = plan.violations == "refuse"
        self._events = {event.name: (_decoder(event), event) for event in plan.events}

    def of(self, event: str, properties: bytes | msgspec.Raw) -> Checked:
        """What the plan says of a message of ``event`` that has these properties, a JSON object or nothing."""
        known = self._events.get(event)
        if known is None:
            return Checked((Violation("unknown_event", event),), self._is_refused)
        try:
            known[0].decode(properties or b"{}")
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            found = tuple(_violations(known[1], bytes(properties)))
            return Checked(found, self._is_refused) if found else _KEPT
        return _KEPT


def _decoder(event: TrackedEvent) -> msgspec.json.Decoder[Any]:
    # Names of fields have to be Python's; what they are called in JSON may be anything.
    named = {f"f{place}": each.name for place, each in enumerate(event.properties)}
    # Required ones come first, as a class wants it.
    ordered = sorted(zip(named, event.properties, strict=True), key=lambda each: not each[1].required)
    fields = [
        (name, _KINDS[each.type]) if each.required else (name, _KINDS[each.type] | None, None) for name, each in ordered
    ]
    return msgspec.json.Decoder(msgspec.defstruct("Properties", fields, rename=named, gc=False))


def _violations(event: TrackedEvent, raw: bytes) -> Sequence[Violation]:
    told = msgspec.json.decode(raw) if raw else {}
    told = told if isinstance(told, dict) else {}
    return [found for each in event.properties if (found := _violation(event.name, each, told.get(each.name)))]


def _violation(event: str, planned: TrackedProperty, value: object) -> Violation | None:
    if value is None:
        return Violation("missing_property", event, planned.name) if planned.required else None
    found = type_of(value)
    if planned.type in ("any", found):
        return None
    return Violation("other_type", event, planned.name, planned.type, found)


def type_of(value: object) -> PropertyType:
    """The type of a value that JSON had.

    >>> type_of(True), type_of(3), type_of("3")
    ('boolean', 'number', 'text')
    """
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    return "text" if isinstance(value, str) else "list" if isinstance(value, list) else "object"
