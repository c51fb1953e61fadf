"""The parts that are installed, built in or from outside, whichever room they are of."""

from __future__ import annotations

from importlib import import_module
from typing import cast

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaValue

from coterie.errors import UnknownName
from coterie.registry import Registry
from coterie.workspace.frame import Frame

_KINDS = {
    "reader": "coterie.collect.readers:READERS",
    "matcher": "coterie.identifiers:MATCHERS",
    "measure": "coterie.profile.measures:MEASURES",
    "operator": "coterie.segment.rule:OPERATORS",
    "clusterer": "coterie.segment.segmentations.clustering:CLUSTERERS",
    "order_model": "coterie.predict:ORDER_MODELS",
    "spend_model": "coterie.predict:SPEND_MODELS",
    "channel": "coterie.deliver:CHANNELS",
    "provider": "coterie.deliver:PROVIDERS",
    "estimator": "coterie.measure:ESTIMATORS",
    "section": "coterie.report:SECTIONS",
    "engine": "coterie.engines:ENGINES",
}
"""Kind of part → where its registry is."""


def parts(kind: str = "") -> Frame:
    """Every installed part, or those of one ``kind``: ``kind, name, place``, where ``place`` is its module and attribute."""
    rows = [
        {"kind": each, "name": name, "place": registry.place(name)}
        for each in ([kind] if kind else sorted(_KINDS))
        for registry in [_registry(each)]
        for name in registry
    ]
    return Frame.of(rows)


def part_schema(kind: str, name: str) -> JsonSchemaValue:
    """The JSON Schema of what a part can be set to, or of what it says in a definition; empty where it takes nothing."""
    part = _registry(kind)[name]
    model = getattr(part, "Settings", part)
    return model.model_json_schema() if isinstance(model, type) and issubclass(model, BaseModel) else {}


def _registry(kind: str) -> Registry[object]:
    if kind not in _KINDS:
        raise UnknownName("kind of part", kind, _KINDS)
    module, _, name = _KINDS[kind].partition(":")
    return cast("Registry[object]", getattr(import_module(module), name))
