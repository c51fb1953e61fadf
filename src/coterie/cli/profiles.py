"""The commands of ``coterie profiles``."""

from __future__ import annotations

from typing import Annotated

import typer

from coterie.cli.language import LOCALE
from coterie.cli.opening import workspace
from coterie.cli.options import JsonOption, WorkspaceOption
from coterie.cli.show import show
from coterie.words import say

app = typer.Typer(no_args_is_help=True)


@app.command("show", help=say("A person: identifiers, traits, segments, scores, latest events.", LOCALE))
def show_profile(
    key: Annotated[str, typer.Argument(help=say("A customer key, e-mail, or namespace:value.", LOCALE))],
    folder: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    with workspace(folder) as ws:
        show(ws.profiles.show(key), as_json=as_json)
