"""The command ``coterie serve``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from coterie.cli.options import JsonOption, WorkspaceOption, workspace, workspace_folder
from coterie.cli.screen import LOCALE, language
from coterie.words import say
from coterie.workspace import serve as serve_workspace

if TYPE_CHECKING:
    from coterie.workspace import Opened


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command("serve", help=say("Take events in over HTTP, until it is ended.", language()))(serve)
    app.command("schedules", help=say("What a server does by itself, and when.", language()))(schedules)


def serve(
    folder: WorkspaceOption = None,
    host: Annotated[
        str, typer.Option(help=say("The address to listen on; others than this machine's own are open to all.", LOCALE))
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help=say("The port; 0 takes a free one.", LOCALE), min=0, max=65535)] = 8000,
    as_json: JsonOption = False,
) -> None:
    def opened(door: Opened) -> None:
        from coterie.cli.show import console, print_line  # loads what a process that is refused does without

        if as_json:
            print_line({"address": door.address, "write_key": door.write_key, "owner_link": door.owner_link})
            return
        out = console()
        out.print(say("Events come in at {address}. Ctrl-C ends it.", language(), address=door.address))
        if door.owner_link:
            link = say("The owner signs in first at {link}", language(), link=door.owner_link)
            out.print(link, soft_wrap=True)
        if door.write_key:
            out.print(say("Write key, shown this once: {key}", language(), key=door.write_key))
        else:
            out.print(say("Write keys: `coterie keys list`, `coterie keys create NAME`.", language()))

    serve_workspace(workspace_folder(folder), host, port, opened)


def schedules(folder: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    from coterie.cli.show import show

    with workspace(folder) as ws:
        show(
            ws.schedules.list(),
            as_json=as_json,
            title=say("Schedules", language()),
            empty=say("No schedules: write some under `schedules` in coterie.yaml.", language()),
        )
