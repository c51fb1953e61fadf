"""Traits: what is known of every profile."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from coterie.api.resources.shared import INSTANT_ASKED, Name
from coterie.api.route import Call, Routes
from coterie.api.shapes import items, row_of, rows, shape
from coterie.domain.meanings import ORDER
from coterie.workspace.trait_records import LineageShown, TraitShown, TraitTried

ROUTES = Routes("traits", "What is known of every profile.")

_SPENT: JsonDict = {
    "name": "spent_90d",
    "label": "Spent lately",
    "unit": "money",
    "value": {"sum": "revenue", "event": ORDER, "within": "90d"},
}


class TraitAsked(BaseModel):
    """A trait to be tried."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"definition": _SPENT, "examples": 5}})

    definition: dict[str, object] = Field(description="The trait as in a file of definitions, or its measure alone.")
    as_of: INSTANT_ASKED = None
    examples: int = Field(5, ge=1, le=100, description="People who are shown with their value, at most.")


@ROUTES.get("/traits", "traits list", answer=items(row_of("TraitRow")))
def list_traits(call: Call) -> object:
    """Every trait with its distribution, missing share, freshness and lineage."""
    return call.ws.traits(lang=call.lang)


@ROUTES.post("/traits/preview", "traits preview", answer=shape(TraitTried), allowance="read", changes=False)
def preview_trait(call: Call, body: TraitAsked) -> object:
    """What a trait would hold before it is saved: spread, missing share, examples, its rule in words."""
    return call.ws.definitions.preview_trait(body.definition, as_of=body.as_of, examples=body.examples, lang=call.lang)


@ROUTES.get("/trait-names", answer=items(rows("name:text label:text type:text unit:text")))
def list_trait_names(call: Call) -> object:
    """What traits are called, their type and unit; quick, for no value of theirs is read."""
    return call.ws.definitions.trait_names(lang=call.lang)


@ROUTES.get("/traits/{name}", "traits show", answer=shape(TraitShown))
def show_trait(call: Call, name: Name) -> object:
    """One trait: what it is, what it is made of, for how many it is known, and how its values are spread."""
    return call.ws.profiles.trait(name, lang=call.lang)


@ROUTES.get("/traits/{name}/lineage", "traits lineage", answer=shape(LineageShown))
def show_lineage(call: Call, name: Name) -> object:
    """What a trait is made of, down to sources, and what uses it, up to campaigns."""
    return call.ws.definitions.lineage(name, lang=call.lang)
