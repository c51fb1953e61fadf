"""Whatever a request may be by the OpenAPI document, it is answered as the document says, and never by a fault of ours (schemathesis)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from tests.api.conftest import Shop

CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]
ENDLESS = {"GET /api/v1/jobs/{number}/events"}
"""What goes on as long as a job does."""


@pytest.fixture(scope="module")
def schema(shop: Shop) -> Any:
    return schemathesis.openapi.from_dict(json.loads(shop.server.get("/api/openapi.json")))


def operations(schema: Any) -> Iterator[Any]:
    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.path.startswith("/api/v1/") and operation.label not in ENDLESS:
            yield operation


@pytest.mark.parametrize("examples", [pytest.param(1, id="few"), pytest.param(30, marks=pytest.mark.slow, id="many")])
def test_every_answer_is_as_the_document_says(shop: Shop, schema: Any, examples: int) -> None:
    told: dict[str, str] = {}
    key = {"Authorization": f"Bearer {shop.keys['admin']}"}
    for operation in operations(schema):

        @seed(examples)
        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],
        )
        @given(case=operation.as_strategy())
        def answered(case: Any) -> None:
            try:
                case.call_and_validate(base_url=shop.server.address, headers=key, checks=CHECKS)
            except Exception as fault:  # noqa: BLE001 - all that is wrong is told at once
                told[case.operation.label] = str(fault)[:900]

        answered()
    assert told == {}
