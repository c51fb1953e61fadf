"""The commands of ``coterie traits``."""

from __future__ import annotations

import typer

from coterie.cli.language import LOCALE
from coterie.cli.opening import workspace
from coterie.cli.options import JsonOption, LangOption, WorkspaceOption
from coterie.cli.show import show
from coterie.words import say

app = typer.Typer(no_args_is_help=True)
COLUMNS = ("name", "label", "unit", "missing_share", "mean", "low", "high", "top")


@app.command("list", help=say("Every trait with its distribution, missing share, freshness and lineage.", LOCALE))
def list_traits(folder: WorkspaceOption = None, lang: LangOption = LOCALE, as_json: JsonOption = False) -> None:
    with workspace(folder) as ws:
        show(ws.traits(lang=lang), as_json=as_json, title=say("Traits", LOCALE), columns=COLUMNS)
