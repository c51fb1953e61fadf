"""Commands about definitions as code: apply, diff, export."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from coterie.cli.options import DryRunOption, JsonOption, WorkspaceOption, workspace
from coterie.cli.screen import LOCALE, language
from coterie.cli.show import console, print_json, show
from coterie.words import say

PlaceArgument = Annotated[Path, typer.Argument(help=say("A YAML file, or a folder of them.", LOCALE))]
PruneOption = Annotated[bool, typer.Option("--prune", help=say("Retire what the files no longer define.", LOCALE))]


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    app.command("apply", help=say("Take definitions from YAML files.", language()))(apply)
    app.command("diff", help=say("What apply would change, and how many customers it touches.", language()))(diff)
    app.command("schema", help=say("JSON Schema of definitions, for editors and forms.", language()))(schema)
    app.command(
        "parts", help=say("What is installed: channels, providers, models, operators and the like.", language())
    )(parts)
    app.command("export", help=say("Write all definitions as YAML files.", language()))(export)


def schema(
    kind: Annotated[
        str,
        typer.Argument(
            help=say("trait, segmentation, segment, template, campaign or channel; without it, a file.", LOCALE)
        ),
    ] = "",
    as_json: JsonOption = True,  # noqa: ARG001 - it is JSON in any case
) -> None:
    """Print it; no workspace is needed."""
    from coterie.workspace import definition_schema

    print_json(definition_schema(kind, language()))


def parts(
    kind: Annotated[str, typer.Argument(help=say("Kind of part, such as channel or provider.", LOCALE))] = "",
    name: Annotated[str, typer.Argument(help=say("One part, to see the JSON Schema of its settings.", LOCALE))] = "",
    as_json: JsonOption = False,
) -> None:
    """Print them; no workspace is needed."""
    from coterie.workspace import part_schema
    from coterie.workspace import parts as installed

    if name:
        print_json(part_schema(kind, name, language()))
    else:
        show(installed(kind), as_json=as_json)


def apply(
    place: PlaceArgument,
    folder: WorkspaceOption = None,
    prune: PruneOption = False,
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
) -> None:
    with workspace(folder) as ws:
        show(ws.apply(place, prune=prune, dry_run=dry_run), as_json=as_json, title=say("Definitions", language()))


def diff(
    place: PlaceArgument, folder: WorkspaceOption = None, prune: PruneOption = False, as_json: JsonOption = False
) -> None:
    with workspace(folder) as ws:
        show(ws.diff(place, prune=prune), as_json=as_json, title=say("What would change", language()))


def export(
    place: Annotated[Path, typer.Argument(help=say("The folder to write into.", LOCALE))] = Path("definitions"),
    folder: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    with workspace(folder) as ws:
        files = ws.export(place)
        if as_json:
            print_json({"files": files})
        for file in () if as_json else files:
            console().print(say("Written: {file}", language(), file=file))
