"""What journeys change of people, and whether they may."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from coterie.decide.journeys.definition import JourneyDefinition
from coterie.decide.journeys.step import Alteration
from coterie.errors import BadDefinition, Refused, UnknownName
from coterie.identifiers import MATCHERS
from coterie.profile.changed import ADD, SET, column_of
from coterie.profile.values import ValueType, coerce
from coterie.words import sentence, word

_OF_RECORDS = {"profile_id", "identifier_id", "first_seen_at", "updated_at", "source", "batch_id", "account_id"}
_NOT_ATTRIBUTES = frozenset({*_OF_RECORDS, *MATCHERS} - {"name", "postcode"})
"""What says who somebody is, or where they belong; a name and a postcode are attributes besides."""


def alterations(journey: JourneyDefinition) -> Iterator[tuple[str, Alteration]]:
    """Step → the change that it makes."""
    for place in journey.layout.places:
        if (change := place.step.alters()) is not None:
            yield place.step.id, change


def altered_columns(journeys: Iterable[JourneyDefinition]) -> dict[str, str]:
    """Attribute that steps change → the type of its column where nobody had it before; text where steps differ, or only take it away."""
    found: dict[str, set[str]] = {}
    for journey in journeys:
        for _, change in alterations(journey):
            found.setdefault(change.trait, set()).update(() if change.value is None else [column_of(change.value)])
    return {trait: kinds.pop() if len(kinds) == 1 else "VARCHAR" for trait, kinds in found.items()}


def given_attributes(journeys: Iterable[JourneyDefinition]) -> set[str]:
    """Attributes that steps give a value."""
    return {change.trait for each in journeys for _, change in alterations(each) if change.value is not None}


def check_alterations(
    journey: JourneyDefinition, *, attributes: Mapping[str, ValueType], computed: Iterable[str], given: Iterable[str]
) -> None:
    """Raise where a step changes what is not a given attribute, or gives it a value that it does not hold.

    ``attributes`` are those that people have, ``computed`` traits that are defined, ``given`` attributes that any journey gives.
    """
    computed, given = {*computed}, {*given}
    for step, change in alterations(journey):
        name = change.trait
        if name in computed or name in _NOT_ATTRIBUTES:
            raise Refused(
                sentence(
                    "step {id!r}: {trait!r} is worked out or names people; a step can change attributes alone",
                    id=step,
                    trait=name,
                )
            )
        known = {*attributes, *given}
        is_spelled_otherwise = name not in attributes and name.lower() in {each.lower() for each in attributes}
        if is_spelled_otherwise or (change.value is None and name not in known):
            raise UnknownName("trait", name, known - {name})
        if name in attributes:
            _check_fits(step, change, attributes[name])


def _check_fits(step: str, change: Alteration, kind: ValueType) -> None:
    fits = change.value is None or (change.act == ADD and kind == "number")
    if change.act == SET and change.value is not None and kind != "list":
        try:
            coerce(change.value, kind)
            fits = True
        except BadDefinition:
            fits = False
    if not fits:
        raise Refused(
            sentence(
                "step {id!r}: {trait!r} holds {type}, and {value!r} is none",
                id=step,
                trait=change.trait,
                type=word(kind, "type"),
                value=change.value,
            )
        )
