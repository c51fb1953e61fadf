"""Key figures and channels."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from coterie.api.resources.shared import INSTANT_ASKED
from coterie.api.route import Call, Routes
from coterie.api.shapes import items, rows
from coterie.workspace import By, Every

ROUTES = Routes("figures", "Key figures, and channels against segments.")

_OF = Annotated[str | None, Query(max_length=200, description="The segmentation whose parts are told apart.")]
_EVERY = Annotated[Every, Query(description="How long a period is.")]


@ROUTES.get(
    "/kpis",
    "kpis list",
    answer=items(rows("name:text label:text unit:text? direction:text? formula:text? measures:any")),
)
def list_kpis(call: Call) -> object:
    """Every key figure: unit, which way is better, formula."""
    return call.ws.kpis.list(lang=call.lang)


@ROUTES.get("/kpis/values", "kpis show", answer=items({"type": "object"}))
def show_kpis(
    call: Call,
    name: Annotated[list[str] | None, Query(max_length=100, description="The key figures; all if not given.")] = None,
    by: Annotated[list[By] | None, Query(description="What they are told apart by.")] = None,
    segmentation: _OF = None,
    every: _EVERY = "month",
    since: INSTANT_ASKED = None,
    until: INSTANT_ASKED = None,
) -> object:
    """Key figures by segment, channel, campaign and period; ratios with intervals, a reason where there is no number."""
    return call.ws.kpis.show(
        *(name or ()),
        by=by or (),
        segmentation=segmentation,
        every=every,
        since=since,
        until=until,
        lang=call.lang,
    )


@ROUTES.get("/kpis/retention", "kpis retention", answer=items({"type": "object"}))
def show_retention(call: Call, every: _EVERY = "month") -> object:
    """Who came back: profiles by the period of their first order."""
    return call.ws.kpis.retention(every=every)


@ROUTES.get("/channels", "channels list", answer=items({"type": "object"}))
def list_channels(call: Call) -> object:
    """Every channel: kind, cost, what it can do."""
    return call.ws.channels.list(lang=call.lang)


@ROUTES.get("/channels/performance", "channels performance", answer=items({"type": "object"}))
def show_performance(call: Call, by: _OF = None) -> object:
    """What each channel brought, for everybody and by segment."""
    return call.ws.channels.performance(by=by)


@ROUTES.get("/channels/score", "channels score", answer=items({"type": "object"}))
def score_channels(call: Call, by: _OF = None) -> object:
    """Every segment by every channel, 0-1, with the reasons."""
    return call.ws.channels.score(by=by, lang=call.lang)
