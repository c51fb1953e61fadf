"""The commands of ``coterie segments`` and ``coterie traits``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from coterie.cli.options import (
    AsOfOption,
    DryRunOption,
    JsonOption,
    WorkspaceOption,
    YesOption,
    as_of_instant,
    workspace,
)
from coterie.cli.people import LabelsOption, PeopleFileOption, show_people
from coterie.cli.screen import LOCALE, harmless, language
from coterie.cli.show import console, print_json, show
from coterie.plain_files import text_of
from coterie.words import say, sentence

app = typer.Typer(no_args_is_help=True)
TARGET_COLUMNS = ("rank", "segment", "score", "attractiveness", "ability", "value", "size", "growth", "explanation")
NameArgument = Annotated[str, typer.Argument(help=say("Name of the segment.", LOCALE))]


@app.command("list", help=say("Every segment with its size and share.", LOCALE))
def list_segments(folder: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    with workspace(folder) as ws:
        show(
            ws.segments.list(lang=language()),
            as_json=as_json,
            title=say("Segments", language()),
            empty=say(
                "No segments yet: `coterie segments templates` shows ready rules to apply and refresh.", language()
            ),
        )


@app.command("show", help=say("One segment as a persona: size, value, what sets it apart, what to do.", LOCALE))
def show_segment(name: NameArgument, folder: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    with workspace(folder) as ws:
        show(ws.segments[name].show(), as_json=as_json)


@app.command("preview", help=say("Size and a sample of a rule before it is saved.", LOCALE))
def preview(
    rule: Annotated[Path, typer.Option("-f", "--file", help=say("A YAML file with the rule.", LOCALE))],
    folder: WorkspaceOption = None,
    as_of: AsOfOption = None,
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    with workspace(folder) as ws:
        found = ws.segments.preview(rule, as_of=as_of_instant(as_of, ws, yes=yes))
        # profile:12 is what explain and profiles show take; a bare number may be somebody's customer key.
        sample = {"sample": [f"profile:{number}" for number in found.sample]}
        show(found if as_json else found.model_dump() | sample, as_json=as_json)


@app.command("explain", help=say("Why a profile is in a segment, or is not.", LOCALE))
def explain(
    name: NameArgument,
    profile: Annotated[str, typer.Argument(help=say("A customer key, e-mail, or namespace:value.", LOCALE))],
    folder: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    with workspace(folder) as ws:
        explanation = ws.segments[name].explain(profile)
        if as_json:
            print_json(explanation)
        else:
            for line in explanation.lines():
                console().print(line.told(language()))


@app.command("members", help=say("The profiles in a segment.", LOCALE))
def members(
    name: NameArgument,
    folder: WorkspaceOption = None,
    output: PeopleFileOption = None,
    labels: LabelsOption = False,
    as_json: JsonOption = False,
) -> None:
    with workspace(folder) as ws:
        show_people(ws, ws.segments[name].members(), output, title=name, labels=labels, as_json=as_json)


@app.command("sql", help=say("The SQL that decides who is in a segment.", LOCALE))
def sql(name: NameArgument, folder: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    with workspace(folder) as ws:
        text = ws.segments[name].sql()
        if as_json:
            print_json({"segment": name, "sql": text})
        else:
            typer.echo(harmless(text))


@app.command("overlap", help=say("How much segments share.", LOCALE))
def overlap(folder: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    with workspace(folder) as ws:
        show(
            ws.segments.overlap(),
            as_json=as_json,
            title=say("Overlap", language()),
            empty=say("Fewer than two segments have members, so none can overlap.", language()),
        )


@app.command("history", help=say("A segment's size over time, and its versions.", LOCALE))
def history(name: NameArgument, folder: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    with workspace(folder) as ws:
        show({"sizes": ws.segments[name].history(), "versions": ws.segments[name].versions()}, as_json=as_json)


@app.command("rollback", help=say("Go back to an earlier version, as a new version.", LOCALE))
def rollback(
    name: NameArgument,
    version: Annotated[int, typer.Argument(help=say("The version to go back to.", LOCALE))],
    folder: WorkspaceOption = None,
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
) -> None:
    with workspace(folder) as ws:
        show(ws.segments[name].rollback(version, dry_run=dry_run), as_json=as_json)


@app.command("refreeze", help=say("Have the next refresh freeze a frozen segment anew.", LOCALE))
def refreeze(name: NameArgument, folder: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    with workspace(folder) as ws:
        show(ws.segments[name].refreeze(), as_json=as_json)


@app.command("upload", help=say("Keep a list of customers from a file with one key a line.", LOCALE))
def upload(
    name: Annotated[str, typer.Argument(help=say("Name of the list; rules ask for it with in_list.", LOCALE))],
    file: Annotated[Path, typer.Argument(help=say("A text file with one customer key or e-mail a line.", LOCALE))],
    folder: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    keys = lines_of(file)
    with workspace(folder) as ws:
        show(ws.segments.upload_list(name, keys), as_json=as_json)


_MOST_BYTES = 100_000_000
"""A list of millions; what is longer is hardly one key a line, and would not fit into memory."""


def lines_of(file: Path) -> list[str]:
    """The lines of a text file of keys."""
    text = text_of(
        file,
        most_bytes=_MOST_BYTES,
        too_large=lambda size: sentence(
            "its {size:,} bytes are more than a list of keys has; look whether it holds one key a line", size=size
        ),
    )
    return text.splitlines()


@app.command("targets", help=say("Segments ranked by attractiveness and by how well they can be served.", LOCALE))
def targets(folder: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    with workspace(folder) as ws:
        show(
            ws.segments.targets(),
            as_json=as_json,
            title=say("Target segments", language()),
            columns=TARGET_COLUMNS,
        )


@app.command("adopt", help=say("Take a ready rule (see templates) into the workspace as a segment.", LOCALE))
def adopt(
    template: Annotated[str, typer.Argument(help=say("Name of the template.", LOCALE))],
    folder: WorkspaceOption = None,
    as_name: Annotated[str, typer.Option("--as", help=say("What to call the segment.", LOCALE))] = "",
    as_json: JsonOption = False,
) -> None:
    with workspace(folder) as ws:
        show(ws.segments.adopt(template, name=as_name), as_json=as_json)


@app.command("templates", help=say("Ready rules, by family of criteria, that this data supports.", LOCALE))
def templates(folder: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    with workspace(folder) as ws:
        show(
            ws.segments.templates(),
            as_json=as_json,
            title=say("Templates", language()),
            columns=("name", "family", "label", "rule"),
            empty=say(
                "The data loaded so far supports no template: load customers or orders, then refresh.", language()
            ),
        )


traits = typer.Typer(no_args_is_help=True)
COLUMNS = ("name", "label", "unit", "missing_share", "mean", "low", "high", "top")


@traits.command("list", help=say("Every trait with its distribution, missing share, freshness and lineage.", LOCALE))
def list_traits(folder: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    with workspace(folder) as ws:
        show(ws.traits(), as_json=as_json, title=say("Traits", language()), columns=COLUMNS)


@traits.command("show", help=say("One trait: what it is, what it is made of, how its values are spread.", LOCALE))
def show_trait(
    name: Annotated[str, typer.Argument(help=say("Name of the trait.", LOCALE))],
    folder: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    with workspace(folder) as ws:
        show(ws.profiles.trait(name), as_json=as_json)


@traits.command("lineage", help=say("What a trait is made of, and what uses it.", LOCALE))
def show_lineage(
    name: Annotated[str, typer.Argument(help=say("Name of the trait.", LOCALE))],
    folder: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    with workspace(folder) as ws:
        show(ws.definitions.lineage(name), as_json=as_json)


@traits.command(
    "preview", help=say("What a trait would hold before it is saved: spread, missing share, examples.", LOCALE)
)
def preview_trait(
    definition: Annotated[Path, typer.Option("-f", "--file", help=say("A YAML file with the trait.", LOCALE))],
    folder: WorkspaceOption = None,
    as_of: AsOfOption = None,
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    with workspace(folder) as ws:
        found = ws.definitions.preview_trait(definition, as_of=as_of_instant(as_of, ws, yes=yes))
        # The YAML is the file that was just given.
        show(found if as_json else {**vars(found), "yaml": str(definition)}, as_json=as_json)
