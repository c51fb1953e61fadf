"""Commands about people: ``coterie profiles``, ``merges`` and ``consents``; and people shown or written to a file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from coterie.cli.options import ByOption, DryRunOption, JsonOption, WorkspaceOption, YesOption, brakes, workspace
from coterie.cli.screen import LOCALE, confirm, language
from coterie.cli.show import console, show, without
from coterie.errors import Refused
from coterie.words import say
from coterie.workspace import Frame

if TYPE_CHECKING:
    from coterie.workspace import Frame, Workspace

PeopleFileOption = Annotated[
    Path | None, typer.Option("-o", "--output", help=say("Write a .csv, .xlsx or .parquet file.", LOCALE))
]
LabelsOption = Annotated[bool, typer.Option("--labels", help=say("Head columns with labels instead of names.", LOCALE))]


def show_people(ws: Workspace, people: Frame, output: Path | None, *, title: str, labels: bool, as_json: bool) -> None:
    """The people as a table, as JSON, or in the file ``output``."""
    if labels:
        people = ws.segments.labelled(people, lang=language())
    if output:
        ws.write_frame(people, output)
        console().print(say("Written: {file}", language(), file=output))
    else:
        show(people, as_json=as_json, title=title)


profiles = typer.Typer(no_args_is_help=True)
PersonArgument = Annotated[str, typer.Argument(help=say("A customer key, e-mail, or namespace:value.", LOCALE))]

OtherArgument = Annotated[str, typer.Argument(help=say("The other person, named the same way.", LOCALE))]


@profiles.command("show", help=say("A person: identifiers, traits, segments, scores, latest events.", LOCALE))
def show_profile(
    key: PersonArgument,
    folder: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    with workspace(folder) as ws:
        found = ws.profiles.show(key)
        traits = {} if as_json else {"traits": _with_labels(found.traits, ws.traits(lang=language()))}
        show(found if as_json else without(found) | traits, as_json=as_json)


def _with_labels(known: Mapping[str, object], described: Frame) -> list[dict[str, object]]:
    """A row a trait that is known of the person: what it is called, its value, and how rules spell it."""
    return [
        {"trait": row["label"], "value": known[str(row["name"])], "unit": row["unit"], "name": row["name"]}
        for row in described.rows()
        if known.get(str(row["name"])) is not None
    ]


@profiles.command("consents", help=say("What a person said, with its proof, and which channels it opens now.", LOCALE))
def show_consents(key: PersonArgument, folder: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    with workspace(folder) as ws:
        show(ws.profiles.consents(key, lang=language()), as_json=as_json)


@profiles.command("segments", help=say("The segments that a person is in, and since when.", LOCALE))
def show_segments(key: PersonArgument, folder: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    with workspace(folder) as ws:
        show(ws.profiles.segments(key), as_json=as_json, title=say("Segments", language()))


@profiles.command("graph", help=say("Why the identifiers of a person are one person.", LOCALE))
def show_graph(key: PersonArgument, folder: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    with workspace(folder) as ws:
        show(ws.profiles.graph(key), as_json=as_json)


@profiles.command(
    "export", help=say("Everything that is kept about a person, as JSON, for whoever asks for it.", LOCALE)
)
def export_person(
    key: PersonArgument,
    folder: WorkspaceOption = None,
    as_json: JsonOption = False,  # noqa: ARG001 - it is JSON either way
) -> None:
    with workspace(folder) as ws:
        show(ws.profiles.export(key), as_json=True)


def register(app: typer.Typer) -> None:
    """Add the command that erases people to ``app``."""
    app.command("forget", help=say("Erase people from everything, for good, with a certificate.", language()))(forget)


def forget(
    person: Annotated[
        list[str], typer.Argument(help=say("Whom: a customer key, e-mail, namespace:value or profile:number.", LOCALE))
    ],
    by: ByOption = "",
    yes: YesOption = False,
    dry_run: DryRunOption = False,
    folder: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    with workspace(folder) as ws:
        foreseen = ws.profiles.erase(*person, dry_run=True)
        if not (dry_run or yes or as_json):
            show(foreseen, as_json=False)
            confirm(say("Erase this for good? Nobody can bring it back.", language()), default=False)
        show(foreseen if dry_run else ws.profiles.erase(*person, actor=by), as_json=as_json)


merges = typer.Typer(no_args_is_help=True)


@merges.command("list", help=say("Merges with their evidence.", LOCALE))
def list_merges(folder: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    with workspace(folder) as ws:
        show(ws.profiles.merges(), as_json=as_json, title=say("Merges", language()))


@merges.command("undo", help=say("Make two profiles of one again; remembered by later refreshes.", LOCALE))
def undo(
    merge_id: Annotated[int, typer.Argument(help=say("Number of the merge, as `merges list` shows it.", LOCALE))],
    folder: WorkspaceOption = None,
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
) -> None:
    with workspace(folder) as ws:
        show(ws.profiles.unmerge(merge_id, dry_run=dry_run), as_json=as_json)


@merges.command("make", help=say("Make one person of two, by hand; `merges undo` takes them apart again.", LOCALE))
def make(
    key: PersonArgument,
    other: OtherArgument,
    folder: WorkspaceOption = None,
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
) -> None:
    with workspace(folder) as ws:
        show(ws.profiles.merge(key, other, dry_run=dry_run), as_json=as_json)


@merges.command("refuse", help=say("Keep two people two: no later refresh joins them, whatever links them.", LOCALE))
def refuse(
    key: PersonArgument,
    other: OtherArgument,
    folder: WorkspaceOption = None,
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
) -> None:
    with workspace(folder) as ws:
        show(ws.profiles.keep_apart(key, other, dry_run=dry_run), as_json=as_json)


consents = typer.Typer(no_args_is_help=True)
AddressArgument = Annotated[str, typer.Argument(help=say("The address, as the person writes it.", LOCALE))]
ChannelOption = Annotated[str, typer.Option(help=say("The channel the address is of.", LOCALE))]


@consents.command("unsubscribe", help=say("Do what the unsubscribe link of a message asks.", LOCALE))
def unsubscribe(
    link: Annotated[str, typer.Argument(help=say("The link, or its last part.", LOCALE))],
    folder: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    with brakes(folder) as stop:
        show(stop.unsubscribe(link), as_json=as_json)


@consents.command("preferences", help=say("What somebody chose by the link of a message, or chooses now.", LOCALE))
def preferences(
    link: Annotated[str, typer.Argument(help=say("The link, or its last part.", LOCALE))],
    wanted: Annotated[
        list[str] | None, typer.Option("--yes", help=say("What they want, such as email/marketing.", LOCALE))
    ] = None,
    unwanted: Annotated[
        list[str] | None, typer.Option("--no", help=say("What they do not want, such as sms/marketing.", LOCALE))
    ] = None,
    stop: Annotated[bool, typer.Option("--stop", help=say("They want no advertising at all.", LOCALE))] = False,
    dry_run: DryRunOption = False,
    folder: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    choices = {**dict.fromkeys(wanted or (), True), **dict.fromkeys(unwanted or (), False)}
    if stop and choices:
        raise Refused("say --stop, or what they choose with --yes and --no; one of the two")
    with workspace(folder) as ws:
        if stop:
            found = ws.preferences.stop(link, lang=language(), dry_run=dry_run)
        elif choices:
            found = ws.preferences.choose(link, choices, lang=language(), dry_run=dry_run)
        else:
            found = ws.preferences.show(link, lang=language())
        show(found, as_json=as_json)


@consents.command("suppress", help=say("Never write to an address again, whatever consents say.", LOCALE))
def suppress(
    address: AddressArgument,
    by: ByOption = "",
    reason: Annotated[
        str, typer.Option(help=say("objected, unsubscribed, complaint or bounced.", LOCALE))
    ] = "objected",
    channel: ChannelOption = "email",
    folder: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    with brakes(folder) as stop:
        stop.suppress(address, reason=reason, channel=channel, actor=by)
        show({"address": address, "channel": channel, "suppressed": True, "reason": reason}, as_json=as_json)


@consents.command("lift", help=say("End the block of an address, for a reason that is kept.", LOCALE))
def lift(
    address: AddressArgument,
    reason: Annotated[str, typer.Option(help=say("Why it ends, such as the person's own letter.", LOCALE))],
    by: ByOption = "",
    channel: ChannelOption = "email",
    folder: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    with brakes(folder) as stop:
        stop.lift(address, reason=reason, channel=channel, actor=by)
        show({"address": address, "channel": channel, "suppressed": False, "reason": reason}, as_json=as_json)
