"""The commands of ``coterie tracking``."""

from __future__ import annotations

from typing import Annotated

import typer

from coterie.cli.options import DryRunOption, JsonOption, WorkspaceOption, instant, workspace
from coterie.cli.screen import LOCALE, language
from coterie.cli.show import console, print_json, show
from coterie.words import say

app = typer.Typer(no_args_is_help=True)
SourceOption = Annotated[str | None, typer.Option("--source", help=say("Only this source.", LOCALE))]
SinceOption = Annotated[
    str | None, typer.Option("--since", help=say("From when on; 30 days ago if not given.", LOCALE))
]


@app.command("list", help=say("What sources send: events, properties, types, how often, since when.", LOCALE))
def list_traffic(
    folder: WorkspaceOption = None, source: SourceOption = None, since: SinceOption = None, as_json: JsonOption = False
) -> None:
    with workspace(folder) as ws:
        show(
            ws.tracking.list(source=source, since=instant(since, ws.settings.timezone)),
            as_json=as_json,
            title=say("What sources send", language()),
            empty=say("No events came in since then.", language()),
        )


@app.command("latest", help=say("The messages that came in last over HTTP, the newest first.", LOCALE))
def latest(
    folder: WorkspaceOption = None,
    source: SourceOption = None,
    most: Annotated[int, typer.Option(help=say("Show at most this many.", LOCALE), min=1)] = 20,
    as_json: JsonOption = False,
) -> None:
    with workspace(folder) as ws:
        show(
            ws.tracking.latest(source=source, most=most),
            as_json=as_json,
            title=say("What came in last", language()),
            empty=say("Nothing came in over HTTP yet.", language()),
        )


@app.command("freeze", help=say("Make what came in the plan of its source, and hold what comes against it.", LOCALE))
def freeze(
    folder: WorkspaceOption = None,
    source: SourceOption = None,
    refuse: Annotated[
        bool,
        typer.Option(
            "--refuse", help=say("Keep out what breaks the plan, in the quarantine; else it is counted.", LOCALE)
        ),
    ] = False,
    since: SinceOption = None,
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
) -> None:
    with workspace(folder) as ws:
        found = ws.tracking.freeze(
            source=source,
            violations="refuse" if refuse else "flag",
            since=instant(since, ws.settings.timezone),
            dry_run=dry_run,
        )
        if as_json:
            print_json({"frozen": found})
            return
        for each in found:
            said = say("The plan of {source} is version {version}.", language(), source=each.name, version=each.version)
            console().print((say("Nothing was changed. ", language()) if dry_run else "") + said)
        if not dry_run:
            console().print(say("Change it with `coterie export` and `coterie apply`.", language()))


@app.command("violations", help=say("How often plans were broken, and by what.", LOCALE))
def list_violations(folder: WorkspaceOption = None, source: SourceOption = None, as_json: JsonOption = False) -> None:
    with workspace(folder) as ws:
        show(
            ws.tracking.violations(source=source),
            as_json=as_json,
            title=say("Violations of tracking plans", language()),
            empty=say("No plan was broken.", language()),
        )


@app.command("drift", help=say("What is new in the traffic, or has gone from it, as against the plans.", LOCALE))
def list_drift(
    folder: WorkspaceOption = None, source: SourceOption = None, since: SinceOption = None, as_json: JsonOption = False
) -> None:
    with workspace(folder) as ws:
        show(
            ws.tracking.drift(source=source, since=instant(since, ws.settings.timezone), lang=language()),
            as_json=as_json,
            title=say("Drift from tracking plans", language()),
            empty=say("What comes in is what the plans say.", language()),
        )
