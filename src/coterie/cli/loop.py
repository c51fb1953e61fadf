"""Commands about the whole workspace: init, refresh, report, status, doctor."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from coterie.cli.language import LOCALE
from coterie.cli.opening import instant, workspace
from coterie.cli.options import AsOfOption, DryRunOption, JsonOption, LangOption, WorkspaceOption
from coterie.cli.progress import bars
from coterie.cli.show import console, print_json, show
from coterie.errors import Refused
from coterie.settings import WorkspaceSettings
from coterie.words import say
from coterie.workspace import init_workspace


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    app.command("init", help=say("Make a workspace: a folder for one business.", LOCALE))(init)
    app.command("refresh", help=say("Bring profiles, traits, segments and scores up to date.", LOCALE))(refresh)
    app.command("report", help=say("Write one HTML page that says what was found.", LOCALE))(report)
    app.command("status", help=say("What is here, how much, how fresh.", LOCALE))(status)
    app.command("doctor", help=say("Check that everything is sound; say what to do where it is not.", LOCALE))(doctor)


def init(
    folder: Annotated[Path, typer.Argument(help=say("The folder to make.", LOCALE))],
    name: Annotated[
        str | None, typer.Option(help=say("Name of the business; by default that of the folder.", LOCALE))
    ] = None,
    currency: Annotated[str, typer.Option(help=say("Currency of amounts that name none (ISO 4217).", LOCALE))] = "USD",
    country: Annotated[
        str, typer.Option(help=say("Country of phone numbers and dates that name none.", LOCALE))
    ] = "US",
    lang: LangOption = LOCALE,
    as_json: JsonOption = False,
) -> None:
    from pydantic import ValidationError

    try:
        settings = WorkspaceSettings.model_validate(
            {"name": name or folder.resolve().name, "currency": currency, "country": country, "locale": lang}
        )
    except ValidationError as fault:
        first = fault.errors()[0]
        raise Refused(f"{first['loc'][0]}: {first['msg']} (found {first['input']!r})") from None
    made = init_workspace(folder, settings)
    if as_json:
        print_json({"workspace": made, "settings": settings})
        return
    console().print(
        say("{folder} is a workspace now. Next: `cd {folder}`, then `coterie load FILE`.", LOCALE, folder=made)
    )


def refresh(
    folder: WorkspaceOption = None, as_of: AsOfOption = None, dry_run: DryRunOption = False, as_json: JsonOption = False
) -> None:
    with workspace(folder) as ws:
        with bars(quiet=as_json) as progress:
            result = ws.refresh(as_of=instant(as_of, ws.settings.timezone), dry_run=dry_run, progress=progress)
        show(result, as_json=as_json, title=say("Refreshed", LOCALE))


def report(
    folder: WorkspaceOption = None,
    output: Annotated[Path, typer.Option("-o", "--output", help=say("The file to write.", LOCALE))] = Path(
        "report.html"
    ),
    lang: LangOption = LOCALE,
    as_json: JsonOption = False,
) -> None:
    with workspace(folder) as ws:
        with bars(quiet=as_json) as progress:
            written = ws.report(output, lang=lang, progress=progress)
        if as_json:
            print_json({"report": written.resolve(), "lang": lang, "bytes": written.stat().st_size})
        else:
            console().print(say("Written: {file}", LOCALE, file=written.resolve()))


def status(folder: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    with workspace(folder) as ws:
        show(ws.status(), as_json=as_json)


def doctor(folder: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    with workspace(folder) as ws:
        findings = ws.doctor(lang=LOCALE)
        show(findings, as_json=as_json, title=say("Doctor", LOCALE))
        if any(row["state"] == "bad" for row in findings.rows()):
            raise typer.Exit(1)
