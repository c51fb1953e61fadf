"""Who works with the workspace, and in which role."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Path as InPath
from pydantic import BaseModel, ConfigDict, Field

from coterie.api.route import Call, Routes
from coterie.api.shapes import items, rows
from coterie.errors import UnknownName

ROUTES = Routes("users", "Who may sign in.")

Email = Annotated[str, InPath(max_length=254, description="The address of the user.")]


class RoleAsked(BaseModel):
    """A role."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"role": "marketer"}})

    role: Literal["owner", "marketer", "analyst", "viewer"] = Field(
        description="A viewer looks, an analyst loads and defines too, a marketer writes to people besides, an owner does all."
    )


@ROUTES.get(
    "/users", "users list", answer=items(rows("email:text name:text role:text created_at:instant")), allowance="admin"
)
def list_users(call: Call) -> object:
    """Who may sign in."""
    return {"items": call.team.told(), "next": None}


@ROUTES.put("/users/{email}/role", "users role", answer=rows("email:text role:text"), allowance="admin")
def give_role(call: Call, email: Email, body: RoleAsked) -> object:
    """Let a user be of another role, at once."""
    call.team.give_role(email, body.role, actor=call.actor)
    return {"email": email, "role": body.role}


@ROUTES.delete("/users/{email}", "users remove", answer=rows("email:text removed:boolean"), allowance="admin")
def remove_user(call: Call, email: Email) -> object:
    """Let a user sign in no more; their sessions end."""
    call.team.remove(email, actor=call.actor)
    return {"email": email, "removed": True}


@ROUTES.get(
    "/invitations",
    answer=items(rows("id:text role:text author:text created_at:instant ends_at:instant")),
    allowance="admin",
)
def list_invitations(call: Call) -> object:
    """The links that were made and still work; not the links themselves."""
    found = [
        {
            "id": each.hash,
            "role": each.role,
            "author": each.author,
            "created_at": each.created_at,
            "ends_at": each.ends_at,
        }
        for each in call.team.invitations()
    ]
    return {"items": found, "next": None}


@ROUTES.post(
    "/invitations", "users invite", answer=rows("role:text link:text"), allowance="admin", status=201, changes=False
)
def invite(call: Call, body: RoleAsked) -> object:
    """Make a link for a new user: it works once, for seven days, and is shown this once."""
    token = call.team.invite(body.role, actor=call.actor)
    return {"role": body.role, "link": f"{call.url.partition('/api/')[0]}/join#{token}"}


@ROUTES.delete("/invitations/{invitation}", answer=rows("withdrawn:boolean"), allowance="admin")
def withdraw_invitation(call: Call, invitation: Annotated[str, InPath(max_length=64, description="Its id.")]) -> object:
    """Let a link work no more."""
    if not call.team.withdraw(invitation, actor=call.actor):
        raise UnknownName("invitation", invitation, [each.hash for each in call.team.invitations()])
    return {"withdrawn": True}
