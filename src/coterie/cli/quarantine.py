"""The commands of ``coterie quarantine``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
import yaml
from rich.text import Text

from coterie.cli.files import show_load
from coterie.cli.options import DryRunOption, JsonOption, WorkspaceOption, workspace
from coterie.cli.screen import LOCALE, language
from coterie.cli.show import console, print_json, show
from coterie.documents import parse_document, read_document
from coterie.errors import BadFile
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
    edits: Annotated[
        Path | None,
        typer.Option(
            help=say("A YAML file of what is to stand there instead: number, then column or field, then value.", LOCALE)
        ),
    ] = None,
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
) -> None:
    with workspace(folder) as ws:
        mended = None if edits is None else _mended(edits)
        results = ws.quarantine.replay(source=source, mapping=mapping, edits=mended, dry_run=dry_run)
        if as_json:
            print_json({"replayed": results})
            return
        if not results:
            console().print(say("Nothing is in quarantine.", language()))
        for result in results:
            console().print(Text(result.source, "bold"))
            show_load(result)


def _mended(file: Path) -> dict[int, dict[str, object]]:
    """Number in the quarantine → column or field → value, from a YAML file."""
    try:
        found, _ = parse_document(read_document(file))
        if isinstance(found, dict):
            return {int(number): dict(each) for number, each in found.items()}
    except (OSError, UnicodeDecodeError, yaml.YAMLError, TypeError, ValueError) as fault:
        raise _no_edits(file) from fault
    raise _no_edits(file)


def _no_edits(file: Path) -> BadFile:
    return BadFile("it does not say number, then column or field, then value, as in `12: {userId: u1}`", file=str(file))
