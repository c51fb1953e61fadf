"""Segmentations: divisions of the whole base."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from coterie.api.cursor import CursorAsked, LimitAsked, page_of
from coterie.api.resources.people import PEOPLE
from coterie.api.resources.shared import INSTANT_ASKED, Name
from coterie.api.route import Call, Routes
from coterie.api.shapes import items, row_of, rows, shape
from coterie.workspace.records import Adopted, DiscoveryShown, GridShown, MovesShown, SegmentationShown

ROUTES = Routes("segmentations", "Divisions of the whole base: RFM, lifecycle, discovered.")


class PartAdopted(BaseModel):
    """A part that is to be a segment, and what it is to be called."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"part": "champions"}})

    part: Name
    name: str = Field("", max_length=200, description="The name of the segment; after the part if not given.")


@ROUTES.get(
    "/segmentations",
    "segmentations list",
    answer=items(rows("segmentation:text segments:integer profiles:integer as_of:instant")),
)
def list_segmentations(call: Call) -> object:
    """Every segmentation there is."""
    return call.ws.segmentations.list()


@ROUTES.get("/rfm", "segmentations rfm", answer=shape(GridShown))
def show_grid(call: Call, tiles: Annotated[int, Query(ge=2, le=9, description="Scores of each figure.")] = 5) -> object:
    """Everybody scored by recency, frequency and money: the parts with size and revenue, and the grid."""
    return call.ws.segmentations.rfm(tiles=tiles, lang=call.lang)


@ROUTES.get("/segmentations/{name}", "segmentations show", answer=shape(SegmentationShown))
def show_segmentation(
    call: Call,
    name: Name,
    personas: Annotated[bool, Query(description="With the personas, which take most of the time.")] = True,
) -> object:
    """The parts of a segmentation with size, revenue and persona."""
    return call.ws.segmentations.show(name, personas=personas, lang=call.lang)


@ROUTES.get("/segmentations/{name}/evidence", "segmentations evidence", answer=shape(DiscoveryShown))
def show_evidence(call: Call, name: Name) -> object:
    """The groups that were discovered under that name, and the evidence for their number."""
    return call.ws.segmentations.evidence(name, lang=call.lang)


@ROUTES.get("/segmentations/{name}/moves", "segmentations moves", answer=shape(MovesShown))
def show_moves(call: Call, name: Name, since: INSTANT_ASKED = None, until: INSTANT_ASKED = None) -> object:
    """Who moved between the stages of a lifecycle from one instant to another, by default in the ninety days before the as-of."""
    return call.ws.segmentations.moves(name, since=since, until=until, lang=call.lang)


@ROUTES.get("/segmentations/{name}/quality", "segmentations quality", answer=items(row_of("QualityCriterion")))
def judge_segmentation(call: Call, name: Name) -> object:
    """Whether it is worth using: each criterion with its value and verdict."""
    return call.ws.segmentations.quality(name, lang=call.lang)


@ROUTES.get("/segmentations/{name}/parts/{part}/members", "segmentations members", answer=items(PEOPLE))
def list_part(call: Call, name: Name, part: Name, after: CursorAsked = None, limit: LimitAsked = 100) -> object:
    """The people in a part, as last assigned."""
    return page_of(call.ws.segmentations.members(name, part), limit, after)


@ROUTES.post("/segmentations/{name}/adopt", "segmentations adopt", answer=shape(Adopted), status=201)
def adopt_part(call: Call, name: Name, body: PartAdopted) -> object:
    """Keep a part as a segment, which follows it at every refresh."""
    return call.ws.segmentations.adopt(name, body.part, as_name=body.name, lang=call.lang)
