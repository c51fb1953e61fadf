"""What the interface says of itself: OpenAPI, with the answers, problems and examples of every route."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import FastAPI
from pydantic.json_schema import JsonSchemaValue

from coterie.api.examples import examples
from coterie.api.route import Route
from coterie.api.shapes import NAMED

_ABOUT = """\
Whatever the command line does, over HTTP. Send a key as `Authorization: Bearer KEY`; make one with
`coterie keys create NAME --scope read|manage|admin`. Sentences come in the language of `Accept-Language`
(or `?lang=en|zh`). Instants are UTC, ISO 8601 without an offset. Pages end with `next`, to be sent as `after`.
What is refused is a problem (RFC 9457) with `code`, `path`, `facts`, and `detail` in both languages."""

_PROBLEM: JsonSchemaValue = {
    "type": "object",
    "description": "Why a request was refused (RFC 9457).",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "In the language asked for."},
        "details": {
            "type": "object",
            "properties": {"en": {"type": "string"}, "zh": {"type": "string"}},
            "required": ["en", "zh"],
        },
        "instance": {"type": "string"},
        "code": {"type": "string", "description": "The kind of problem; it never changes."},
        "path": {"type": "string", "description": "The part of the request or of the definition that it is about."},
        "facts": {"type": "object"},
    },
    "required": ["type", "title", "status", "detail", "details", "instance", "code", "path", "facts"],
    "example": {
        "type": "urn:coterie:problem:unknown_name",
        "title": "there is no such thing",
        "status": 404,
        "detail": "no segment named 'vop'; did you mean 'vip'? known: vip",
        "details": {
            "en": "no segment named 'vop'; did you mean 'vip'? known: vip",
            "zh": "没有名为 'vop' 的细分；您是指 'vip' 吗？已知：vip",
        },
        "instance": "/api/v1/segments/vop",
        "code": "unknown_name",
        "path": "",
        "facts": {"kind": "segment", "name": "vop", "known": ["vip"], "nearest": ["vip"]},
    },
}
_REFUSALS: Mapping[str, str] = {
    "400": "The request cannot be read.",
    "401": "A key is missing, unknown or revoked.",
    "403": "The key does not allow it, or a rule of consent does not.",
    "404": "There is no such thing.",
    "409": "It does not stand so that this can be done: not ready, or already there.",
    "412": "It was changed since the version that If-Match names.",
    "413": "The request is too large.",
    "422": "It cannot be done as asked.",
    "429": "The key asks more often than it may; see Retry-After.",
    "500": "A fault of Coterie's own, or stored state that contradicts itself.",
    "503": "It may work later; see Retry-After.",
    "507": "The disk is full; nothing was kept.",
}
_LANG: JsonSchemaValue = {
    "name": "lang",
    "in": "query",
    "required": False,
    "description": "Language of sentences; else that of Accept-Language, else the workspace's.",
    "schema": {"enum": ["en", "zh"]},
}
_IF_MATCH: JsonSchemaValue = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "description": "The version that the change was made from, as ETag gave it. Without it a PUT only makes what is new.",
    "schema": {"type": "string", "pattern": r'^("?[0-9]{1,9}"?|\\*)$', "example": '"1"'},
}


def documented(route: Route) -> dict[str, object]:
    """What OpenAPI says of a route beside what the framework reads from its signature."""
    content: JsonSchemaValue = {"schema": route.answer}
    if (shown := examples().get(route.does.__name__)) is not None:
        content["example"] = shown
    good: JsonSchemaValue = {"description": route.summary, "content": {route.media: content}}
    answers: JsonSchemaValue = {str(route.status): good}
    if route.method == "PUT":
        answers["201"] = good
    for status, about in _REFUSALS.items():
        answers[status] = {"description": about, "content": {"application/problem+json": {"schema": _REFERENCE}}}
    parameters = [_LANG, _IF_MATCH] if route.method in ("PUT", "DELETE") else [_LANG]
    security: list[JsonSchemaValue] = [] if route.allowance == "open" else [{"key": []}, {"session": []}]
    found: dict[str, object] = {"responses": answers, "security": security, "parameters": parameters}
    if route.example is not None:
        found["requestBody"] = {"content": {"application/json": {"example": route.example}}}
    if route.takes_file:
        content = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
        found["requestBody"] = {"description": "The file as it is.", "required": True, "content": content}
    if route.commands:
        found["x-commands"] = [f"coterie {command}" for command in route.commands]
    return {**found, "x-allowance": route.allowance}


_SESSION = (
    "Who signed in at POST /session; what changes anything carries the header X-CSRF-Token, which GET /session tells."
)
_REFERENCE: JsonSchemaValue = {"$ref": "#/components/schemas/Problem"}


def describe(app: FastAPI) -> None:
    """Let ``app`` say of itself who may come in and what a problem is."""
    made = app.openapi

    def openapi() -> dict[str, object]:
        found = made()
        found["info"]["description"] = _ABOUT
        parts = found.setdefault("components", {})
        schemas = parts.setdefault("schemas", {})
        schemas["Problem"] = _PROBLEM
        _name_records(found["paths"], schemas)
        cookie = {"type": "apiKey", "in": "cookie", "name": "coterie_WORKSPACE", "description": _SESSION}
        parts["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}, "session": cookie}
        for methods in found["paths"].values():
            for operation in methods.values():
                operation.get("responses", {}).pop("422", None) if "security" not in operation else None
        return found

    app.openapi = openapi  # type: ignore[method-assign]


def _name_records(paths: JsonSchemaValue, schemas: JsonSchemaValue) -> None:
    """Describe each record once, among ``schemas``, and refer to it where it is answered; what is sent has names of its own."""
    taken = set(schemas)

    def named(part: JsonSchemaValue) -> JsonSchemaValue:
        name = part[NAMED]
        called = f"{name}Answer" if name in taken else name
        if "properties" in part and called not in schemas:
            schemas[called] = {}  # a record may hold others of its kind
            inside = {key: referring(value) for key, value in part.items() if key != NAMED}
            schemas[called] = {"title": called, **inside}
        return {"$ref": f"#/components/schemas/{called}"}

    def referring(part: object) -> object:
        if isinstance(part, list):
            return [referring(each) for each in part]
        if not isinstance(part, dict):
            return part
        return named(part) if NAMED in part else {key: referring(value) for key, value in part.items()}

    for methods in paths.values():
        for operation in methods.values():
            for status, answer in operation["responses"].items():
                operation["responses"][status] = referring(answer)
