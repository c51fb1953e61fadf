"""JSON Schema of definitions as people write them, drawn from the registries, so that forms and editors can follow."""

from __future__ import annotations

import re
from collections.abc import Callable
from inspect import getdoc
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from coterie.profile.parts import Node
from coterie.words import word

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
    drawn = {"$schema": GenerateJsonSchema.schema_dialect, **drawn, "$defs": dict(sorted(defs.items()))}
    titled: Schema = _each(drawn, _titled)
    return titled


def told(schema: Schema, locale: str) -> Schema:
    """``schema`` with its titles and descriptions in the language ``locale``; names and values are the same in each.

    >>> told({"title": "trait", "properties": {"title": {"title": "Name", "default": "Name"}}}, "zh")
    {'title': '特征', 'properties': {'title': {'title': '标识名', 'default': 'Name'}}}
    """
    said: Schema = _each(schema, lambda one: one | {key: _said(one[key], locale) for key in _TEXTS if key in one})
    return said


def _said(text: str, locale: str) -> str:
    return "".join(word(part, SENSE).told(locale) for part in re.split(PARTS, text))


def _each(shape: Any, change: Callable[[Schema], Schema]) -> Any:
    """``shape`` with every schema in it, and itself, changed."""
    if isinstance(shape, list):
        return [_each(one, change) for one in shape]
    if not isinstance(shape, dict):
        return shape
    inner = {key: _each(shape[key], change) for key in _INSIDE if key in shape}
    named = {key: {name: _each(one, change) for name, one in shape[key].items()} for key in _NAMED if key in shape}
    return change({**shape, **inner, **named})


_INSIDE = ("items", "prefixItems", "additionalProperties", "anyOf", "oneOf", "allOf", "not")
_NAMED = ("properties", "patternProperties", "$defs")
"""Where a schema has others in it: one or a list of them, or some by their names."""

SENSE, PARTS = "schema", r"( \| |\n\n)"
"""The sense that titles and descriptions have in the catalogues, and what parts those that are said one by one."""
_TEXTS, _EITHER = ("title", "description"), " | "


_SIGNS = {"=": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}
"""Operators that are no words, as the names of definitions have them."""


class _Draw(GenerateJsonSchema):
    """As pydantic draws, with a sign where a node of a registry stands."""

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        kind = schema["cls"]
        if issubclass(kind, Node) and "registry" in kind.__dict__:
            return {_ROOT: kind}
        return super().model_schema(schema) | {"title": kind.model_config.get("title") or _title(kind.__name__)}

    def get_title_from_name(self, name: str) -> str:
        return _title(name)


def _title(name: str) -> str:
    """What a form calls the field or record of this name.

    >>> _title("at_least"), _title("FrequencyCap"), _title("TraitDefinition"), _title(">=")
    ('At least', 'Frequency cap', 'Trait', '>=')
    """
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.removesuffix("Definition")).replace("_", " ").lower()
    return words[:1].upper() + words[1:]


def _titled(shape: Schema) -> Schema:
    """``shape`` with a title for every property, and its descriptions as text for people."""
    fields = {name: {"title": _title(name), **field} for name, field in shape.get("properties", {}).items()}
    texts = {"description": _plain(shape["description"])} if "description" in shape else {}
    return shape | texts | ({"properties": fields} if fields else {})


_EXAMPLE, _LINK, _WRAPPED = r">>>.*", r"\[([^]]+)\]\([^)]+\)", r"(?<!\n)\n(?!\n)\s*"


def _plain(described: str) -> str:
    """A docstring without its example, its links and the ends of its lines."""
    told = re.sub(_EXAMPLE, "", described, flags=re.DOTALL)
    return re.sub(_WRAPPED, " ", re.sub(_LINK, r"\1", told).replace("``", "`").strip())


def _drawn(model: type[BaseModel]) -> Schema:
    drawn: Schema = model.model_json_schema(schema_generator=_Draw, mode="validation")
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
        "title": name.replace("_", " "),
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
        "title": _EITHER.join(name.replace("_", " ") for name in sorted(names)),
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
    return {"title": kind, "description": getdoc(root) or "", "anyOf": choices}
