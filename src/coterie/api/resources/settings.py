"""Settings: `coterie.yaml` as it stands, and one setting of it changed."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path as InPath
from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from coterie.api.problem import Problem
from coterie.api.route import ANY_VERSION, Answer, Call, Routes
from coterie.api.shapes import shape
from coterie.words import sentence
from coterie.workspace.records import SettingsKept
from coterie.workspace.settings_file import Beginning

ROUTES = Routes("settings", "Settings, schedules and receivers, which stand in `coterie.yaml`.")
SettingName = Annotated[
    str, InPath(max_length=60, pattern="^[a-z_]+$", description="The setting, such as `schedules`.")
]

PlaceAsked = Annotated[str | None, Query(max_length=60, description="What is known of the place: a code, or a zone.")]


class SettingGiven(BaseModel):
    """What a setting is to be."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"value": {"nightly": {"run": "refresh", "cron": "30 2 * * *"}}}}
    )

    value: bool | int | float | str | list[object] | dict[str, object] = Field(
        description="The whole of it, as the file would have it."
    )


@ROUTES.get("/settings", answer=shape(SettingsKept), allowance="admin")
def show_settings(call: Call) -> object:
    """Every setting as the file has it now, with its version as ETag."""
    found = call.ws.settings_file.show()
    return Answer(found, version=found.version)


@ROUTES.get("/beginning", answer=shape(Beginning), allowance="admin")
def show_beginning(
    call: Call, country: PlaceAsked = None, currency: PlaceAsked = None, timezone: PlaceAsked = None
) -> object:
    """What the first visit asks: the business as it is set, or as follows from a country, a currency or a zone."""
    return call.ws.settings_file.beginning(country=country, currency=currency, timezone=timezone)


@ROUTES.post("/beginning/settle", answer=shape(Beginning), allowance="admin")
def settle_beginning(call: Call) -> object:
    """Say that the business is named and placed, so that nobody is asked again."""
    return call.ws.settings_file.settle()


@ROUTES.put("/settings/{name}", answer=shape(SettingsKept), allowance="admin")
def put_setting(call: Call, name: SettingName, body: SettingGiven) -> object:
    """Change one setting, schedules and receivers among them; `If-Match` names the version of the file that was seen."""
    return _put(call, name, body.value)


@ROUTES.delete("/settings/{name}", answer=shape(SettingsKept), allowance="admin")
def reset_setting(call: Call, name: SettingName) -> object:
    """Take a setting out of the file, so that it is what it is without."""
    return _put(call, name, None)


def _put(call: Call, name: str, value: object) -> Answer:
    if call.made_from is None:
        said = sentence(
            "say by If-Match which version of the settings was seen, as GET /settings gave it, or * for any"
        )
        raise Problem(412, "overtaken", said, "header.If-Match")
    made_from = None if call.made_from == ANY_VERSION else call.made_from
    found = call.ws.settings_file.put(name, value, made_from=made_from)
    return Answer(found, version=found.version)
