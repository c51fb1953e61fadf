"""JSON Schema of definitions as people write them, drawn from the registries, so that forms and editors can follow."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from coterie.profile.parts import Node

_ROOT = "x-root"
"""Stands where any part of a root may stand, until the parts are listed."""

Schema = dict[str, Any]


def schema_of(model: type[BaseModel]) -> Schema:
    """The JSON Schema (draft 2020-12) of ``model`` with every part that its rules and measures may be made of.

    A part is offered in its short form, such as ``{"sum": "revenue", "event": …}``, and spelled out by ``op``.

    >>> from coterie.profile.definition import TraitDefinition
    >>> schema_of(TraitDefinition)["$defs"]["measure_count"]["required"]
    ['count']
    """
    drawn = _drawn(model)
    defs, waiting = _split(drawn)
    while waiting:
        root = waiting.pop()
        if root.__name__ not in defs:
            parts, further = _parts(root)
            defs |= parts | {root.__name__: _union(root, parts)}
            waiting += further
    return {"$schema": GenerateJsonSchema.schema_dialect, **drawn, "$defs": dict(sorted(defs.items()))}


_SIGNS = {"=": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}
"""Operators that are no words, as the names of definitions have them."""


class _Draw(GenerateJsonSchema):
    """As pydantic draws, with a sign where a node of a registry stands."""

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        kind = schema["cls"]
        if issubclass(kind, Node) and "registry" in kind.__dict__:
            return {_ROOT: kind}
        return super().model_schema(schema)


def _drawn(model: type[BaseModel]) -> Schema:
    drawn = model.model_json_schema(schema_generator=_Draw, mode="validation")
    if "description" in drawn:
        drawn["description"] = drawn["description"].partition(">>>")[0].strip()
    return drawn


def _split(drawn: Schema) -> tuple[Schema, list[type[Node]]]:
    """What ``drawn`` refers to, taken out of it, and the roots among these, whose parts are listed apart."""
    defs: Schema = drawn.pop("$defs", {})
    roots = [shape[_ROOT] for shape in defs.values() if _ROOT in shape]
    return {name: shape for name, shape in defs.items() if _ROOT not in shape}, roots


def _parts(root: type[Node]) -> tuple[Schema, list[type[Node]]]:
    """The shapes of every part by the names of their definitions, what these refer to, and the roots among it."""
    kind = root.registry.kind
    shapes: Schema = {}
    roots: list[type[Node]] = []
    for part, names in root.registry.names_by_part().items():
        drawn = _drawn(part)
        inner, further = _split(drawn)
        shapes |= inner
        roots += further
        for name in names:
            shapes[f"{kind}_{_SIGNS.get(name, name)}"] = _short(drawn, part, name)
        shapes[f"{kind}_{part.__name__}"] = _spelled(drawn, kind, names)
    return shapes, roots


def _short(drawn: Schema, part: type[Node], name: str) -> Schema:
    fields = {key: shape for key, shape in drawn["properties"].items() if key != "op"}
    whole = fields.pop(part.main)
    main = {"description": whole.get("description", ""), **part.written(name, whole)}
    needed = [key for key in drawn.get("required", []) if key not in ("op", part.main)]
    return {
        "title": name,
        "description": drawn.get("description", ""),
        "type": "object",
        "properties": {name: main, **fields},
        "required": [name, *needed],
        "additionalProperties": False,
    }


def _spelled(drawn: Schema, kind: str, names: list[str]) -> Schema:
    fields = {**drawn["properties"], "op": {"enum": sorted(names), "description": f"Which {kind} it is."}}
    needed = [key for key in drawn.get("required", []) if key != "op"]
    return {
        "title": " | ".join(sorted(names)),
        "description": drawn.get("description", ""),
        "type": "object",
        "properties": fields,
        "required": ["op", *needed],
        "additionalProperties": False,
    }


def _union(root: type[Node], parts: Schema) -> Schema:
    kind = root.registry.kind
    choices: list[Schema] = [{"$ref": f"#/$defs/{name}"} for name in parts if name.startswith(f"{kind}_")]
    if "trait" in root.registry:
        choices.append({"type": "string", "description": "A trait by its name."})
    return {"title": kind, "anyOf": choices}
