"""The description of the interface as one page, which asks no other address."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from html import escape
from typing import cast

from pydantic.json_schema import JsonSchemaValue

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a2e; }
summary { cursor: pointer; padding: .3rem 0; } code, pre { font-family: ui-monospace, monospace; font-size: .9rem; }
pre { background: #f4f4f8; padding: .7rem; overflow: auto; } .method { font-weight: 600; } td { padding-right: 1rem; }
"""


def docs_page(openapi: Mapping[str, object]) -> str:
    """What ``openapi`` says, for people: every route with parameters, body and answer."""
    found = cast("JsonSchemaValue", openapi)
    routes = "".join(_resources(found))
    info = found["info"]
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Coterie: HTTP</title>'
        f"<style>{_STYLE}</style><h1>Coterie {escape(info['version'])}: HTTP</h1>"
        f"<p>{escape(info['description'])}</p><p><a href='/api/openapi.json'>openapi.json</a></p>{routes}</html>"
    )


def _resources(found: JsonSchemaValue) -> Iterator[str]:
    heading = ""
    for path, methods in found["paths"].items():
        for method, operation in methods.items():
            [tag] = operation.get("tags") or ["server"]
            if tag != heading:
                heading = tag
                yield f"<h2>{escape(tag)}</h2>"
            yield _route(path, method, operation, found["components"]["schemas"])


def _route(path: str, method: str, operation: JsonSchemaValue, schemas: JsonSchemaValue) -> str:
    head = f"<code><span class=method>{method.upper()}</span> {escape(path)}</code> {escape(operation['summary'])}"
    about = f"<p>{escape(operation.get('description', ''))}</p>"
    if allowance := operation.get("x-allowance"):
        about += f"<p>A key for: {escape(allowance)}. Command: {escape(', '.join(operation.get('x-commands', ['none'])))}.</p>"
    asked = "".join(
        f"<tr><td><code>{escape(each['name'])}</code><td>{each['in']}<td>{escape(each.get('description', ''))}"
        for each in operation.get("parameters", ())
    )
    return f"<details><summary>{head}</summary>{about}<table>{asked}</table>{_bodies(operation, schemas)}</details>"


def _bodies(operation: JsonSchemaValue, schemas: JsonSchemaValue) -> str:
    """The body that is sent, by its example, and the one that comes back, by its schema."""
    text = ""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    if content:
        name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
        shown = content.get("example", schemas.get(name, {}).get("example", {}))
        text += f"<p>Body:<pre>{_json(shown)}</pre>"
    for status, answer in operation["responses"].items():
        for media, each in answer.get("content", {}).items():
            if status.startswith("2"):
                text += f"<p>{status}, {escape(media)}:<pre>{_json(each.get('schema', {}))}</pre>"
    return text


def _json(value: object) -> str:
    return escape(json.dumps(value, indent=1, ensure_ascii=False))
