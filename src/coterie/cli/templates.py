"""The commands of ``coterie templates``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from coterie.cli.options import JsonOption, WorkspaceOption, named_or_file, workspace
from coterie.cli.screen import LOCALE, language
from coterie.cli.show import console, show, without
from coterie.words import say

app = typer.Typer(no_args_is_help=True)


@app.command("preview", help=say("What somebody would read of a template, and what could be better in it.", LOCALE))
def preview(
    name: Annotated[str | None, typer.Argument(help=say("Name of the template.", LOCALE))] = None,
    file: Annotated[
        Path | None, typer.Option("-f", "--file", help=say("A YAML file with a template that is not kept yet.", LOCALE))
    ] = None,
    person: Annotated[
        str | None,
        typer.Option(
            "--for", help=say("A customer key, e-mail, or namespace:value; nobody known if not given.", LOCALE)
        ),
    ] = None,
    language_read: Annotated[
        str | None,
        typer.Option("--language", help=say("The language to read it in; the person's own if not given.", LOCALE)),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help=say("Write the page as an HTML file.", LOCALE))
    ] = None,
    folder: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    with workspace(folder) as ws:
        found = ws.templates.preview(named_or_file(name, file, "templates"), person, language=language_read)
        if output:
            output.write_text(found.html, "utf-8")
            console().print(say("Written: {file}", language(), file=output))
        show(found if as_json else without(found, "html"), as_json=as_json)
