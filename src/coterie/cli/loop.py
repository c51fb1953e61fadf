"""Commands about the whole workspace: init, refresh, report, status, doctor, backup, restore."""

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
from coterie.cli.screen import LOCALE, bars, language
from coterie.cli.show import console, print_json, show
from coterie.settings import WORKSPACE_FILE, Place, find_place, settings_of
from coterie.words import say
from coterie.workspace import init_workspace, restore


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    app.command("init", help=say("Make a workspace: a folder for one business.", language()))(init)
    app.command("refresh", help=say("Bring profiles, traits, segments and scores up to date.", language()))(refresh)
    app.command("report", help=say("Write one HTML page that says what was found.", language()))(report)
    app.command("status", help=say("What is here, how much, how fresh.", language()))(status)
    app.command("doctor", help=say("Check that everything is sound; say what to do where it is not.", language()))(
        doctor
    )


def init(
    folder: Annotated[Path, typer.Argument(help=say("The folder to make.", LOCALE))],
    name: Annotated[
        str | None, typer.Option(help=say("Name of the business; by default that of the folder.", LOCALE))
    ] = None,
    currency: Annotated[
        str | None, typer.Option(help=say("Currency of amounts that name none (ISO 4217).", LOCALE))
    ] = None,
    country: Annotated[
        str | None, typer.Option(help=say("Country of phone numbers and dates that name none.", LOCALE))
    ] = None,
    timezone: Annotated[
        str | None, typer.Option(help=say("Zone of instants that name none, and of days (IANA).", LOCALE))
    ] = None,
    as_json: JsonOption = False,
) -> None:
    place = find_place(country, currency, timezone)
    settings = settings_of(place, name or folder.resolve().name, language())
    made = init_workspace(folder, settings)
    if as_json:
        print_json({"workspace": made, "settings": settings})
        return
    if None in (country, currency, timezone):
        console().print(_taken(place))
    console().print(
        say("{folder} is a workspace now. Next: `cd {folder}`, then `coterie load FILE`.", language(), folder=made)
    )


def _taken(place: Place) -> str:
    grounds = {
        "given": say("what was not given follows from what was", language()),
        "system": say("from this system's locale and clock", language()),
        "default": say("this system does not tell where it is", language()),
    }
    reasons = [grounds[place.ground]]
    if place.countries > 1:
        reasons.append(say("{n} {n|country pays|countries pay} in it", language(), n=place.countries))
    if place.zones > 1:
        reasons.append(
            say("the country has {n} {n|zone|zones}, and most people live in this", language(), n=place.zones)
        )
    return say(
        "Country {country}, currency {currency}, zone {zone} ({reasons}); change them in {file} before loading.",
        language(),
        country=place.country,
        currency=place.currency,
        zone=place.timezone,
        reasons=("；" if language() == "zh" else "; ").join(reasons),
        file=WORKSPACE_FILE,
    )


def refresh(
    folder: WorkspaceOption = None,
    as_of: AsOfOption = None,
    yes: YesOption = False,
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
) -> None:
    with workspace(folder) as ws:
        with bars(quiet=as_json) as progress:
            result = ws.refresh(as_of=as_of_instant(as_of, ws, yes=yes), dry_run=dry_run, progress=progress)
        show(result, as_json=as_json, title=say("Refreshed", language()))


def report(
    folder: WorkspaceOption = None,
    output: Annotated[Path, typer.Option("-o", "--output", help=say("The file to write.", LOCALE))] = Path(
        "report.html"
    ),
    as_json: JsonOption = False,
) -> None:
    with workspace(folder) as ws:
        with bars(quiet=as_json) as progress:
            written = ws.report(output, progress=progress)
        if as_json:
            print_json({"report": written.resolve(), "lang": language(), "bytes": written.stat().st_size})
        else:
            console().print(say("Written: {file}", language(), file=written.resolve()))


def status(folder: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    with workspace(folder) as ws:
        show(ws.status(), as_json=as_json)


def doctor(folder: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    with workspace(folder) as ws:
        findings = ws.doctor()
        show(findings, as_json=as_json, title=say("Doctor", language()))
        if any(row["state"] == "bad" for row in findings.rows()):
            raise typer.Exit(1)


def register_copies(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    app.command("backup", help=say("Copy the whole workspace, key included, and prove the copy.", language()))(back_up)
    app.command(
        "restore", help=say("Make a workspace of a backup; it sends nothing before it is released.", language())
    )(restore_one)


def back_up(
    target: Annotated[Path, typer.Argument(help=say("The new folder or .tar.gz file to write.", LOCALE))],
    folder: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    with workspace(folder) as ws:
        made = ws.backup(target)
    if as_json:
        print_json(made)
        return
    console().print(
        say(
            "Backed up and proved: {target}. It holds the key and everybody's data: keep it safe.",
            language(),
            target=target,
        )
    )


def restore_one(
    source: Annotated[Path, typer.Argument(help=say("The backup.", LOCALE))],
    folder: Annotated[Path, typer.Argument(help=say("The new folder of the workspace.", LOCALE))],
    as_json: JsonOption = False,
) -> None:
    made = restore(source, folder)
    if as_json:
        print_json(made)
        return
    console().print(
        say(
            "Restored to {folder}, as of {made_at}. Nothing is sent from it before `coterie campaigns release`.",
            language(),
            folder=folder,
            made_at=made.made_at,
        )
    )
