"""Journeys: published, kept going, looked into."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query
from pydantic import BaseModel, ConfigDict, Field

from coterie.api.resources.shared import DryRun, Name
from coterie.api.route import Call, Routes
from coterie.api.shapes import items, row_of, shape
from coterie.decide.journeys.publishing import AtRemoved
from coterie.decide.journeys.simulating import Simulated
from coterie.decide.journeys.ticking import Ticked
from coterie.workspace.journey_records import JourneyAdopted, JourneyShown, JourneyStand, Published
from coterie.workspace.journey_tasks import TaskFinished
from coterie.workspace.records import CampaignResults

ROUTES = Routes("journeys", "What happens to people step by step.")


class PublishingAsked(BaseModel):
    """What becomes of who waits at a step that is removed."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {}})

    at_removed: AtRemoved | None = Field(
        None, description="They go on behind it, or leave; needed where any wait there."
    )


class ResumeAsked(BaseModel):
    """What becomes of waits."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"extend": True}})

    extend: bool | None = Field(None, description="Whether waits end so much later as the pause lasted.")


class EnrolAsked(BaseModel):
    """Who enters by hand: people, or the members of a segment."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"people": ["ann@shop.example"]}})

    people: list[str] = Field([], max_length=10_000, description="Customer keys, e-mails, or namespace:value.")
    segment: str | None = Field(None, max_length=200, description="The members of this segment.")


class TaskDone(BaseModel):
    """What came of a task."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"note": "Likes the blue one."}})

    note: str = Field("", max_length=2_000, description="What came of it.")


class JourneyTemplateAdopted(BaseModel):
    """A ready journey, and what it is to be called."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"template": "post-purchase"}})

    template: Name
    name: str = Field("", max_length=60, description="Its name here; that of the template if not given.")


@ROUTES.get("/journeys", "journeys list", answer=items(row_of("JourneyRow")))
def list_journeys(call: Call) -> object:
    """Every journey with its state, and how many are inside, held out and through."""
    return call.ws.journeys.list()


@ROUTES.get("/journey-tasks", "journeys tasks", answer=items(row_of("TaskRow")))
def list_tasks(
    call: Call,
    only_open: Annotated[bool, Query(alias="open", description="Only what is not done yet.")] = False,
) -> object:
    """What journeys gave people of the business to do, the newest first."""
    return call.ws.journeys.tasks(only_open=only_open)


@ROUTES.post("/journey-tasks/{task}/done", "journeys task-done", answer=shape(TaskFinished))
def finish_task(call: Call, task: Annotated[str, Path(description="Number of the task.")], body: TaskDone) -> object:
    """Tick off a task: an event of the person, for which steps can wait; what is done already stays as it was."""
    return call.ws.journeys.finish_task(task, note=body.note)


@ROUTES.get("/journey-templates", "journeys templates", answer=items(row_of("JourneyTemplateRow")))
def list_journey_templates(call: Call) -> object:
    """Journeys to begin with, what each lacks here, and how it is written."""
    return call.ws.journeys.templates(lang=call.lang)


@ROUTES.post(
    "/journeys/adopt",
    "journeys adopt",
    answer=shape(JourneyAdopted),
    status=201,
    example={"template": "post-purchase"},
)
def adopt_journey(call: Call, body: JourneyTemplateAdopted, dry_run: DryRun = False) -> object:
    """Keep a ready journey, and the templates that it sends, as definitions of the workspace."""
    return call.ws.journeys.adopt(body.template, name=body.name, lang=call.lang, dry_run=dry_run)


@ROUTES.get("/journeys/{name}", "journeys show", answer=shape(JourneyShown))
def show_journey(call: Call, name: Name) -> object:
    """Its steps, who waits where, and how often each turn was taken."""
    return call.ws.journeys.show(name, lang=call.lang)


@ROUTES.get("/journeys/{name}/simulation", "journeys simulate", answer=shape(Simulated))
def simulate_journey(
    call: Call, name: Name, weeks: Annotated[int, Query(ge=1, le=104, description="How many weeks back.")] = 12
) -> object:
    """What it would have done over the last weeks, had it been there; changes and sends nothing."""
    return call.ws.journeys.simulate(name, weeks=weeks)


@ROUTES.post("/journeys/{name}/publish", "journeys publish", answer=shape(Published), allowance="reach")
def publish_journey(call: Call, name: Name, body: PublishingAsked, dry_run: DryRun = False) -> object:
    """Let people follow the newest version from now on; what that does to those inside, as counts."""
    return call.ws.journeys.publish(name, at_removed=body.at_removed, dry_run=dry_run)


@ROUTES.post("/journeys/{name}/pause", "journeys pause", answer=shape(JourneyStand))
def pause_journey(call: Call, name: Name) -> object:
    """Stop everybody where they stand, and messages from leaving, until it goes on."""
    return call.ws.journeys.pause(name)


@ROUTES.post("/journeys/{name}/resume", "journeys resume", answer=shape(JourneyStand), allowance="reach")
def resume_journey(call: Call, name: Name, body: ResumeAsked) -> object:
    """Let a paused or draining journey go on."""
    return call.ws.journeys.resume(name, extend=body.extend)


@ROUTES.post("/journeys/{name}/drain", "journeys drain", answer=shape(JourneyStand))
def drain_journey(call: Call, name: Name) -> object:
    """Let nobody in any more; those inside go on to their end."""
    return call.ws.journeys.drain(name)


@ROUTES.post("/journeys/{name}/stop", "journeys stop", answer=shape(JourneyStand), allowance="reach")
def stop_journey(call: Call, name: Name) -> object:
    """End it for everybody inside, and close what is queued, for good."""
    return call.ws.journeys.stop(name)


@ROUTES.post("/journeys/{name}/enrol", "journeys enrol", answer=shape(Ticked), allowance="reach")
def enrol_people(call: Call, name: Name, body: EnrolAsked) -> object:
    """Let people, or the members of a segment, enter by hand."""
    return call.ws.journeys.enrol(name, body.people, segment=body.segment)


@ROUTES.get("/journeys/{name}/people/{profile}", "journeys path", answer=items(row_of("PathRow")))
def show_path(call: Call, name: Name, profile: Name) -> object:
    """The way of one person through it: what they did at which step, when, and where they are now."""
    return call.ws.journeys.path(name, profile)


@ROUTES.get("/journeys/{name}/results", "journeys results", answer=shape(CampaignResults))
def read_journey(call: Call, name: Name) -> object:
    """What it changed against its holdout, of everybody who entered."""
    return call.ws.journeys.results(name, lang=call.lang)
