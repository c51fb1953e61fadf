"""Profiles: the people there are, one at a time and page by page."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Path as InPath
from pydantic import BaseModel, ConfigDict, Field

from coterie.api.cursor import CursorAsked, LimitAsked, number_in, page, place_in
from coterie.api.resources.shared import DryRun
from coterie.api.route import Call, Routes
from coterie.api.shapes import items, row_of, rows, shape
from coterie.resolve import ApartResult, MergeResult, UnmergeResult
from coterie.workspace.people import TimelinePlace
from coterie.workspace.records import ConsentsShown, Erasure, GraphShown, Person, PersonExport, WouldJoin, WouldUndo

ROUTES = Routes("profiles", "The people there are.")

PEOPLE = {
    "type": "object",
    "description": "A person: number, key, e-mail, whether marketing may go to them, and their traits.",
    "properties": {"profile_id": {"type": "integer"}, "key": {"anyOf": [{"type": "string"}, {"type": "null"}]}},
    "required": ["profile_id", "key", "email", "consent_email"],
}
Number = Annotated[int, InPath(ge=0, lt=2**63, description="The number of the profile.")]


class PersonNamed(BaseModel):
    """Somebody, by what names them: it stands in the body, since addresses are kept in many logs."""

    model_config = ConfigDict(json_schema_extra={"example": {"key": "email:ann@shop.example"}})

    key: str = Field(
        min_length=1, max_length=400, description="A customer key, e-mail, `namespace:value` or `profile:number`."
    )


class PeopleNamed(BaseModel):
    """People, each by what names them."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"keys": ["email:ann@shop.example"]}})

    keys: list[Annotated[str, Field(min_length=1, max_length=400)]] = Field(
        min_length=1, max_length=1000, description="Customer keys, e-mails, `namespace:value` or `profile:number`."
    )


class TwoNamed(BaseModel):
    """Two people, each by what names them."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"key": "email:ann@shop.example", "other": "customer_id:C7"}}
    )

    key: str = Field(
        min_length=1, max_length=400, description="A customer key, e-mail, `namespace:value` or `profile:number`."
    )
    other: str = Field(min_length=1, max_length=400, description="The other person, named the same way.")


@ROUTES.get("/profiles", answer=items(PEOPLE))
def list_profiles(call: Call, after: CursorAsked = None, limit: LimitAsked = 100) -> object:
    """Everybody, by number, with their traits and whether marketing may go to them."""
    found = call.ws.profiles.page(after=place_in(after, number_in) if after else 0, most=limit + 1)
    return page(found, limit, ["profile_id"])


@ROUTES.post("/profiles/lookup", "profiles show", answer=shape(Person), allowance="read", changes=False)
def look_up(call: Call, body: PersonNamed) -> object:
    """Find somebody by a key, an e-mail or any other identifier."""
    return call.ws.profiles.show(body.key)


@ROUTES.get("/profiles/{number}", "profiles show", answer=shape(Person))
def show_profile(call: Call, number: Number) -> object:
    """One person: identifiers, traits, segments, scores, latest events, merges."""
    return call.ws.profiles.show(number)


@ROUTES.get(
    "/profiles/{number}/timeline", answer=items(rows("occurred_at:instant name:text about:text? number:integer"))
)
def show_timeline(call: Call, number: Number, after: CursorAsked = None, limit: LimitAsked = 50) -> object:
    """What they did, newest first."""
    before = place_in(after, _place) if after else None
    found = call.ws.profiles.timeline(number, before=before, most=limit + 1)
    return page(found, limit, ["occurred_at", "number"])


def _place(at: object, number: object) -> TimelinePlace:
    return datetime.fromisoformat(str(at)), int(str(number))


@ROUTES.get("/profiles/{number}/consents", "profiles consents", answer=shape(ConsentsShown))
def show_consents(call: Call, number: Number) -> object:
    """What they said about being written to, with its proof, and what may be done now."""
    return call.ws.profiles.consents(number, lang=call.lang)


@ROUTES.get("/profiles/{number}/segments", "profiles segments", answer=items(rows("segment:text since:instant?")))
def show_segments(call: Call, number: Number) -> object:
    """The segments they are in, and since when."""
    return call.ws.profiles.segments(number)


@ROUTES.get("/profiles/{number}/graph", "profiles graph", answer=shape(GraphShown))
def show_graph(call: Call, number: Number) -> object:
    """Why their identifiers are one person."""
    return call.ws.profiles.graph(number)


@ROUTES.get("/profiles/{number}/export", "profiles export", answer=shape(PersonExport), allowance="manage")
def export_profile(call: Call, number: Number) -> object:
    """Everything that is kept about a person, table by table."""
    return call.ws.profiles.export(number)


@ROUTES.delete("/profiles/{number}", answer=shape(Erasure), allowance="admin")
def erase_profile(call: Call, number: Number, dry_run: DryRun = False) -> object:
    """Erase a person from everything, for good; the certificate of it."""
    return call.ws.profiles.erase(number, dry_run=dry_run, actor=call.actor)


@ROUTES.post("/profiles/erase", "forget", answer=shape(Erasure), allowance="admin")
def erase_profiles(call: Call, body: PeopleNamed, dry_run: DryRun = False) -> object:
    """Erase people from everything, for good; several at once cost little more than one."""
    return call.ws.profiles.erase(*body.keys, dry_run=dry_run, actor=call.actor)


@ROUTES.get("/merges", "merges list", answer=items(row_of("Merge")))
def list_merges(call: Call) -> object:
    """Identifiers that were joined into one person, with the evidence."""
    return call.ws.profiles.merges()


@ROUTES.post("/merges", "merges make", answer={"anyOf": [shape(MergeResult), shape(WouldJoin)]})
def make_merge(call: Call, body: TwoNamed, dry_run: DryRun = False) -> object:
    """Make one person of two, by hand."""
    return call.ws.profiles.merge(body.key, body.other, dry_run=dry_run)


@ROUTES.post("/merges/refuse", "merges refuse", answer={"anyOf": [shape(ApartResult), shape(WouldJoin)]})
def refuse_merge(call: Call, body: TwoNamed, dry_run: DryRun = False) -> object:
    """Keep two people two, whatever links them later."""
    return call.ws.profiles.keep_apart(body.key, body.other, dry_run=dry_run)


@ROUTES.post("/merges/{number}/undo", "merges undo", answer={"anyOf": [shape(UnmergeResult), shape(WouldUndo)]})
def undo_merge(call: Call, number: Number, dry_run: DryRun = False) -> object:
    """Undo a merge; later refreshes remember it."""
    return call.ws.profiles.unmerge(number, dry_run=dry_run)
