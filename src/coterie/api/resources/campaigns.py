"""Campaigns: planned, sent, read out; and what stops messages."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from coterie.api.cursor import CursorAsked, LimitAsked, page_of
from coterie.api.resources.shared import DryRun, Name
from coterie.api.route import Answer, Call, Routes
from coterie.api.shapes import items, nullable, row_of, rows, shape
from coterie.domain import MessageState
from coterie.domain.clock import to_utc
from coterie.domain.receipts import Reply
from coterie.workspace.records import (
    CampaignApproved,
    CampaignResults,
    CampaignScheduled,
    PastCampaign,
    PlanShown,
    SendShown,
    Unsubscribed,
)
from coterie.workspace.replies import RepliesHeard
from coterie.workspace.results_table import file_of

ROUTES = Routes("campaigns", "Campaigns, and what stops messages.")


_DRAFT: JsonDict = {"name": "summer", "audience": {"segments": ["frequent"]}, "template": "hello"}


class CampaignTried(BaseModel):
    """A campaign that is not kept yet."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"definition": _DRAFT}})

    definition: dict[str, object] = Field(description="The campaign, as in a file of definitions.")


class CampaignCopied(BaseModel):
    """What a copy of a campaign is called."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"copy_as": "spring-again"}})

    copy_as: str = Field(min_length=1, max_length=80, description="Name of the new campaign.")


class HoldAsked(BaseModel):
    """Why all sending is held."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"reason": "wrong price"}})

    reason: str = Field(min_length=1, max_length=1_000, description="Why, as everybody will read it.")


class ReleaseAsked(BaseModel):
    """What becomes of messages that were due before, in a workspace that is a copy."""

    model_config = ConfigDict(extra="forbid")

    past_due: Literal["send", "drop"] | None = Field(None, description="Of a copy: send them, or hold them for good.")


class AddressBlocked(BaseModel):
    """An address that is never to be written to."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"address": "ann@shop.example", "reason": "objected"}}
    )

    address: str = Field(min_length=1, max_length=400, description="The address.")
    reason: str = Field("objected", max_length=100, description="Why it is blocked.")
    channel: str = Field("email", max_length=40, description="The channel.")


class ReplyHeard(BaseModel):
    """What one person answered."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    sender: str = Field(alias="from", min_length=1, max_length=400, description="The address that it came from.")
    text: str = Field(max_length=10_000, description="What it says.")
    at: datetime | None = Field(None, description="When it came; now if not said.")


class RepliesTaken(BaseModel):
    """What people answered to messages on a channel."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"channel": "sms", "replies": [{"from": "+12015550123", "text": "STOP"}]}},
    )

    channel: str = Field("sms", max_length=40, description="The channel that was answered.")
    replies: list[ReplyHeard] = Field(min_length=1, max_length=10_000, description="The answers.")


class AddressLifted(BaseModel):
    """An address that may be written to again."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"address": "ann@shop.example", "reason": "letter of hers"}}
    )

    address: str = Field(min_length=1, max_length=400, description="The address.")
    reason: str = Field(min_length=1, max_length=1_000, description="Why it may be written to; kept for ever.")
    channel: str = Field("email", max_length=40, description="The channel.")


class LinkFollowed(BaseModel):
    """An unsubscribe link."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"link": "https://shop.example/u/…"}})

    link: str = Field(min_length=1, max_length=4_000, description="The link as a whole, or its last part.")


@ROUTES.get(
    "/campaigns",
    "campaigns list",
    answer=items(
        rows(
            "campaign:text launched:boolean scheduled:boolean next_at:instant? to_approve:boolean approved_by:text? queued:integer sent:integer failed:integer refused:integer unknown:integer"
        )
    ),
)
def list_campaigns(call: Call) -> object:
    """Every campaign, and how many of its messages stand where."""
    return call.ws.campaigns.list()


@ROUTES.get("/campaigns/past", "campaigns past", answer={"type": "object", "additionalProperties": shape(PastCampaign)})
def compare_past(call: Call) -> object:
    """What past campaigns without a holdout did, by type."""
    return call.ws.campaigns.past(lang=call.lang)


@ROUTES.post("/campaigns/plan", "campaigns plan", answer=shape(PlanShown), allowance="read", changes=False)
def plan_draft(call: Call, body: CampaignTried) -> object:
    """The plan of a campaign that is not kept yet; its templates need not be there."""
    return call.ws.campaigns.plan(body.definition, lang=call.lang)


@ROUTES.get("/campaigns/{name}/plan", "campaigns plan", answer=shape(PlanShown))
def plan_campaign(call: Call, name: Name) -> object:
    """Who would get what, who would not and why, what it costs; changes nothing."""
    return call.ws.campaigns.plan(name, lang=call.lang)


@ROUTES.get("/campaigns/{name}/foreseen", "campaigns send", answer={"anyOf": [shape(PlanShown), shape(SendShown)]})
def foresee_campaign(call: Call, name: Name) -> object:
    """What sending it now would do; changes nothing."""
    return call.ws.campaigns.send(name, dry_run=True, lang=call.lang)


@ROUTES.get("/campaigns/{name}/results", "campaigns results", answer=shape(CampaignResults))
def read_campaign(call: Call, name: Name) -> object:
    """What it changed against its holdout."""
    return call.ws.campaigns.results(name, lang=call.lang)


_KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@ROUTES.get(
    "/campaigns/{name}/results/file", "campaigns results", answer={"type": "string"}, media="application/octet-stream"
)
def download_results(
    call: Call,
    name: Name,
    kind: Annotated[Literal["csv", "xlsx"], Query(description="The kind of file.")] = "csv",
) -> object:
    """The figures of its results as a file for spreadsheets."""
    body = file_of(call.ws.campaigns.results_table(name, lang=call.lang), f"results.{kind}")
    given = quote(f"{name}-results.{kind}")
    return Answer(body, media=_KINDS[kind], headers={"Content-Disposition": f"attachment; filename*=UTF-8''{given}"})


@ROUTES.get("/campaigns/{name}/messages", "campaigns messages", answer=items(row_of("MessageRow")))
def list_messages(
    call: Call,
    name: Name,
    state: Annotated[MessageState | None, Query(description="Only those in this state.")] = None,
    after: CursorAsked = None,
    limit: LimitAsked = 100,
) -> object:
    """Its messages: whose, where to, and what was answered."""
    return page_of(call.ws.campaigns.messages(name, state=state), limit, after)


@ROUTES.post("/campaigns/{name}/schedule", "campaigns schedule", answer=shape(CampaignScheduled), allowance="reach")
def schedule_campaign(call: Call, name: Name, dry_run: DryRun = False) -> object:
    """Launch it by itself at the times that it names, while the server runs."""
    return call.ws.campaigns.schedule(name, dry_run=dry_run)


@ROUTES.post(
    "/campaigns/{name}/unschedule",
    "campaigns schedule",
    answer=rows("campaign:text was_scheduled:boolean dry_run:boolean"),
    allowance="reach",
)
def unschedule_campaign(call: Call, name: Name, dry_run: DryRun = False) -> object:
    """Launch it by itself no more; what was launched stays launched."""
    was = call.ws.brakes.unschedule(name, dry_run=dry_run)
    return {"campaign": name, "was_scheduled": was, "dry_run": dry_run}


@ROUTES.post("/campaigns/{name}/approve", "campaigns approve", answer=shape(CampaignApproved), allowance="reach")
def approve_campaign(call: Call, name: Name, dry_run: DryRun = False) -> object:
    """Say that it may go as it and its templates are now; by somebody else than who wrote them."""
    return call.ws.campaigns.approve(name, by=call.actor, dry_run=dry_run)


@ROUTES.post(
    "/campaigns/{name}/clone",
    "campaigns clone",
    answer=rows("campaign:text copy:text dry_run:boolean"),
    status=201,
)
def clone_campaign(call: Call, name: Name, body: CampaignCopied, dry_run: DryRun = False) -> object:
    """Keep a campaign like it under a new name."""
    made = call.ws.campaigns.clone(name, body.copy_as, dry_run=dry_run)
    return {"campaign": name, "copy": made.name, "dry_run": dry_run}


@ROUTES.post(
    "/campaigns/{name}/cancel",
    "campaigns cancel",
    answer=rows("campaign:text cancelled:integer dry_run:boolean"),
    allowance="reach",
)
def cancel_campaign(call: Call, name: Name, dry_run: DryRun = False) -> object:
    """Close all messages that it still has queued, for good, also while it is being sent."""
    count = call.ws.brakes.cancel(name, actor=call.actor, dry_run=dry_run)
    return {"campaign": name, "cancelled": count, "dry_run": dry_run}


@ROUTES.post("/sending/hold", "campaigns hold", answer=rows("held:boolean"))
def hold_sending(call: Call, body: HoldAsked) -> object:
    """Stop all sending before the next message, in every process, until it is released."""
    call.ws.brakes.hold(body.reason, actor=call.actor)
    return {"held": True}


@ROUTES.post(
    "/sending/release",
    "campaigns release",
    answer={"type": "object", "properties": {"was_held": nullable({"type": "string"})}, "required": ["was_held"]},
    allowance="admin",
    example={},
)
def release_sending(call: Call, body: ReleaseAsked) -> object:
    """Let messages leave again; why they were held, or null."""
    return {"was_held": call.ws.brakes.release(actor=call.actor, past_due=body.past_due)}


@ROUTES.post(
    "/suppressions", "consents suppress", answer=rows("suppressed:boolean channel:text reason:text"), status=201
)
def suppress_address(call: Call, body: AddressBlocked) -> object:
    """Block an address on a channel, whatever consents say, until it is lifted by hand."""
    call.ws.brakes.suppress(body.address, reason=body.reason, channel=body.channel, actor=call.actor)
    return {"suppressed": True, "channel": body.channel, "reason": body.reason}


@ROUTES.post("/replies", "channels replies", answer=shape(RepliesHeard))
def hear_replies(call: Call, body: RepliesTaken, dry_run: DryRun = False) -> object:
    """Take what people answered to messages: whoever says STOP, 退订 or the like gets no more, from this moment on."""
    said = [Reply(each.sender, each.text, each.at and to_utc(each.at, "UTC")) for each in body.replies]
    return call.ws.brakes.hear(said, channel=body.channel, dry_run=dry_run)


@ROUTES.post("/suppressions/lift", "consents lift", answer=rows("lifted:boolean channel:text"), allowance="admin")
def lift_address(call: Call, body: AddressLifted) -> object:
    """End the block of an address; the reason is kept for ever."""
    call.ws.brakes.lift(body.address, reason=body.reason, channel=body.channel, actor=call.actor)
    return {"lifted": True, "channel": body.channel}


@ROUTES.post("/unsubscribe", "consents unsubscribe", answer=shape(Unsubscribed))
def follow_link(call: Call, body: LinkFollowed) -> object:
    """Do what the unsubscribe link of a message asks; twice is as once."""
    return call.ws.brakes.unsubscribe(body.link)
