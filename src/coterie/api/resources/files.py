"""Files: sent, looked at, corrected, loaded; refused rows; exchange rates."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Annotated

from fastapi import Path as InPath
from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from coterie.api.resources.jobs import JOB, queued
from coterie.api.route import Answer, Call, Routes
from coterie.api.shapes import items, row_of, rows, shape
from coterie.domain import LoadResult, Proposal
from coterie.domain import Mapping as FileMapping
from coterie.workspace.tasks import Load, uploaded_file, uploads

ROUTES = Routes("files", "Files of facts: sent, looked at, corrected, loaded.")

_NAME = Annotated[
    str,
    Query(
        pattern=r"^\w[\w .()-]{0,79}$",
        description="The name of the file, whose ending tells what it is and whose beginning the source.",
    ),
]
_NUMBER = Annotated[str, InPath(pattern="^[0-9a-f]{32}$", description="The number of the upload.")]
_SOURCE = Annotated[str | None, Query(max_length=100, description="Only of this source.")]


class ProposalAsked(BaseModel):
    """What is known of a file already, and what of its proposal is wrong."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"kind": "orders", "corrections": ["total=amount"]}}
    )

    kind: str | None = Field(None, max_length=40, description="What the rows are.")
    source: str | None = Field(None, pattern=r"^\w[\w .-]{0,99}$", description="The name of the source.")
    corrections: list[str] = Field(default_factory=list, max_length=200, description="Such as `total=amount`.")


class LoadGiven(ProposalAsked):
    """How an upload is to be loaded: by a mapping, or as proposed with these corrections."""

    mapping: FileMapping | None = Field(None, description="The mapping of a proposal, changed or as it was.")
    dry_run: bool = Field(False, description="Count only; change nothing.")


class ReplayAsked(BaseModel):
    """Which refused rows are to be loaded again, and how."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"source": "orders", "dry_run": True}})

    source: str | None = Field(None, max_length=100, description="Only of this source.")
    mapping: FileMapping | None = Field(
        None, description="A mended mapping; the one saved for the source if not given."
    )
    edits: dict[int, dict[str, object]] = Field(
        default_factory=dict,
        max_length=10_000,
        description="Number in the quarantine → column of a row, or field of a message → what is to stand there.",
    )
    dry_run: bool = Field(False, description="Count only; change nothing.")


@ROUTES.post(
    "/files", "load", answer=rows("file:text name:text bytes:integer"), status=201, changes=False, takes_file=True
)
def upload_file(call: Call, name: _NAME) -> object:
    """Send a file, as the body as it is; it is kept until it is loaded or removed."""
    number = secrets.token_hex(16)
    folder = uploads(call.ws.folder) / number
    folder.mkdir(mode=0o700)
    received = _received(call)
    target = received.rename(folder / name)
    place = f"{call.url}/files/{number}"
    return Answer({"file": number, "name": name, "bytes": target.stat().st_size}, 201, headers={"Location": place})


def _received(call: Call) -> Path:
    if call.received is None:
        raise RuntimeError("a route that takes a file was given none")
    return call.received


@ROUTES.post("/files/{file}/proposal", "load", answer=shape(Proposal), changes=False)
def propose_mapping(call: Call, file: _NUMBER, body: ProposalAsked) -> object:
    """How a file would be read, with the corrections made; nothing is loaded."""
    found = call.ws.propose(
        uploaded_file(call.ws.folder, file), kind=body.kind, source=body.source, corrections=body.corrections
    )
    return found.into(call.lang)


@ROUTES.post("/files/{file}/load", "load", answer=JOB, status=202)
def load_file(call: Call, file: _NUMBER, body: LoadGiven) -> object:
    """Load a file that was sent; a job. The file is removed once it is loaded."""
    uploaded_file(call.ws.folder, file)
    return queued(call, "load", Load(file=file, **body.model_dump(exclude_unset=True)))


@ROUTES.delete("/files/{file}", answer=rows("removed:boolean"))
def remove_file(call: Call, file: _NUMBER) -> object:
    """Remove a file that was sent and is not to be loaded."""
    found = uploaded_file(call.ws.folder, file)
    found.unlink()
    found.parent.rmdir()
    return {"removed": True}


@ROUTES.get("/quarantine", "quarantine list", answer=items(row_of("RefusedRow")))
def list_quarantine(
    call: Call,
    source: _SOURCE = None,
    most: Annotated[int, Query(ge=1, le=10_000, description="Rows at most.")] = 100,
) -> object:
    """Rows that were refused and wait: file, line, column, value, reason."""
    return call.ws.quarantine.list(source=source, most=most)


@ROUTES.post("/quarantine/replay", "quarantine replay", answer=items(shape(LoadResult)))
def replay_rows(call: Call, body: ReplayAsked) -> object:
    """Load refused rows and messages again, source by source, with what mends them."""
    found = call.ws.quarantine.replay(source=body.source, mapping=body.mapping, edits=body.edits, dry_run=body.dry_run)
    return {"items": found, "next": None}


@ROUTES.get("/rates", "rates list", answer=items(rows("currency:text occurred_on:date? rate:number")))
def list_rates(call: Call) -> object:
    """What other currencies are worth in the workspace's own."""
    return call.ws.rates.list()


@ROUTES.post("/rates", "rates load", answer=rows("rates:integer"), changes=False, takes_file=True)
def load_rates(call: Call) -> object:
    """Keep the rates of a CSV file (date, currency, rate), which is the body as it is."""
    return {"rates": call.ws.rates.load(_received(call))}
