"""Signing in and out: who is here, and where else they are."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Annotated

from fastapi import Path as InPath
from pydantic import BaseModel, ConfigDict, Field

from coterie.api.problem import Problem
from coterie.api.route import Answer, Call, Routes
from coterie.api.shapes import items, rows
from coterie.errors import Refused
from coterie.protect.team import SignedIn
from coterie.store import User
from coterie.words import Sentence

ROUTES = Routes("session", "Signing in and out.")

_EMAIL = Field(max_length=254, description="The address of the user.")
_PASSWORD = Field(max_length=1_000, description="The password, which is kept as a hash alone.")
_HERE = rows("email:text name:text role:text allows:texts ends_at:instant csrf_token:text")


class SignIn(BaseModel):
    """Who signs in."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"email": "ann@shop.example", "password": "correct horse battery"}},
    )

    email: str = _EMAIL
    password: str = _PASSWORD


class Join(SignIn):
    """Who comes by a link."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "token": "what stands behind # in the link",
                "name": "Ann",
                "email": "ann@shop.example",
                "password": "correct horse battery",
            }
        },
    )

    token: str = Field(max_length=200, description="What the link carries behind its #.")
    name: str = Field("", max_length=100, description="What others see; without it the address.")


class NewPassword(BaseModel):
    """Another password."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"old": "correct horse battery", "new": "staple correct horse"}}
    )

    old: str = _PASSWORD
    new: str = _PASSWORD


@ROUTES.get("/session", answer=rows("signed_in:boolean has_owner:boolean user:object?"), allowance="open")
def show_session(call: Call) -> object:
    """Who is signed in here, what they may do, and the token to send as X-CSRF-Token; and whether there is an owner yet."""
    asker = call.asker
    users = call.team.users()
    user = next((each for each in users if asker and asker.session and each.email == asker.name), None)
    told = None
    if user is not None and asker is not None:
        ends_at = next((each.ends_at for each in call.team.sessions() if each.hash == asker.session), None)
        told = _user(call, user, asker.session, ends_at)
    return {"signed_in": user is not None, "has_owner": bool(users), "user": told}


@ROUTES.post("/session", answer=_HERE, allowance="open", changes=False)
def sign_in(call: Call, body: SignIn) -> object:
    """Sign in: the session is a cookie that no script reads."""
    try:
        return _opened(call, call.team.sign_in(body.email, body.password, agent=call.agent))
    except Refused as fault:
        raise Problem(401, "not_signed_in", fault.sentence) from None


@ROUTES.post("/session/join", answer=_HERE, allowance="open", changes=False)
def join(call: Call, body: Join) -> object:
    """Become a user by the link of an invitation, and sign in."""
    made = call.team.accept(body.token, email=body.email, name=body.name, password=body.password, agent=call.agent)
    return _opened(call, made)


@ROUTES.delete("/session", answer=rows("signed_out:boolean"), allowance="read")
def sign_out(call: Call) -> object:
    """End this session."""
    ended = bool(call.asker and call.asker.session and call.team.sign_out(call.asker.session))
    gone = f"{call.team.cookie}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0"
    return Answer({"signed_out": ended}, headers={"Set-Cookie": gone})


@ROUTES.post("/session/password", answer=rows("changed:boolean"), allowance="read", changes=False)
def change_password(call: Call, body: NewPassword) -> object:
    """Take another password; every session ends, this one too."""
    call.team.change_password(_signed_in(call), body.old, body.new)
    return {"changed": True}


@ROUTES.get("/session/all", answer=items(rows("id:text agent:text created_at:instant ends_at:instant is_this:boolean")))
def list_sessions(call: Call) -> object:
    """Where whoever asks is signed in; nothing where that is a key."""
    mine = call.asker.session if call.asker else ""
    email = next((each.email for each in call.team.sessions() if each.hash == mine), None)
    found = [
        {
            "id": each.hash,
            "agent": each.agent,
            "created_at": each.created_at,
            "ends_at": each.ends_at,
            "is_this": each.hash == mine,
        }
        for each in call.team.sessions()
        if each.email == email
    ]
    return {"items": found, "next": None}


@ROUTES.delete("/session/all/{session}", answer=rows("ended:boolean"), allowance="read")
def end_session(call: Call, session: Annotated[str, InPath(max_length=64, description="Its id.")]) -> object:
    """End another session of whoever asks."""
    email = call.asker.name if call.asker and call.asker.session else None
    is_mine = any(each.hash == session and each.email == email for each in call.team.sessions())
    return {"ended": is_mine and call.team.sign_out(session)}


def _signed_in(call: Call) -> str:
    if call.asker is None or not call.asker.session:
        raise Problem(403, "no_session", Sentence("this is for who signed in, not for keys"))
    return call.asker.name


def _opened(call: Call, made: SignedIn) -> Answer:
    secure = "; Secure" if call.url.startswith("https:") else ""
    until = format_datetime(made.ends_at.replace(tzinfo=UTC), usegmt=True)
    cookie = f"{call.team.cookie}={made.token}; Path=/; HttpOnly; SameSite=Strict; Expires={until}{secure}"
    return Answer(_user(call, made.user, call.team.hash_of(made.token), made.ends_at), headers={"Set-Cookie": cookie})


def _user(call: Call, user: User, session: str, ends_at: datetime | None) -> dict[str, object]:
    return {
        "email": user.email,
        "name": user.name,
        "role": user.role,
        "allows": sorted(call.team.allows(user)),
        "ends_at": ends_at,
        "csrf_token": call.team.forgery_token(session),
        "timezone": call.ws.settings.timezone,
    }
