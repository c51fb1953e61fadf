"""The commands of ``coterie lists``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from coterie.cli.options import DryRunOption, JsonOption, WorkspaceOption, workspace
from coterie.cli.screen import LOCALE, language
from coterie.cli.segments import lines_of
from coterie.cli.show import show
from coterie.errors import Refused
from coterie.words import say

app = typer.Typer(no_args_is_help=True)
NameArgument = Annotated[str, typer.Argument(help=say("Name of the list.", LOCALE))]
PeopleArgument = Annotated[
    list[str] | None,
    typer.Argument(help=say("Customer keys, e-mails, namespace:value or profile:number.", LOCALE)),
]
FileOption = Annotated[
    Path | None, typer.Option("-f", "--file", help=say("A text file with one of them a line.", LOCALE))
]


@app.command("list", help=say("Every list with how many are on it.", LOCALE))
def list_lists(folder: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    with workspace(folder) as ws:
        show(
            ws.lists.list(),
            as_json=as_json,
            title=say("Lists", language()),
            empty=say("There is no list yet; `coterie lists create` makes one.", language()),
        )


@app.command("show", help=say("One list: how many are on it, and when that changed last.", LOCALE))
def show_list(name: NameArgument, folder: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    with workspace(folder) as ws:
        show(ws.lists.show(name), as_json=as_json)


@app.command("members", help=say("Who is on a list by now.", LOCALE))
def members(name: NameArgument, folder: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    with workspace(folder) as ws:
        show(
            ws.lists.members(name),
            as_json=as_json,
            title=say("People on the list {name}", language(), name=name),
            columns=("profile_id", "key", "email"),
            empty=say("Nobody is on it.", language()),
        )


@app.command("create", help=say("Let there be a list, on which nobody is yet.", LOCALE))
def create(
    name: NameArgument,
    label: Annotated[str, typer.Option(help=say("What people call it.", LOCALE))] = "",
    description: Annotated[str, typer.Option(help=say("What it is for.", LOCALE))] = "",
    folder: WorkspaceOption = None,
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
) -> None:
    with workspace(folder) as ws:
        show(ws.lists.create(name, label=label, description=description, dry_run=dry_run), as_json=as_json)


@app.command("add", help=say("Put people on a list; whoever is not known yet is from now on.", LOCALE))
def add(
    name: NameArgument,
    people: PeopleArgument = None,
    file: FileOption = None,
    folder: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    with workspace(folder) as ws:
        show(ws.lists.add(name, _keys(people, file)), as_json=as_json)


@app.command("remove", help=say("Take people off a list.", LOCALE))
def remove(
    name: NameArgument,
    people: PeopleArgument = None,
    file: FileOption = None,
    folder: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    with workspace(folder) as ws:
        show(ws.lists.remove(name, _keys(people, file)), as_json=as_json)


def _keys(people: list[str] | None, file: Path | None) -> list[str]:
    keys = [*(people or ()), *(lines_of(file) if file is not None else ())]
    if not keys:
        raise Refused("say who: people, or a file with one of them a line")
    return keys
