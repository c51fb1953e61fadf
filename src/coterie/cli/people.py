"""People shown on a terminal or written to a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from coterie.cli.language import LOCALE
from coterie.cli.show import console, show
from coterie.words import say

if TYPE_CHECKING:
    from coterie.workspace import Frame, Workspace

PeopleFileOption = Annotated[
    Path | None, typer.Option("-o", "--output", help=say("Write a .csv, .xlsx or .parquet file.", LOCALE))
]
LabelsOption = Annotated[bool, typer.Option("--labels", help=say("Head columns with labels instead of names.", LOCALE))]


def show_people(ws: Workspace, people: Frame, output: Path | None, *, title: str, labels: bool, as_json: bool) -> None:
    """The people as a table, as JSON, or in the file ``output``."""
    if labels:
        people = ws.segments.labelled(people, lang=LOCALE)
    if output:
        ws.write_frame(people, output)
        console().print(say("Written: {file}", LOCALE, file=output))
    else:
        show(people, as_json=as_json, title=title)
