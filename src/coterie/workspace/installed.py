"""The parts that are installed, built in or from outside, whichever room they are of."""

from __future__ import annotations

from importlib import import_module
from typing import cast

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaValue

from coterie.errors import UnknownName
from coterie.profile import language
from coterie.registry import Registry
from coterie.workspace.frame import Frame

KINDS = {
    "reader": ("collect.readers:READERS", "What reads files of one container."),
    "matcher": ("identifiers:MATCHERS", "How identifiers of one namespace are compared."),
    "measure": ("profile.measures:MEASURES", "What a trait's value is made of."),
    "operator": ("segment.rule:OPERATORS", "What a segment's rule is made of."),
    "step": ("decide.journeys.step:STEPS", "What a journey is made of."),
    "clusterer": ("segment.segmentations.clustering:CLUSTERERS", "What finds groups."),
    "order_model": ("predict:ORDER_MODELS", "What forecasts orders."),
    "spend_model": ("predict:SPEND_MODELS", "What forecasts what an order is worth."),
    "definition": ("run.parsing:MODELS", "What a definition may be."),
    "channel": ("deliver:CHANNELS", "The medium of a message."),
    "provider": ("deliver:PROVIDERS", "What carries messages."),
    "callback": ("deliver.calling:CALLBACKS", "What reads the calls of a provider."),
    "estimator": ("measure:ESTIMATORS", "What estimates effects."),
    "section": ("report:SECTIONS", "What a report consists of."),
    "engine": ("engines:ENGINES", "What computes."),
}
"""Kind of part → where its registry is, and what its parts are for."""


def parts(kind: str = "") -> Frame:
    """Every installed part, or those of one ``kind``: ``kind, name, place``, where ``place`` is its module and attribute."""
    rows = [
        {"kind": each, "name": name, "place": registry.place(name)}
        for each in ([kind] if kind else sorted(KINDS))
        for registry in [registry_of(each)]
        for name in registry
    ]
    return Frame.of(rows)


def part_schema(kind: str, name: str, lang: str = "en") -> JsonSchemaValue:
    """The JSON Schema of what a part can be set to, or of what it says in a definition; empty where it takes nothing.

    Titles and descriptions are in the language ``lang``, English where a part from outside has no other.
    """
    part = registry_of(kind)[name]
    model = getattr(part, "Settings", part)
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        return {}
    return language.told({**language.schema_of(model), "title": name.replace("_", " ")}, lang)


def registry_of(kind: str) -> Registry[object]:
    """The registry of ``kind``; raises ``UnknownName`` with the known kinds."""
    if kind not in KINDS:
        raise UnknownName("kind of part", kind, KINDS)
    module, _, name = KINDS[kind][0].partition(":")
    return cast("Registry[object]", getattr(import_module(f"coterie.{module}"), name))
