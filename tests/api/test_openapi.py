"""What OpenAPI says is whole: every answer has a shape of its own, every record is described once, and references lead somewhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from coterie.api.examples import examples
from tests.api.conftest import Shop
from tests.api.test_every_route import ROUTES, conform

OPEN = {"additionalProperties", "properties", "items", "anyOf", "$ref", "enum"}
"""Of which one at least says what an object or a list holds."""


@pytest.fixture(scope="module")
def described(shop: Shop) -> dict[str, Any]:
    return dict(json.loads(shop.server.get("/api/openapi.json")))


def parts(of: Any) -> Iterator[dict[str, Any]]:
    if isinstance(of, dict):
        yield of
        for each in of.values():
            yield from parts(each)
    elif isinstance(of, list):
        for each in of:
            yield from parts(each)


def test_every_reference_leads_somewhere_and_nothing_is_left_half_said(described: dict[str, Any]) -> None:
    schemas = described["components"]["schemas"]
    found = {each["$ref"].rpartition("/")[2] for each in parts(described) if "$ref" in each}
    assert found <= set(schemas)
    assert {"Job", "Sentence", "Status", "Problem", "DefinitionKept", "Finding", "Person"} <= found
    assert not [name for name, each in schemas.items() if not each]
    assert not [each for each in parts(described) if "x-record" in each]


def test_no_answer_is_a_bare_object(described: dict[str, Any]) -> None:
    answered = [described["components"]["schemas"][name] for name in ("Job", "Status", "Person")]
    answered += [
        content["schema"]
        for path, methods in described["paths"].items()
        if path.startswith("/api/v1/")
        for operation in methods.values()
        for status, answer in operation["responses"].items()
        if status.startswith("2")
        for content in answer["content"].values()
    ]
    assert len(answered) > 90
    bare = [
        each for schema in answered for each in parts(schema) if each.get("type") == "object" and not OPEN & each.keys()
    ]
    assert bare == []


def test_a_record_that_holds_its_own_kind_refers_to_itself(described: dict[str, Any]) -> None:
    schemas = described["components"]["schemas"]
    further = schemas["Proposal"]["properties"]["further"]["items"]
    assert further == {"$ref": "#/components/schemas/Proposal"}


NOT_RECORDED = {
    "show_model": "fits of a model need more orders than the small shop has",
    "explain_model": "fits of a model need more orders than the small shop has",
    "show_moves": "stages need a longer time than the small shop has",
    "list_messages": "needs a campaign that was sent",
    "schedule_campaign": "needs a campaign that names a time",
    "approve_campaign": "needs somebody else than who wrote it",
    "cancel_campaign": "needs a campaign that was sent",
    "follow_link": "needs the link of a message that was sent",
    **dict.fromkeys(
        ("look_at_preferences", "choose_preferences", "stop_everything"), "needs the link of a message that was sent"
    ),
    "send_test": "needs settings that say who writes",
    "show_schema": "is a schema itself",
    "show_part": "is a schema itself",
}
"""Operations without an example, and why."""


def test_every_answer_has_an_example_that_is_as_it_is_said() -> None:
    answered = {route.does.__name__: route for route in ROUTES.values() if route.media == "application/json"}
    assert examples().keys() <= answered.keys()
    assert answered.keys() - examples().keys() == NOT_RECORDED.keys()
    for name, example in examples().items():
        conform(example, answered[name].answer)
