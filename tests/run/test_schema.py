"""The JSON Schema of definitions says what the parser says, and has something to draw for every field."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from tests.segment.hard_bases import rule
from tests.workspace.shop import DEFINITIONS

from coterie.errors import CoterieError, UnknownName
from coterie.profile.measures import MEASURES
from coterie.run import SECTIONS, definition_schema, parse_definition
from coterie.segment.rule import OPERATORS

ROOT = Path(__file__).parents[2]


def plain(given: object) -> Any:
    return json.loads(json.dumps(given, default=str))


@pytest.fixture(scope="module")
def whole() -> Draft202012Validator:
    schema = definition_schema()
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


@pytest.mark.parametrize("kind", list(SECTIONS.values()))
def test_every_kind_has_a_schema_that_stands_alone(kind: str) -> None:
    schema = definition_schema(kind)
    Draft202012Validator.check_schema(schema)
    assert {ref.removeprefix("#/$defs/") for ref in _refs(schema)} <= set(schema["$defs"])


def test_an_unknown_kind_names_the_known_ones() -> None:
    with pytest.raises(UnknownName, match="did you mean 'segment'"):
        definition_schema("segmnt")


def test_definitions_in_use_are_valid(whole: Draft202012Validator) -> None:
    files = [DEFINITIONS, *(file.read_text("utf-8") for file in (ROOT / "examples").rglob("*.yaml"))]
    ready = yaml.safe_load((ROOT / "src" / "coterie" / "profile" / "ready.yaml").read_text("utf-8"))
    traits = [{key: entry[key] for key in ("name", "label", "value")} for entry in ready]
    for body in [*map(yaml.safe_load, files), {"traits": traits}]:
        assert [error.message for error in whole.iter_errors(plain(body))] == []


def test_every_operator_and_measure_is_in_it() -> None:
    shapes = definition_schema("segment")["$defs"]
    short = {next(iter(shape["properties"])) for shape in shapes.values() if "properties" in shape}
    assert {*OPERATORS, *MEASURES} <= short


@pytest.mark.parametrize("rules", [25, pytest.param(150, marks=pytest.mark.slow)])
def test_rules_of_every_shape_are_valid_as_they_are_parsed(rules: int) -> None:
    validator = Draft202012Validator(definition_schema("segment"))
    for seed in range(rules):
        body = {"name": "x", "rule": rule(Random(seed))}
        assert [error.message for error in validator.iter_errors(plain(body))] == [], body
        parse_definition("segment", body)


@pytest.mark.parametrize(
    "wrong",
    [
        {"did": "Order Completed", "atleast": 2},
        {"did": "Order Completed", "at_least": -1},
        {"did": "Order Completed", "within": 30},
        {"did": "Order Completed", "during": "last_fortnight"},
        {"did": "Order Completed", "where": {"category": {"like": "tea"}}},
        {"trait": "revenue", ">>": 5},
        {"trait": "revenue"},
        {"trait": "revenue", "between": [1]},
        {"trait": "revenue", "is_set": "yes"},
        {"all": []},
        {"all": {"trait": "revenue", ">": 1}},
        {"top": 0, "trait": "revenue"},
        {"random": "a", "start": -1},
        {"trait": {"tile": "revenue", "tiles": 1}, "=": 1},
        {"trait": {"sum": "revenue"}, ">": 1},
        {"op": "top", "trait": "revenue"},
        "revenue > 5",
    ],
)
def test_what_the_schema_refuses_is_refused(wrong: object) -> None:
    body = {"name": "x", "rule": wrong}
    assert not Draft202012Validator(definition_schema("segment")).is_valid(body)
    with pytest.raises(CoterieError):
        parse_definition("segment", body)


@pytest.mark.parametrize("kind", list(SECTIONS.values()))
def test_a_form_can_be_drawn_of_every_schema(kind: str) -> None:
    schema = definition_schema(kind)
    drawn = list(_form(schema, schema["$defs"], depth=0))
    assert len(drawn) > 2
    assert [line for line in drawn if "?" in line.split(": ")[-1]] == []
    assert all(label.strip() for label in (line.partition(":")[0] for line in drawn))


def test_every_field_of_every_definition_says_what_it_means(whole: Draft202012Validator) -> None:
    schema: Any = whole.schema
    fields = list(_fields(schema))
    assert len(fields) > 500
    assert [f"{place}: {name}" for place, name, field in fields if not _described(field, schema["$defs"])] == []
    assert [f"{place}: {name}" for place, name, field in fields if not field.get("title", "").strip()] == []
    defs = schema["$defs"]
    assert [name for name, part in defs.items() if not part.get("title", "").strip()] == []
    assert [name for name, part in defs.items() if not part.get("description", "").strip()] == []


def _fields(shape: object, place: str = "") -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Every property of every object in a schema, with where it stands."""
    if isinstance(shape, dict):
        if shape.get("type") == "object":
            yield from ((place, name, field) for name, field in shape.get("properties", {}).items())
        for key, each in shape.items():
            yield from _fields(each, f"{place}/{key}")
    elif isinstance(shape, list):
        for at, each in enumerate(shape):
            yield from _fields(each, f"{place}/{at}")


def _described(field: Mapping[str, Any], defs: Mapping[str, Any]) -> bool:
    if "$ref" in field and "description" not in field:
        return _described(defs[field["$ref"].removeprefix("#/$defs/")], defs)
    return bool(field.get("description", "").strip())


def _form(shape: Mapping[str, Any], defs: Mapping[str, Any], *, depth: int) -> Iterator[str]:
    """A line for each field that a form would show: its label and the control."""
    if "$ref" in shape:
        shape = {**defs[shape["$ref"].removeprefix("#/$defs/")], **{k: v for k, v in shape.items() if k != "$ref"}}
    if depth > 3:
        return
    for choice in shape.get("anyOf", []):
        yield from _form(choice, defs, depth=depth + 1)
    for name, field in shape.get("properties", {}).items():
        yield f"{name}: {_control(field, defs)}"
        yield from _form(field, defs, depth=depth + 1)
    if isinstance(shape.get("items"), dict):
        yield from _form(shape["items"], defs, depth=depth + 1)


def _control(field: Mapping[str, Any], defs: Mapping[str, Any]) -> str:
    """Which control a field gets; ``?`` where nothing says what it takes."""
    if "$ref" in field:
        return _control(defs[field["$ref"].removeprefix("#/$defs/")], defs)
    if "enum" in field or "const" in field:
        return "select"
    if "anyOf" in field:
        return "one of " + ", ".join(sorted({_control(each, defs) for each in field["anyOf"]}))
    kinds = field.get("type")
    return "?" if kinds is None else str(kinds)


def _refs(shape: object) -> Iterator[str]:
    if isinstance(shape, dict):
        if "$ref" in shape:
            yield shape["$ref"]
        for each in shape.values():
            yield from _refs(each)
    elif isinstance(shape, list):
        for each in shape:
            yield from _refs(each)
