"""The commands of ``coterie keys``."""

from __future__ import annotations

from typing import Annotated

import typer

from coterie.cli.options import ByOption, JsonOption, WorkspaceOption, workspace_folder
from coterie.cli.screen import LOCALE, language
from coterie.cli.show import console, show
from coterie.words import say
from coterie.workspace import open_keys

app = typer.Typer(no_args_is_help=True)
NameArgument = Annotated[
    str, typer.Argument(help=say("The key's name, which is the source of what it sends, such as web-shop.", LOCALE))
]


@app.command("create", help=say("Make a key; it is shown once.", LOCALE))
def create(
    name: NameArgument,
    scope: Annotated[
        str,
        typer.Option(
            help=say(
                "What it may do: write sends events and reads nothing, read changes nothing, manage defines, loads and sends too, admin makes keys besides.",
                LOCALE,
            )
        ),
    ] = "write",
    by: ByOption = "",
    folder: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    with open_keys(workspace_folder(folder)) as ring:
        made = ring.create(name, scope, actor=by)
    if as_json:
        show(made, as_json=True)
        return
    console().print(say("Key {name}, shown this once: {key}", language(), name=made.name, key=made.key))


@app.command("list", help=say("Every key ever made, without its secret.", LOCALE))
def list_keys(folder: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    with open_keys(workspace_folder(folder)) as ring:
        show(ring.told(), as_json=as_json, title=say("Keys", language()))


@app.command("revoke", help=say("End a key; a running server refuses it within a second.", LOCALE))
def revoke(
    name: NameArgument,
    by: ByOption = "",
    folder: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    with open_keys(workspace_folder(folder)) as ring:
        ended = ring.revoke(name, actor=by)
    show({"name": name, "revoked": True, "was_standing": ended}, as_json=as_json)
