"""Definitions of every kind: all together as files hold them, and one by one."""

from __future__ import annotations

import json

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from coterie.api.resources.shared import Name
from coterie.api.route import Answer, Call, Routes
from coterie.api.shapes import OBJECT, items, rows, shape
from coterie.run import SECTIONS
from coterie.workspace.definitions import DefinitionKept

ROUTES = Routes(
    "definitions", "Traits, segmentations, segments, templates, campaigns and channels as they are written."
)

_CHANGES = items(
    rows(
        "kind:text name:text act:text fields:text size_before:integer? size_after:integer? warning:sentence? where:text?"
    )
)
_WRITTEN = {
    "type": "object",
    "description": "Section → definitions, each as `GET /schema` says of its kind.",
    "properties": {section: {"type": "array", "items": OBJECT} for section in SECTIONS},
}
_BUYERS: JsonDict = {"name": "buyers", "rule": {"trait": "orders", ">=": 1}}
_EXAMPLE: JsonDict = {"definitions": {"segments": [_BUYERS]}, "dry_run": True}


class DefinitionsGiven(BaseModel):
    """Definitions as a file holds them: as an object, or as the text of a YAML file."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": _EXAMPLE})

    definitions: dict[str, list[dict[str, object]]] = Field(
        default_factory=dict, description="Lists under `traits`, `segments`, `templates`, `campaigns` and so on."
    )
    yaml: str | None = Field(None, max_length=5_000_000, description="The same as the text of a YAML file.")
    prune: bool = Field(False, description="Retire what is not among them.")
    dry_run: bool = Field(False, description="Say what would change; change nothing.")

    def text(self) -> str:
        """What a file would say."""
        return self.yaml if self.yaml is not None else json.dumps(self.definitions)


@ROUTES.get("/definitions", "export", answer=_WRITTEN)
def export_definitions(call: Call) -> object:
    """Every definition in use, as files of them hold it."""
    return call.ws.definitions.written()


@ROUTES.post("/definitions", "apply", answer=_CHANGES)
def apply_definitions(call: Call, body: DefinitionsGiven) -> object:
    """Take definitions over, all or none; with `dry_run` only what would change, and the sizes of segments then."""
    return call.ws.definitions.apply_text(body.text(), prune=body.prune, dry_run=body.dry_run)


@ROUTES.post("/definitions/diff", "diff", answer=_CHANGES, allowance="read", changes=False)
def compare_definitions(call: Call, body: DefinitionsGiven) -> object:
    """What taking definitions over would change."""
    return call.ws.definitions.apply_text(body.text(), prune=body.prune, dry_run=True)


@ROUTES.get("/definitions/{kind}", answer=items(shape(DefinitionKept)))
def list_definitions(call: Call, kind: Name) -> object:
    """The definitions of a kind that are in use."""
    return {"items": list(call.ws.definitions.all(kind).values()), "next": None}


@ROUTES.get("/definitions/{kind}/{name}", answer=shape(DefinitionKept))
def show_definition(call: Call, kind: Name, name: Name) -> object:
    """One definition; its version is the ETag."""
    found = call.ws.definitions.one(kind, name)
    return Answer(found, version=found.version)


@ROUTES.put("/definitions/{kind}/{name}", "apply", answer=shape(DefinitionKept), example=_BUYERS)
def put_definition(call: Call, kind: Name, name: Name, body: dict[str, object]) -> object:
    """Define something, or change it where `If-Match` names its version."""
    return call.put(kind, name, body)


@ROUTES.delete("/definitions/{kind}/{name}", answer=shape(DefinitionKept))
def retire_definition(call: Call, kind: Name, name: Name) -> object:
    """Take a definition out of use; its versions stay."""
    return call.retire(kind, name)


@ROUTES.get("/definitions/{kind}/{name}/versions", answer=items(shape(DefinitionKept)))
def list_versions(call: Call, kind: Name, name: Name) -> object:
    """Every version of a definition, the oldest first."""
    return {"items": call.ws.definitions.versions(kind, name), "next": None}
