"""The commands of ``coterie quarantine``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from coterie.cli.files import show_load
from coterie.cli.options import DryRunOption, JsonOption, WorkspaceOption, workspace
from coterie.cli.screen import LOCALE, language
from coterie.cli.show import console, print_json, show
from coterie.words import say

app = typer.Typer(no_args_is_help=True)
COLUMNS = ("source", "file", "line", "column_name", "value", "reason", "refused_at", "replayed_at")
SourceOption = Annotated[str | None, typer.Option("--source", help=say("Only this source.", LOCALE))]


@app.command("list", help=say("Refused rows: file, line, column, value, reason.", LOCALE))
def list_quarantine(
    folder: WorkspaceOption = None,
    source: SourceOption = None,
    most: Annotated[int, typer.Option(help=say("Show at most this many.", LOCALE), min=1)] = 50,
    as_json: JsonOption = False,
) -> None:
    with workspace(folder) as ws:
        show(
            ws.quarantine.list(source=source, most=most),
            as_json=as_json,
            title=say("Quarantine", language()),
            columns=COLUMNS,
        )


@app.command("replay", help=say("Load refused rows again, after the mapping or the rows were mended.", LOCALE))
def replay(
    folder: WorkspaceOption = None,
    source: SourceOption = None,
    mapping: Annotated[
        Path | None, typer.Option(help=say("A mended mapping; by default the one saved for the source.", LOCALE))
    ] = None,
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
) -> None:
    with workspace(folder) as ws:
        results = ws.quarantine.replay(source=source, mapping=mapping, dry_run=dry_run)
        if as_json:
            print_json({"replayed": results})
            return
        if not results:
            console().print(say("Nothing is in quarantine.", language()))
        for result in results:
            console().print(Text(result.source, "bold"))
            show_load(result)
