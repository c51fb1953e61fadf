"""Keys by which programs come in."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Path as InPath
from pydantic import BaseModel, ConfigDict, Field

from coterie.api.route import Call, Routes
from coterie.api.shapes import items, rows

ROUTES = Routes("keys", "Keys by which programs come in.")


class KeyAsked(BaseModel):
    """A key that is to be made."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"name": "dashboard", "scope": "read"}})

    name: str = Field(max_length=40, description="Its name, which is the source of what it sends.")
    scope: Literal["write", "read", "manage", "admin"] = Field("write", description="What it may do.")


@ROUTES.get(
    "/keys",
    "keys list",
    answer=items(rows("name:text scope:text begins_with:text created_at:instant author:text revoked_at:instant?")),
    allowance="admin",
)
def list_keys(call: Call) -> object:
    """Every key ever made, without its secret."""
    return {"items": call.keys.told(), "next": None}


@ROUTES.post(
    "/keys", "keys create", answer=rows("name:text scope:text key:text"), allowance="admin", status=201, changes=False
)
def make_key(call: Call, body: KeyAsked) -> object:
    """Make a key; it is shown this once. A name is given once, so that asking again makes no second one."""
    return call.keys.create(body.name, body.scope, actor=call.actor)


@ROUTES.delete(
    "/keys/{name}", "keys revoke", answer=rows("name:text revoked:boolean was_standing:boolean"), allowance="admin"
)
def revoke_key(call: Call, name: Annotated[str, InPath(max_length=40, description="Its name.")]) -> object:
    """End a key; it is refused within a second."""
    return {"name": name, "revoked": True, "was_standing": call.keys.revoke(name, actor=call.actor)}
