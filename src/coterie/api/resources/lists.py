"""Lists: those that people are put on and taken off, and those that are uploaded as a whole."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from coterie.api.cursor import CursorAsked, LimitAsked, number_in, page, place_in
from coterie.api.resources.people import PEOPLE
from coterie.api.resources.shared import DryRun, Name
from coterie.api.route import Call, Routes
from coterie.api.shapes import items, rows, shape
from coterie.segment.lists import UploadedList
from coterie.workspace.definitions import DefinitionKept
from coterie.workspace.lists import ListChanged, ListShown

ROUTES = Routes("lists", "Lists that people are put on and taken off.")


class ListBegun(BaseModel):
    """A list that there is not yet."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"name": "beta", "label": "Testers of the app"}}
    )

    name: Name
    label: str = Field("", max_length=200, description="What people call it; the name if not given.")
    description: str = Field("", max_length=2000, description="What it is for.")
    dry_run: DryRun = False


class ListGiven(BaseModel):
    """The keys of the people of a list."""

    model_config = ConfigDict(json_schema_extra={"example": {"keys": ["C1", "email:ann@shop.example"]}})

    keys: list[str] = Field(max_length=1_000_000, description="Customer keys, e-mails or `namespace:value`.")


class ListedPeople(BaseModel):
    """People, each by what names them."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"keys": ["email:ann@shop.example"]}})

    keys: list[Annotated[str, Field(min_length=1, max_length=400)]] = Field(
        min_length=1, max_length=100_000, description="Customer keys, e-mails, `namespace:value` or `profile:number`."
    )


@ROUTES.get(
    "/lists",
    "lists list",
    answer=items(rows("name:text label:text people:integer changed_at:instant? is_uploaded:boolean")),
)
def list_lists(call: Call) -> object:
    """Every list with how many are on it by now."""
    return call.ws.lists.list()


@ROUTES.post("/lists", "lists create", answer=shape(DefinitionKept))
def create_list(call: Call, body: ListBegun) -> object:
    """Let there be a list, on which nobody is yet."""
    return call.ws.lists.create(body.name, label=body.label, description=body.description, dry_run=body.dry_run)


@ROUTES.get("/lists/{name}", "lists show", answer=shape(ListShown))
def show_list(call: Call, name: Name) -> object:
    """How many are on it, and when that changed last."""
    return call.ws.lists.show(name)


@ROUTES.get("/lists/{name}/members", "lists members", answer=items(PEOPLE))
def list_list_members(call: Call, name: Name, after: CursorAsked = None, limit: LimitAsked = 100) -> object:
    """Who is on it by now, by number, with their traits and whether marketing may go to them."""
    found = call.ws.lists.members(name, after=place_in(after, number_in) if after else 0, most=limit + 1)
    return page(found, limit, ["profile_id"])


@ROUTES.post("/lists/{name}/add", "lists add", answer=shape(ListChanged))
def add_to_list(call: Call, name: Name, body: ListedPeople) -> object:
    """Put people on it; whoever is not known yet is from now on."""
    return call.ws.lists.add(name, body.keys)


@ROUTES.post("/lists/{name}/remove", "lists remove", answer=shape(ListChanged))
def remove_from_list(call: Call, name: Name, body: ListedPeople) -> object:
    """Take people off it."""
    return call.ws.lists.remove(name, body.keys)


@ROUTES.put("/lists/{name}", "segments upload", answer=shape(UploadedList), example={"keys": ["C1", "C2"]})
def put_list(call: Call, name: Name, body: ListGiven) -> object:
    """Keep people as a list that rules can ask for with `in_list`, in place of those of before; not one that people are put on."""
    return call.ws.segments.upload_list(name, body.keys)
