"""The commands of ``coterie merges``."""

from __future__ import annotations

from typing import Annotated

import typer

from coterie.cli.language import LOCALE
from coterie.cli.opening import workspace
from coterie.cli.options import DryRunOption, JsonOption, WorkspaceOption
from coterie.cli.show import show
from coterie.words import say

app = typer.Typer(no_args_is_help=True)


@app.command("list", help=say("Merges with their evidence.", LOCALE))
def list_merges(folder: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    with workspace(folder) as ws:
        show(ws.profiles.merges(), as_json=as_json, title=say("Merges", LOCALE))


@app.command("undo", help=say("Make two profiles of one again; remembered by later refreshes.", LOCALE))
def undo(
    merge_id: Annotated[int, typer.Argument(help=say("Number of the merge, as `merges list` shows it.", LOCALE))],
    folder: WorkspaceOption = None,
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
) -> None:
    with workspace(folder) as ws:
        show(ws.profiles.unmerge(merge_id, dry_run=dry_run), as_json=as_json)
