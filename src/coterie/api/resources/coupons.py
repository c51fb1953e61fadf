"""Pools of coupons: codes put in, and who got which."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from coterie.api.cursor import CursorAsked, LimitAsked, number_in, page, place_in
from coterie.api.resources.shared import INSTANT_ASKED, DryRun, Name
from coterie.api.route import Call, Routes
from coterie.api.shapes import items, rows, shape
from coterie.workspace.coupons import CouponsAdded

ROUTES = Routes("coupons", "Pools of codes of which everybody gets their own.")

_POOLS = items(
    rows(
        "pool:text codes:integer left:integer used:integer redeemed:integer expires_at:instant? is_expired:boolean templates:texts"
    )
)


class CodesGiven(BaseModel):
    """Codes to put into a pool."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"codes": ["SPRING-7QX", "SPRING-8RY"], "expires": "2026-12-31"}}
    )

    codes: list[Annotated[str, Field(max_length=400)]] = Field(
        max_length=1_000_000, description="As shops know them; each goes to one person."
    )
    expires: INSTANT_ASKED = None


class Expiry(BaseModel):
    """From when on no code is given."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"at": "2026-12-31"}})

    at: INSTANT_ASKED = Field(description="Never where it is null.")


@ROUTES.get("/coupons", "coupons list", answer=_POOLS)
def list_coupons(call: Call) -> object:
    """Every pool with how many codes are left, used, and until when they are good."""
    return call.ws.coupons.list()


@ROUTES.get(
    "/coupons/{name}",
    "coupons show",
    answer=items(
        rows(
            "coupon_id:integer code:text profile_id:integer? origin_kind:text origin:text message_id:text state:text? taken_at:instant redeemed_at:instant?"
        )
    ),
)
def show_coupons(call: Call, name: Name, after: CursorAsked = None, limit: LimitAsked = 100) -> object:
    """Who got which code, page by page."""
    found = call.ws.coupons.show(name, after=place_in(after, number_in) if after else 0, most=limit + 1)
    return page(found, limit, ["coupon_id"])


@ROUTES.post("/coupons/{name}/add", "coupons add", answer=shape(CouponsAdded))
def add_coupons(call: Call, name: Name, body: CodesGiven, dry_run: DryRun = False) -> object:
    """Put codes into the pool, which is made where there is none."""
    return call.ws.coupons.add(name, body.codes, expires=body.expires, dry_run=dry_run)


@ROUTES.post("/coupons/{name}/expire", "coupons expire", answer=_POOLS)
def expire_coupons(call: Call, name: Name, body: Expiry) -> object:
    """From an instant on give none of the pool."""
    call.ws.coupons.expire(name, body.at)
    return call.ws.coupons.list()
