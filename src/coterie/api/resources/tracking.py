"""Tracking plans: what sources send, frozen, and held against what comes in."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from coterie.api.resources.shared import INSTANT_ASKED
from coterie.api.route import Call, Routes
from coterie.api.shapes import items, rows, shape
from coterie.workspace.definitions import DefinitionKept

ROUTES = Routes("tracking", "What sources send, as a plan: seen in the traffic, frozen, held against what comes in.")

_SOURCE = Annotated[str | None, Query(max_length=200, description="Only of this source.")]


class FreezeAsked(BaseModel):
    """Which traffic is to be the plan, and what becomes of what breaks it."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"violations": "flag", "dry_run": True}})

    source: str | None = Field(None, max_length=200, description="Only of this source.")
    violations: Literal["flag", "refuse"] = Field(
        "flag", description="Whether what breaks the plan is counted, or kept out, in the quarantine."
    )
    since: INSTANT_ASKED = None
    dry_run: bool = Field(False, description="Say what the plans would be; change nothing.")


@ROUTES.get(
    "/tracking",
    "tracking list",
    answer=items(
        rows(
            "source:text event:text property:text? types:texts messages:integer share:number first_at:instant "
            "last_at:instant examples:texts"
        )
    ),
)
def list_traffic(call: Call, source: _SOURCE = None, since: INSTANT_ASKED = None) -> object:
    """What came in, 30 days back if not said otherwise: a row an event of a source, and one for each of its properties."""
    return call.ws.tracking.list(source=source, since=since)


@ROUTES.get(
    "/tracking/latest",
    "tracking latest",
    answer=items(
        rows(
            "received_at:instant occurred_at:instant? source:text type:text event:text? message_id:text "
            "profile_id:integer? properties:text?"
        )
    ),
)
def list_latest(
    call: Call,
    source: _SOURCE = None,
    most: Annotated[int, Query(ge=1, le=1000, description="Messages at most.")] = 50,
) -> object:
    """The messages that came in last over HTTP, the newest first."""
    return call.ws.tracking.latest(source=source, most=most)


@ROUTES.post("/tracking/freeze", "tracking freeze", answer=items(shape(DefinitionKept)))
def freeze_traffic(call: Call, body: FreezeAsked) -> object:
    """Make what came in the plan of each source, a definition of the kind `tracking_plan`."""
    found = call.ws.tracking.freeze(
        source=body.source, violations=body.violations, since=body.since, dry_run=body.dry_run
    )
    return {"items": found, "next": None}


@ROUTES.get(
    "/tracking/violations",
    "tracking violations",
    answer=items(
        rows(
            "source:text version:integer act:text code:text event:text property:text messages:integer first_at:instant "
            "last_at:instant last_message_id:text"
        )
    ),
)
def list_violations(call: Call, source: _SOURCE = None) -> object:
    """How often plans were broken, the newest first; flagged, or refused."""
    return call.ws.tracking.violations(source=source)


@ROUTES.get(
    "/tracking/drift",
    "tracking drift",
    answer=items(
        rows(
            "source:text event:text property:text? change:text messages:integer first_at:instant? last_at:instant? "
            "finding:sentence"
        )
    ),
)
def list_drift(call: Call, source: _SOURCE = None, since: INSTANT_ASKED = None) -> object:
    """Events and properties that are new in the traffic, or came no more, as against the plans."""
    return call.ws.tracking.drift(source=source, since=since, lang=call.lang)
