"""JSON Schemas of what is answered, from the types of the records that the workspace hands back."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import ClassVar, Literal, get_args, get_origin, get_type_hints

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaValue

from coterie.api.frames import COLUMNS, OF_RECORDS
from coterie.words import Sentence
from coterie.workspace import Frame

NAMED = "x-record"
"""Where a schema says which record it is of, so that OpenAPI describes each once."""

SENTENCE: JsonSchemaValue = {
    NAMED: "Sentence",
    "type": "object",
    "description": "A sentence in the language asked for, with which sentence it is and its values.",
    "properties": {
        "text": {"type": "string"},
        "id": {"type": "string"},
        "values": {"type": "object", "additionalProperties": True},
    },
    "required": ["text", "id", "values"],
}
_TEXT: JsonSchemaValue = {"anyOf": [{"type": "string"}, SENTENCE]}
"""A text may be a sentence, since those are texts."""
OBJECT: JsonSchemaValue = {"type": "object", "additionalProperties": True}
INSTANT: JsonSchemaValue = {"type": "string", "description": "An instant in UTC, ISO 8601 without an offset."}
_WORDS: Mapping[str, JsonSchemaValue] = {
    "text": _TEXT,
    "number": {"type": "number"},
    "integer": {"type": "integer"},
    "boolean": {"type": "boolean"},
    "instant": INSTANT,
    "date": {"type": "string", "description": "A date, ISO 8601."},
    "sentence": SENTENCE,
    "object": OBJECT,
    "named": {"type": "object", "additionalProperties": {"type": "string"}},
    "pairs": {"type": "array", "items": {"type": "array", "items": {"type": "string"}, "minItems": 2, "maxItems": 2}},
    "numbers": {"type": "array", "items": {"type": "number"}},
    "texts": {"type": "array", "items": {"type": "string"}},
    "any": {},
}
_PLAIN: Mapping[object, JsonSchemaValue] = {
    bool: _WORDS["boolean"],
    int: _WORDS["integer"],
    float: _WORDS["number"],
    Decimal: _WORDS["number"],
    str: _TEXT,
    Path: {"type": "string"},
    Sentence: SENTENCE,
    datetime: INSTANT,
    date: _WORDS["date"],
    timedelta: {"type": "number", "description": "Seconds."},
    type(None): {"type": "null"},
    Frame: {"type": "array", "items": {"type": "object"}},
}


def rows(columns: str) -> JsonSchemaValue:
    """An object with these columns: ``name:type``, with a ``?`` behind what may be null, and a ``~`` behind a name that may be absent.

    >>> rows("size:integer?")["properties"]
    {'size': {'anyOf': [{'type': 'integer'}, {'type': 'null'}]}}
    >>> rows("size:integer segment~:text")["required"]
    ['size']
    """
    found: dict[str, JsonSchemaValue] = {}
    required = []
    for each in columns.split():
        called, _, kind = each.partition(":")
        name, plain = called.rstrip("~"), _WORDS[kind.rstrip("?")]
        found[name] = nullable(plain) if kind.endswith("?") else plain
        if name == called:
            required.append(name)
    return {"type": "object", "properties": found, "required": required}


def row_of(name: str) -> JsonSchemaValue:
    """A row of a frame, by its name in ``COLUMNS``."""
    return {NAMED: name, **rows(COLUMNS[name])}


def nullable(schema: JsonSchemaValue) -> JsonSchemaValue:
    """``schema``, or null."""
    return {"anyOf": [schema, {"type": "null"}]}


def items(of: JsonSchemaValue) -> JsonSchemaValue:
    """A page of things: ``items``, and the cursor of the ``next`` page, null at the last."""
    return {
        "type": "object",
        "properties": {"items": {"type": "array", "items": of}, "next": nullable({"type": "string"})},
        "required": ["items", "next"],
    }


@cache
def shape(of: type) -> JsonSchemaValue:
    """The schema of what a record becomes as JSON."""
    return _shape(of, ())


def _shape(of: object, above: tuple[object, ...]) -> JsonSchemaValue:
    if of in _PLAIN:
        return _PLAIN[of]
    inner = get_args(of)
    if get_origin(of) is Literal:
        return {"enum": list(inner)}
    if inner:
        return _of_several(get_origin(of), inner, above)
    if not isinstance(of, type) or not (issubclass(of, BaseModel) or dataclasses.is_dataclass(of)):
        return {}
    return {NAMED: of.__name__} if of in above else _of_record(of, (*above, of))


def _of_several(origin: object, inner: tuple[object, ...], above: tuple[object, ...]) -> JsonSchemaValue:
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": _shape(inner[1], above)}
    if isinstance(origin, type) and issubclass(origin, Sequence | set | frozenset):
        held = {each for each in inner if each is not Ellipsis}
        return {"type": "array", "items": _shape(held.pop(), above) if len(held) == 1 else {}}
    return {"anyOf": [_shape(each, above) for each in inner]}


def _of_record(of: type, above: tuple[object, ...]) -> JsonSchemaValue:
    hints = get_type_hints(of)
    fields = of.model_fields if issubclass(of, BaseModel) else hints
    names = [name for name in fields if not name.startswith("_") and not _is_of_class(hints[name])]
    found = {name: _of_field(of.__name__, name, hints[name], above) for name in names}
    return {NAMED: of.__name__, "type": "object", "properties": found, "required": list(found)}


def _of_field(record: str, name: str, hint: object, above: tuple[object, ...]) -> JsonSchemaValue:
    if (record, name) in OF_RECORDS:
        return {"type": "array", "items": row_of(OF_RECORDS[record, name])}
    return _shape(hint, above)


def _is_of_class(hint: object) -> bool:
    return get_origin(hint) is ClassVar or hint is ClassVar
