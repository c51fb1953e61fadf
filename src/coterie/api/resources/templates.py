"""Templates: what somebody would read of one."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.config import JsonDict

from coterie.api.resources.shared import DryRun, Name
from coterie.api.route import Call, Routes
from coterie.api.shapes import items, row_of, shape
from coterie.workspace.records import TemplateShown, TriedOut

ROUTES = Routes("templates", "What messages are made of.")

_DRAFT: JsonDict = {"name": "hi", "subject": "Hi {{ profile.first_name }}", "body": "<p>Hello</p>"}
_EXAMPLE: JsonDict = {"definition": {**_DRAFT, "defaults": {"first_name": "you"}}}


class TemplateTried(BaseModel):
    """A template that is kept, or one that is not yet, and who is to read it."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": _EXAMPLE})

    template: Name | None = Field(None, description="The name of one that is kept.")
    definition: dict[str, object] | None = Field(None, description="One that is not kept, as in a file of definitions.")
    person: str | int | None = Field(
        None,
        description="Who reads it: a key, an e-mail, any identifier, or the number of a profile; nobody if not given.",
    )
    language: str | None = Field(
        None, max_length=40, description="The language it is read in; the person's own if not given."
    )

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.template is None) == (self.definition is None):
            raise ValueError("give template or definition; one of the two")
        return self


@ROUTES.get("/templates", "templates list", answer=items(row_of("TemplateRow")))
def list_message_templates(call: Call) -> object:
    """The templates that are kept, and the campaigns that send each."""
    return call.ws.templates.list()


class TryAsked(TemplateTried):
    """As what is tried, and the address of one's own that it goes to."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"template": "hello", "to": "olga@agency.example"}}
    )

    to: str = Field(min_length=3, max_length=320, description="An address of your own; never a customer's.")


@ROUTES.post("/templates/test", "templates test", answer=shape(TriedOut), allowance="reach")
def send_test(call: Call, body: TryAsked, dry_run: DryRun = False) -> object:
    """Send a template to an address of one's own, marked as a test; it counts as nothing."""
    given = body.definition if body.definition is not None else body.template or ""
    return call.ws.templates.send_test(
        given, body.to, body.person, language=body.language, dry_run=dry_run, lang=call.lang
    )


@ROUTES.post("/templates/preview", "templates preview", answer=shape(TemplateShown), allowance="read", changes=False)
def preview_template(call: Call, body: TemplateTried) -> object:
    """What somebody would read of a template, with advice; nothing is kept or sent."""
    given = body.definition if body.definition is not None else body.template or ""
    return call.ws.templates.preview(given, body.person, language=body.language, lang=call.lang)
