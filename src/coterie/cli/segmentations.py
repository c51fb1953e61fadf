"""The commands of ``coterie segmentations``."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from coterie.cli.options import DryRunOption, JsonOption, WorkspaceOption, instant, workspace
from coterie.cli.people import LabelsOption, PeopleFileOption, show_people
from coterie.cli.screen import LOCALE, bars, language
from coterie.cli.show import console, show, without
from coterie.words import say

app = typer.Typer(no_args_is_help=True)
NameArgument = Annotated[
    str, typer.Argument(help=say("Name of the segmentation: rfm, lifecycle, discovered …", LOCALE))
]

TOLD = 3
"""Sentences of a persona that a terminal shows."""


@app.command("list", help=say("The segmentations there are.", LOCALE))
def list_segmentations(folder: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    with workspace(folder) as ws:
        show(ws.segmentations.list(), as_json=as_json, title=say("Segmentations", language()))


@app.command("rfm", help=say("Recency × frequency × money.", LOCALE))
def rfm(
    folder: WorkspaceOption = None,
    tiles: Annotated[int, typer.Option(help=say("Tiles per dimension.", LOCALE), min=2, max=10)] = 5,
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
) -> None:
    with workspace(folder) as ws:
        found = ws.segmentations.rfm(tiles=tiles, dry_run=dry_run)
        # A terminal cannot hold a grid of 125 cells; the report draws it, JSON has it.
        show(found if as_json else without(found, "cells", "ranges"), as_json=as_json)


@app.command("discover", help=say("Find groups in the traits.", LOCALE))
def discover(
    folder: WorkspaceOption = None,
    k: Annotated[str | None, typer.Option("--k", help=say("Number of segments, or auto.", LOCALE))] = None,
    traits: Annotated[str | None, typer.Option(help=say("Traits to use, separated by commas.", LOCALE))] = None,
    name: Annotated[str, typer.Option(help=say("What to call it.", LOCALE))] = "discovered",
    seed: Annotated[int | None, typer.Option(help=say("The same seed gives the same result.", LOCALE))] = None,
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
) -> None:
    with workspace(folder) as ws:
        chosen = tuple(t.strip() for t in traits.split(",")) if traits else None
        with bars(quiet=as_json) as progress:
            found = ws.segmentations.discover(
                k=k, traits=chosen, name=name, seed=seed, dry_run=dry_run, progress=progress
            )
        show(found, as_json=as_json)


@app.command("show", help=say("The segments of a segmentation with size and value.", LOCALE))
def show_segmentation(name: NameArgument, folder: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    with workspace(folder) as ws:
        found = ws.segmentations.show(name)
        if not as_json:
            # Size and share open every persona and stand in the table already.
            found = replace(found, personas={part: said[1 : 1 + TOLD] for part, said in found.personas.items()})
        show(found, as_json=as_json)
        if not as_json:
            console().print(say("The report draws every persona whole; so does --json.", language()))


PartArgument = Annotated[str, typer.Argument(help=say("A part, by its key or its name.", LOCALE))]


@app.command("members", help=say("The profiles in a part of a segmentation.", LOCALE))
def members(
    name: NameArgument,
    part: PartArgument,
    folder: WorkspaceOption = None,
    output: PeopleFileOption = None,
    labels: LabelsOption = False,
    as_json: JsonOption = False,
) -> None:
    with workspace(folder) as ws:
        show_people(ws, ws.segmentations.members(name, part), output, title=part, labels=labels, as_json=as_json)


@app.command("adopt", help=say("Make a part of a segmentation a segment that follows it.", LOCALE))
def adopt(
    name: NameArgument,
    part: PartArgument,
    folder: WorkspaceOption = None,
    as_name: Annotated[str, typer.Option("--as", help=say("What to call the segment.", LOCALE))] = "",
    as_json: JsonOption = False,
) -> None:
    with workspace(folder) as ws:
        show(ws.segmentations.adopt(name, part, as_name=as_name), as_json=as_json)


@app.command("evidence", help=say("Discovered groups again, with the evidence for their number.", LOCALE))
def evidence(
    name: Annotated[str, typer.Argument(help=say("What it was called.", LOCALE))] = "discovered",
    folder: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    with workspace(folder) as ws:
        show(ws.segmentations.evidence(name), as_json=as_json)


@app.command("moves", help=say("Who moved between the stages of a lifecycle.", LOCALE))
def moves(
    name: Annotated[str, typer.Argument(help=say("Name of the lifecycle.", LOCALE))] = "lifecycle",
    folder: WorkspaceOption = None,
    since: Annotated[
        str | None, typer.Option("--from", help=say("Since when; ninety days ago if not given.", LOCALE))
    ] = None,
    until: Annotated[
        str | None, typer.Option("--to", help=say("Until when; the last refresh if not given.", LOCALE))
    ] = None,
    as_json: JsonOption = False,
) -> None:
    with workspace(folder) as ws:
        zone = ws.settings.timezone
        found = ws.segmentations.moves(name, since=instant(since, zone), until=instant(until, zone))
        show(found, as_json=as_json)


@app.command("quality", help=say("Is a segmentation worth using? Each criterion with its evidence.", LOCALE))
def quality(name: NameArgument, folder: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    with workspace(folder) as ws:
        show(ws.segmentations.quality(name), as_json=as_json)
