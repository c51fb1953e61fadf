"""Preferences: what people chose by the links of their messages."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from coterie.api.resources.shared import DryRun
from coterie.api.route import Call, Routes
from coterie.api.shapes import shape
from coterie.workspace.preferences import PreferencesShown

ROUTES = Routes("preferences", "What people chose by the links of their messages.")

_LINK = "https://shop.example/preferences/…"
LinkGiven = Annotated[str, Field(min_length=1, max_length=4_000, description="The link as a whole, or its last part.")]


class PreferencesOf(BaseModel):
    """Whoever got a message, by its link: in the body, since whoever has the link can choose for them."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"link": _LINK}})

    link: LinkGiven


class Choices(BaseModel):
    """What somebody wants and does not want."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"link": _LINK, "choices": {"email/marketing": False}}}
    )

    link: LinkGiven
    choices: dict[str, bool] = Field(
        min_length=1,
        max_length=200,
        description="Channel and purpose, such as `email/marketing`, and whether they want it.",
    )


@ROUTES.post(
    "/preferences/lookup", "consents preferences", answer=shape(PreferencesShown), allowance="read", changes=False
)
def look_at_preferences(call: Call, body: PreferencesOf) -> object:
    """What whoever got a message said that they want; the link stands in the body."""
    return call.ws.preferences.show(body.link, lang=call.lang)


@ROUTES.post("/preferences", "consents preferences", answer=shape(PreferencesShown))
def choose_preferences(call: Call, body: Choices, dry_run: DryRun = False) -> object:
    """Record what somebody wants and does not want, as said by them now; twice is as once."""
    return call.ws.preferences.choose(body.link, body.choices, lang=call.lang, dry_run=dry_run)


@ROUTES.post("/preferences/stop", "consents preferences", answer=shape(PreferencesShown))
def stop_everything(call: Call, body: PreferencesOf, dry_run: DryRun = False) -> object:
    """Record that somebody wants no advertising at all, by no channel; twice is as once."""
    return call.ws.preferences.stop(body.link, lang=call.lang, dry_run=dry_run)
