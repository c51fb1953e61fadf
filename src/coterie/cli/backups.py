"""The commands ``coterie backup`` and ``coterie restore``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from coterie.cli.language import LOCALE
from coterie.cli.opening import workspace
from coterie.cli.options import JsonOption, WorkspaceOption
from coterie.cli.show import console, print_json
from coterie.words import say
from coterie.workspace import restore


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    app.command("backup", help=say("Copy the whole workspace, key included, and prove the copy.", LOCALE))(back_up)
    app.command("restore", help=say("Make a workspace of a backup; it sends nothing before it is released.", LOCALE))(
        restore_one
    )


def back_up(
    target: Annotated[Path, typer.Argument(help=say("The new folder or .tar.gz file to write.", LOCALE))],
    folder: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    with workspace(folder) as ws:
        made = ws.backup(target)
    if as_json:
        print_json(made)
        return
    console().print(
        say(
            "Backed up and proved: {target}. It holds the key and everybody's data: keep it safe.",
            LOCALE,
            target=target,
        )
    )


def restore_one(
    source: Annotated[Path, typer.Argument(help=say("The backup.", LOCALE))],
    folder: Annotated[Path, typer.Argument(help=say("The new folder of the workspace.", LOCALE))],
    as_json: JsonOption = False,
) -> None:
    made = restore(source, folder)
    if as_json:
        print_json(made)
        return
    console().print(
        say(
            "Restored to {folder}, as of {made_at}. Nothing is sent from it before `coterie campaigns release`.",
            LOCALE,
            folder=folder,
            made_at=made.made_at,
        )
    )
