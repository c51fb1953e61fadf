"""Segments: rules and who they hold for."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from coterie.api.cursor import CursorAsked, LimitAsked, cursor, number_in, page, place_in
from coterie.api.resources.people import PEOPLE, PersonNamed
from coterie.api.resources.shared import INSTANT_ASKED, Name
from coterie.api.route import Answer, Call, Routes
from coterie.api.shapes import items, row_of, rows, shape
from coterie.segment import Explanation, Preview
from coterie.segment.membership import ChangePlace
from coterie.workspace.definitions import DefinitionKept
from coterie.workspace.records import Adopted, Refrozen, RolledBack, SegmentShown

ROUTES = Routes("segments", "Rules and who they hold for.")

_RULE: JsonDict = {"trait": "revenue", ">=": 1000}
_VIP: JsonDict = {"name": "vip", "label": "Big spenders", "rule": _RULE}
_CHANGE = rows("segment:text profile_id:integer change:text as_of:instant refresh_id:integer reason:text?")


class SegmentGiven(BaseModel):
    """A segment: a name, a label, and the rule that its members meet."""

    model_config = ConfigDict(extra="allow", json_schema_extra={"example": _VIP})

    name: Name
    rule: dict[str, object] = Field(description="The rule, as in a file of definitions.")


class RuleTried(BaseModel):
    """A rule to be tried."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"rule": _RULE, "sample": 5}})

    rule: dict[str, object] = Field(description="The rule, as in a file of definitions.")
    as_of: INSTANT_ASKED = None
    sample: int = Field(10, ge=1, le=100, description="Profiles that meet it, at most.")


class VersionAsked(BaseModel):
    """An earlier version."""

    version: int = Field(ge=1, le=2**31, description="The version that is to be the newest again.")


class TemplateAdopted(BaseModel):
    """A ready segment, and what it is to be called."""

    template: Name
    name: str = Field("", max_length=200, description="Its name here; that of the template if not given.")


@ROUTES.get(
    "/segments",
    "segments list",
    answer=items(rows("name:text label:text size:integer? share:number? cadence:text? as_of:instant? rule:text")),
)
def list_segments(call: Call) -> object:
    """Every segment with its size, when its members change, as of when they stand, and its rule in words."""
    return call.ws.segments.list(lang=call.lang)


@ROUTES.get("/segment-changes", answer=items(_CHANGE))
def list_segment_changes(
    call: Call,
    segment: Annotated[str | None, Query(max_length=200, description="Only of this segment.")] = None,
    after: CursorAsked = None,
    limit: LimitAsked = 100,
) -> object:
    """Who entered and who left, oldest first: a feed.

    `next` is where to go on, also at the end: ask again with `after` set to it for what came since.
    """
    place = None if after is None else place_in(after, _place)
    found = call.ws.segments.changes(after=place, most=limit, segment=segment)
    end = cursor(*(found[-1][name] for name in ("refresh_id", "segment", "profile_id", "change"))) if found else after
    return {"items": found, "next": end}


def _place(refresh: object, segment: object, profile: object, change: object) -> ChangePlace:
    return int(str(refresh)), str(segment), int(str(profile)), str(change)


@ROUTES.post("/segments/preview", "segments preview", answer=shape(Preview), allowance="read", changes=False)
def preview_rule(call: Call, body: RuleTried) -> object:
    """How many a rule holds for, it and each of its conditions, before it is saved."""
    return call.ws.segments.preview(body.rule, as_of=body.as_of, sample=body.sample, lang=call.lang)


@ROUTES.post("/segments/reach", answer=items(rows("channel:text size:integer")), allowance="read", changes=False)
def reach_rule(call: Call, body: RuleTried) -> object:
    """How many of those whom a rule takes marketing may go to, by channel: addressed, consenting, not suppressed."""
    return call.ws.segments.reach(body.rule)


@ROUTES.get(
    "/segment-overlap",
    "segments overlap",
    answer=items(
        rows(
            "segment:text other:text size:integer other_size:integer both:integer jaccard:number? share:number? "
            "other_share:number?"
        )
    ),
)
def list_overlaps(call: Call) -> object:
    """Every pair of segments: sizes, how many are in both, Jaccard index."""
    return call.ws.segments.overlap()


@ROUTES.get("/segment-targets", "segments targets", answer=items(row_of("TargetRow")))
def rank_segments(call: Call) -> object:
    """Segments ranked by attractiveness and ability to serve."""
    return call.ws.segments.targets(lang=call.lang)


@ROUTES.get("/segment-names", answer=items(rows("name:text type:text count:integer? share:number?")))
def list_names(
    call: Call,
    event: Annotated[str, Query(max_length=200, description="Its properties, instead of the events.")] = "",
    by: Annotated[str, Query(max_length=200, description="The values of this property of the event.")] = "",
    *,
    lists: Annotated[bool, Query(description="The lists that were uploaded, instead.")] = False,
) -> object:
    """What a rule may name, with how often it is in the data: events, properties of one, values of one of these, lists."""
    return call.ws.segments.names(event=event, by=by, lists=lists)


@ROUTES.get("/segment-templates", "segments templates", answer=items(row_of("SegmentTemplate")))
def list_templates(call: Call) -> object:
    """Ready rules by family of criteria that this data supports."""
    return call.ws.segments.templates(lang=call.lang)


@ROUTES.post(
    "/segments/adopt",
    "segments adopt",
    answer=shape(Adopted),
    status=201,
    example={"template": "bought_once"},
)
def adopt_segment(call: Call, body: TemplateAdopted) -> object:
    """Keep a ready segment as one of the workspace."""
    return call.ws.segments.adopt(body.template, name=body.name, lang=call.lang)


@ROUTES.get("/segments/{name}", "segments show", answer=shape(SegmentShown))
def show_segment(call: Call, name: Name) -> object:
    """One segment: size, rule in words, persona; its version is the ETag."""
    version = call.ws.definitions.one("segment", name).version
    return Answer(call.ws.segments[name].show(lang=call.lang), version=version)


@ROUTES.put("/segments/{name}", "apply", answer=shape(DefinitionKept), example=_VIP)
def put_segment(call: Call, name: Name, body: SegmentGiven) -> object:
    """Define a segment, or change it where `If-Match` names its version."""
    return call.put("segment", name, body.model_dump(mode="json", exclude_unset=True))


@ROUTES.delete("/segments/{name}", answer=shape(DefinitionKept))
def retire_segment(call: Call, name: Name) -> object:
    """Take a segment out of use; its versions stay."""
    return call.retire("segment", name)


@ROUTES.get("/segments/{name}/members", "segments members", answer=items(PEOPLE))
def list_members(call: Call, name: Name, after: CursorAsked = None, limit: LimitAsked = 100) -> object:
    """The people in it as last refreshed, by number, with their traits and whether marketing may go to them."""
    found = call.ws.segments[name].page(after=place_in(after, number_in) if after else 0, most=limit + 1)
    return page(found, limit, ["profile_id"])


@ROUTES.get("/segments/{name}/versions", answer=items(shape(DefinitionKept)))
def list_segment_versions(call: Call, name: Name) -> object:
    """Every version of its definition, the oldest first."""
    return {"items": call.ws.definitions.versions("segment", name), "next": None}


@ROUTES.post("/segments/{name}/rollback", "segments rollback", answer=shape(RolledBack), example={"version": 1})
def roll_back(call: Call, name: Name, body: VersionAsked) -> object:
    """Make an earlier version the newest again."""
    return call.ws.segments[name].rollback(body.version)


@ROUTES.post("/segments/{name}/refreeze", "segments refreeze", answer=shape(Refrozen))
def refreeze(call: Call, name: Name) -> object:
    """Have the next refresh freeze a frozen segment anew."""
    return call.ws.segments[name].refreeze()


@ROUTES.get(
    "/segments/{name}/history",
    "segments history",
    answer=items(rows("as_of:instant size:integer base:integer share:number?")),
)
def list_sizes(call: Call, name: Name) -> object:
    """Its size at each refresh."""
    return call.ws.segments[name].history()


@ROUTES.get("/segments/{name}/sql", "segments sql", answer=rows("sql:text"))
def show_sql(call: Call, name: Name) -> object:
    """The SQL that decides who is in it, every stage a named part."""
    return {"sql": call.ws.segments[name].sql()}


@ROUTES.post("/segments/{name}/explain", "segments explain", answer=shape(Explanation), allowance="read", changes=False)
def explain_membership(call: Call, name: Name, body: PersonNamed) -> object:
    """Why somebody is in it or not: every condition, met or not, and the value that decided."""
    return call.ws.segments[name].explain(body.key, lang=call.lang)
