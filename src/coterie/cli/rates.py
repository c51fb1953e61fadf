"""The commands of ``coterie rates``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from coterie.cli.options import JsonOption, WorkspaceOption, workspace
from coterie.cli.screen import LOCALE, language
from coterie.cli.show import console, print_json, show
from coterie.words import say

app = typer.Typer(no_args_is_help=True)
COLUMNS = ("currency", "occurred_on", "rate")


@app.command("list", help=say("The rates there are, from files and set by hand.", LOCALE))
def list_rates(folder: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    with workspace(folder) as ws:
        show(ws.rates.list(), as_json=as_json, title=say("Rates", language()), columns=COLUMNS)


@app.command("load", help=say("Load a CSV file of rates: date, currency, rate.", LOCALE))
def load(
    file: Annotated[Path, typer.Argument(help=say("A CSV file with the columns date, currency and rate.", LOCALE))],
    folder: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    with workspace(folder) as ws:
        rates = ws.rates.load(file)
        if as_json:
            print_json({"rates": rates})
            return
        console().print(
            say(
                "{rates:,} {rates|rate|rates}; the next refresh tells amounts in {currency} by them.",
                language(),
                rates=rates,
                currency=ws.settings.currency,
            )
        )
