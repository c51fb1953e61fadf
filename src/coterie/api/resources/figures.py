"""Key figures and channels."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Path as InPath
from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from coterie.api.resources.shared import INSTANT_ASKED
from coterie.api.route import Call, Routes
from coterie.api.shapes import items, row_of, shape
from coterie.domain.receipts import ReceiptState
from coterie.workspace import By, Every
from coterie.workspace.records import ChannelsFound, KpiComparison

ROUTES = Routes("figures", "Key figures, and channels against segments.")

_OF = Annotated[str | None, Query(max_length=200, description="The segmentation whose parts are told apart.")]
_EVERY = Annotated[Every, Query(description="How long a period is.")]


@ROUTES.get(
    "/kpis",
    "kpis list",
    answer=items(row_of("KpiDefinition")),
)
def list_kpis(call: Call) -> object:
    """Every key figure: unit, which way is better, formula."""
    return call.ws.kpis.list(lang=call.lang)


@ROUTES.get("/kpis/values", "kpis show", answer=items(row_of("KpiValue")))
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


@ROUTES.get("/kpis/comparison", "kpis compare", answer=shape(KpiComparison))
def compare_kpis(
    call: Call,
    name: Annotated[list[str] | None, Query(max_length=100, description="The key figures; all if not given.")] = None,
    by: Annotated[
        list[Literal["segment", "channel", "campaign"]] | None, Query(description="What they are told apart by.")
    ] = None,
    segmentation: _OF = None,
    since: INSTANT_ASKED = None,
    until: INSTANT_ASKED = None,
    days: Annotated[int, Query(ge=1, le=3650, description="How long, where `since` is not given.")] = 365,
) -> object:
    """Key figures beside those of the time before, which is as long: what changed, and whether chance could explain it."""
    return call.ws.kpis.compare(
        *(name or ()), by=by or (), segmentation=segmentation, since=since, until=until, days=days, lang=call.lang
    )


@ROUTES.get("/kpis/retention", "kpis retention", answer=items(row_of("RetentionRow")))
def show_retention(call: Call, every: _EVERY = "month") -> object:
    """Who came back: profiles by the period of their first order."""
    return call.ws.kpis.retention(every=every)


class TargetGiven(BaseModel):
    """What a key figure is to reach."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"value": 0.3, "every": "quarter"}})

    value: float = Field(allow_inf_nan=False, description="In the figure's unit: shares as 0.3.")
    every: Every = Field("month", description="In how long it is to be reached.")


TargetName = Annotated[str, InPath(max_length=60, pattern="^[a-z_]+$", description="The key figure.")]
TARGETS = items(row_of("KpiTargetRow"))


@ROUTES.get("/kpis/targets", "kpis targets", answer=TARGETS)
def list_targets(call: Call) -> object:
    """What key figures are to reach, and whether they did in the last whole period."""
    return call.ws.kpis.targets(lang=call.lang)


@ROUTES.put("/kpis/targets/{name}", "kpis aim", answer=TARGETS)
def put_target(call: Call, name: TargetName, body: TargetGiven) -> object:
    """Set what a key figure is to reach every so long; of a figure of which no way is better none can be set."""
    return call.ws.kpis.aim(name, body.value, every=body.every, lang=call.lang)


@ROUTES.delete("/kpis/targets/{name}", "kpis aim", answer=TARGETS)
def drop_target(call: Call, name: TargetName) -> object:
    """Take back what a key figure was to reach."""
    return call.ws.kpis.aim(name, None, lang=call.lang)


@ROUTES.get("/channels", "channels list", answer=items(row_of("ChannelRow")))
def list_channels(call: Call) -> object:
    """Every channel: kind, cost, what it can do."""
    return call.ws.channels.list(lang=call.lang)


@ROUTES.get("/channels/check", "channels check", answer=items(row_of("ChannelChecked")))
def check_channels(call: Call) -> object:
    """Which channels messages can leave on, what is missing, and whom that touches."""
    return call.ws.channels.check(lang=call.lang)


@ROUTES.get("/channels/health", "channels health", answer=items(row_of("CarrierHealth")))
def channels_health(call: Call) -> object:
    """How it goes with the providers of each channel, and what became of what they carried."""
    return call.ws.channels.health(lang=call.lang)


@ROUTES.get("/channels/receipts", "channels receipts", answer=items(row_of("ReceiptRow")))
def list_receipts(
    call: Call,
    state: Annotated[
        ReceiptState | None, Query(description="Only those in this state: `unmatched` are of no message that is known.")
    ] = None,
    most: Annotated[int, Query(ge=1, le=10_000, description="How many at most.")] = 100,
) -> object:
    """What providers told of messages after they left, the newest first."""
    return call.ws.channels.receipts(state=state, most=most)


@ROUTES.get("/channels/callbacks", "channels callbacks", answer=items(row_of("CallbackRow")))
def list_callbacks(call: Call) -> object:
    """Who may call to tell what became of messages, at which address, and what came."""
    return call.ws.channels.callbacks(lang=call.lang)


@ROUTES.get("/channels/performance", "channels performance", answer=items(row_of("ChannelPerformance")))
def show_performance(call: Call, by: _OF = None) -> object:
    """What each channel brought, for everybody and by segment."""
    return call.ws.channels.performance(by=by)


_WEIGHT = Annotated[float | None, Query(ge=0, le=100, description="How much this principle counts beside the others.")]


def _weights(**given: float | None) -> dict[str, float] | None:
    """What was said of how much the principles count; None where nothing was."""
    return {name: weight for name, weight in given.items() if weight is not None} or None


@ROUTES.get("/channels/score", "channels score", answer=items(row_of("ChannelScore")))
def score_channels(
    call: Call, by: _OF = None, value: _WEIGHT = None, preference: _WEIGHT = None, capability: _WEIGHT = None
) -> object:
    """Every segment by every channel, 0-1, with the reasons; principles count as given, else as they usually do."""
    weights = _weights(value=value, preference=preference, capability=capability)
    return call.ws.channels.score(by=by, weights=weights, lang=call.lang)


@ROUTES.get("/channels/finding", "channels score", answer=shape(ChannelsFound))
def show_fit(
    call: Call, by: _OF = None, value: _WEIGHT = None, preference: _WEIGHT = None, capability: _WEIGHT = None
) -> object:
    """What the scores come to in sentences, and how much each principle counts."""
    weights = _weights(value=value, preference=preference, capability=capability)
    return call.ws.channels.finding(by=by, weights=weights, lang=call.lang)
