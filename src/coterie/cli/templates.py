"""The commands of ``coterie templates``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from coterie.cli.options import DryRunOption, JsonOption, WorkspaceOption, named_or_file, workspace
from coterie.cli.screen import LOCALE, language
from coterie.cli.show import console, show, without
from coterie.words import say

app = typer.Typer(no_args_is_help=True)
LISTED = ("template", "subject", "kind", "languages", "version", "used_by")
NameArgument = Annotated[str | None, typer.Argument(help=say("Name of the template.", LOCALE))]
FileOption = Annotated[
    Path | None, typer.Option("-f", "--file", help=say("A YAML file with a template that is not kept yet.", LOCALE))
]
ForOption = Annotated[
    str | None,
    typer.Option("--for", help=say("A customer key, e-mail, or namespace:value; nobody known if not given.", LOCALE)),
]
ReadOption = Annotated[
    str | None,
    typer.Option("--language", help=say("The language to read it in; the person's own if not given.", LOCALE)),
]


@app.command("list", help=say("The templates there are, and which campaigns send each.", LOCALE))
def list_templates(folder: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    with workspace(folder) as ws:
        show(ws.templates.list(), as_json=as_json, title=say("Templates", language()), columns=LISTED)


@app.command("preview", help=say("What somebody would read of a template, and what could be better in it.", LOCALE))
def preview(
    name: NameArgument = None,
    file: FileOption = None,
    person: ForOption = None,
    language_read: ReadOption = None,
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


@app.command(
    "test", help=say("Send a template to an address of your own, marked as a test; it counts as nothing.", LOCALE)
)
def try_out(
    name: NameArgument = None,
    to: Annotated[str, typer.Option(help=say("An address of your own, never a customer's.", LOCALE))] = "",
    file: FileOption = None,
    person: ForOption = None,
    language_read: ReadOption = None,
    folder: WorkspaceOption = None,
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
) -> None:
    with workspace(folder) as ws:
        meant = named_or_file(name, file, "templates")
        found = ws.templates.send_test(meant, to, person, language=language_read, dry_run=dry_run, lang=language())
        show(found, as_json=as_json)
        if found.state == "failed":
            raise typer.Exit(1)
