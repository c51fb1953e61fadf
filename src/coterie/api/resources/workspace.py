"""What is here, and whether it is sound."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from coterie.api.cursor import CursorAsked, LimitAsked, cursor, number_in, place_in
from coterie.api.resources.shared import Name
from coterie.api.route import Answer, Call, Routes
from coterie.api.shapes import OBJECT, items, row_of, rows, shape
from coterie.errors import NotReady
from coterie.settings import Locale
from coterie.workspace import definition_schema, part_schema, parts
from coterie.workspace.overview import Overview
from coterie.workspace.records import Status
from coterie.workspace.tasks import report_file

ROUTES = Routes("workspace", "What is here, how much, how fresh, and whether it is sound.")


class QueryAsked(BaseModel):
    """A SELECT, and the values of its ``$names``."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"sql": "SELECT count(*) AS n FROM orders WHERE revenue > $least", "values": {"least": 10}}
        },
    )

    sql: str = Field(max_length=100_000, description="One SELECT over the tables of the warehouse.")
    values: dict[str, str | float | bool | None] = Field(default_factory=dict, description="Value of each `$name`.")
    most: int = Field(1_000, ge=1, le=100_000, description="Rows that are answered, at most.")


@ROUTES.get("/status", "status", answer=shape(Status))
def show_status(call: Call) -> object:
    """What is here, how much, how fresh."""
    return call.ws.status()


@ROUTES.get("/overview", answer=shape(Overview))
def show_overview(call: Call) -> object:
    """What is new and what wants a look: value, moves between stages, segments that changed unusually, silent sources."""
    return call.ws.overview.show(lang=call.lang)


@ROUTES.get("/doctor", "doctor", answer=items(rows("check:text state:text finding:sentence")))
def show_doctor(call: Call) -> object:
    """Every check, with what was found and what to do."""
    return call.ws.doctor(lang=call.lang)


@ROUTES.get("/quality", "quality", answer=items(row_of("Finding")))
def list_quality(call: Call) -> object:
    """Data quality per source and column, with a sentence for each finding."""
    return call.ws.quality(lang=call.lang)


@ROUTES.post(
    "/query",
    answer={
        "type": "object",
        "properties": {"items": {"type": "array", "items": OBJECT}, "rows": {"type": "integer"}},
        "required": ["items", "rows"],
    },
    allowance="read",
    changes=False,
)
def ask_in_sql(call: Call, body: QueryAsked) -> object:
    """The rows of a SELECT over the warehouse; it only reads, and reaches no file and no address."""
    found = call.ws.query(body.sql, **body.values)
    return {"items": found[: body.most], "rows": len(found)}


@ROUTES.get("/report", "report", answer={"type": "string"}, media="text/html; charset=utf-8")
def show_report(call: Call, language: Annotated[Locale | None, Query(description="Its language.")] = None) -> object:
    """The report as it was last written by `POST /report`: one page that stands by itself."""
    file = report_file(call.ws.folder, language or call.lang)
    if not file.is_file():
        raise NotReady("no report was written in this language yet; ask for one with POST /api/v1/report")
    return Answer(file.read_bytes(), media="text/html; charset=utf-8")


@ROUTES.get(
    "/audit",
    answer=items(rows("audit_id:integer occurred_at:instant actor:text act:text subject:text detail:object hash:text")),
    allowance="admin",
)
def list_audit(
    call: Call,
    after: CursorAsked = None,
    limit: LimitAsked = 100,
    newest: Annotated[bool, Query(description="The newest first.")] = False,
) -> object:
    """Who did what, when: oldest first, `next` being where to go on, also at the end; or the newest first."""
    if newest:
        latest = call.ws.audit.latest(before=place_in(after, number_in) if after else None, most=limit + 1)
        shown = latest[:limit]
        return {"items": shown, "next": cursor(shown[-1].audit_id) if len(latest) > limit else None}
    found = call.ws.audit.page(after=place_in(after, number_in) if after else 0, most=limit)
    return {"items": found, "next": cursor(found[-1].audit_id) if found else after}


@ROUTES.get("/parts", "parts", answer=items(rows("kind:text name:text place:text")))
def list_parts(
    _call: Call, kind: Annotated[str, Query(max_length=40, description="Only of this kind.")] = ""
) -> object:
    """Every installed part, built in or from outside."""
    return parts(kind)


@ROUTES.get("/parts/{kind}/{name}", "parts", answer=OBJECT)
def show_part(call: Call, kind: Name, name: Name) -> object:
    """The JSON Schema of what a part can be set to, or of what it says in a definition, described in the language asked for."""
    return part_schema(kind, name, call.lang)


@ROUTES.get("/schema", "schema", answer=OBJECT)
def show_schema(
    call: Call, kind: Annotated[str, Query(max_length=40, description="Only of this kind.")] = ""
) -> object:
    """The JSON Schema of definitions, with titles and descriptions in the language asked for, to draw forms of."""
    return definition_schema(kind, call.lang)
