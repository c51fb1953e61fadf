"""The commands of ``coterie webhooks``."""

from __future__ import annotations

from typing import Annotated

import typer

from coterie.cli.options import JsonOption, WorkspaceOption, workspace
from coterie.cli.screen import LOCALE, language
from coterie.cli.show import show
from coterie.words import say

app = typer.Typer(no_args_is_help=True)


@app.command("list", help=say("Who is told of entries and exits, and how it goes with them.", LOCALE))
def list_webhooks(folder: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    with workspace(folder) as ws:
        show(
            ws.webhooks.list(lang=language()),
            as_json=as_json,
            title=say("Webhooks", language()),
            empty=say("No webhooks: write some under `webhooks` in coterie.yaml.", language()),
        )


@app.command("retry", help=say("Have a receiver told at once that failed, or wanted to hear no more.", LOCALE))
def retry(
    name: Annotated[str, typer.Argument(help=say("Its name in coterie.yaml.", LOCALE))],
    folder: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    with workspace(folder) as ws:
        show(ws.webhooks.retry(name), as_json=as_json, title=say("Webhooks", language()))
