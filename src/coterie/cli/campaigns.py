"""The commands of ``coterie campaigns``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, cast

import typer

from coterie.cli.options import (
    ByOption,
    DryRunOption,
    JsonOption,
    WorkspaceOption,
    YesOption,
    brakes,
    named_or_file,
    workspace,
)
from coterie.cli.screen import LOCALE, bars, confirm, language
from coterie.cli.show import bullet, console, show, without
from coterie.domain import MessageState
from coterie.errors import Refused
from coterie.words import each_into, say
from coterie.workspace import PlanShown, SendResult

app = typer.Typer(no_args_is_help=True)
NameArgument = Annotated[str, typer.Argument(help=say("Name of the campaign.", LOCALE))]
OutputOption = Annotated[
    Path | None, typer.Option("-o", "--output", help=say("Write the figures as a .csv or .xlsx file.", LOCALE))
]
StaleOption = Annotated[
    str | None,
    typer.Option(
        help=say("Who accepts it that facts are older than facts_within_days; kept in the audit log.", LOCALE)
    ),
]
TrustOption = Annotated[
    bool,
    typer.Option(
        help=say("Believe the server although it gives nearly everybody one refusal: give those people up.", LOCALE)
    ),
]


def register(app: typer.Typer) -> None:
    """Add the command that sends for all campaigns to ``app``."""
    app.command("send", help=say("Go on sending what launched campaigns have queued.", language()))(send_queued)


def send_queued(
    folder: WorkspaceOption = None,
    yes: YesOption = False,
    dry_run: DryRunOption = False,
    limit: Annotated[int | None, typer.Option(help=say("At most so many messages.", LOCALE), min=1)] = None,
    accept_stale: StaleOption = None,
    trust_refusals: TrustOption = False,
    as_json: JsonOption = False,
) -> None:
    with workspace(folder) as ws:
        waiting = ws.campaigns.queued()
        if dry_run:
            foreseen = [ws.campaigns.send(name, dry_run=True) for name in waiting]
            for told in [foreseen] if as_json or not foreseen else map(_once, foreseen):
                show(told, as_json=as_json)
            return
        if as_json and not yes:
            raise Refused("sending has to be confirmed: add --yes, or look first with --dry-run")
        if not as_json:
            _tell_queued(waiting, is_asked=not yes)
        with bars(quiet=as_json) as progress:
            results = ws.campaigns.send_queued(
                limit=limit, accept_stale=accept_stale, trust_refusals=trust_refusals, progress=progress
            )
        if as_json:
            show(results, as_json=True)
        else:
            for sentence in each_into([told for result in results for told in result.sentences()], language()):
                bullet(sentence)
        if any(result.stopped for result in results):
            raise typer.Exit(1)


def _tell_queued(waiting: Mapping[str, int], *, is_asked: bool) -> None:
    for name, messages in waiting.items():
        bullet(say("{campaign}: {n} {n|message is|messages are} queued", language(), campaign=name, n=messages))
    if not waiting:
        bullet(say("no launched campaign has anything queued", language()))
    elif is_asked:
        confirm(say("Send it?", language()), default=False)


@app.command("list", help=say("The campaigns there are and how far they have come.", LOCALE))
def list_campaigns(folder: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    with workspace(folder) as ws:
        show(
            ws.campaigns.list(),
            as_json=as_json,
            title=say("Campaigns", language()),
            empty=say("No campaigns yet: define one in YAML and `coterie apply` it.", language()),
        )


@app.command("plan", help=say("Who would get what, who would not and why, what it costs, what can be learned.", LOCALE))
def plan(
    name: Annotated[str | None, typer.Argument(help=say("Name of the campaign.", LOCALE))] = None,
    file: Annotated[
        Path | None, typer.Option("-f", "--file", help=say("A YAML file with a campaign that is not kept yet.", LOCALE))
    ] = None,
    folder: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    with workspace(folder) as ws:
        planned = ws.campaigns.plan(named_or_file(name, file, "campaigns"))
        show(planned if as_json else _once(planned), as_json=as_json)


@app.command("send", help=say("Send a campaign, or go on where sending stopped.", LOCALE))
def send(
    name: NameArgument,
    folder: WorkspaceOption = None,
    yes: YesOption = False,
    dry_run: DryRunOption = False,
    accept_stale: StaleOption = None,
    trust_refusals: TrustOption = False,
    as_json: JsonOption = False,
) -> None:
    with workspace(folder) as ws:
        if not dry_run and not yes and as_json:
            raise Refused("sending has to be confirmed: add --yes, or look first with --dry-run")
        if not dry_run and not as_json:
            planned = ws.campaigns.send(name, dry_run=True)
            if yes:
                for sentence in planned.warnings if isinstance(planned, PlanShown) else ():
                    bullet(sentence)
            else:
                show(_once(planned), as_json=False)
            if planned.contacts and not yes:
                confirm(say("Send it?", language()), default=False)
        with bars(quiet=as_json) as progress:
            result = ws.campaigns.send(
                name,
                dry_run=dry_run,
                accept_stale=accept_stale,
                trust_refusals=trust_refusals,
                progress=progress,
            )
        if isinstance(result, SendResult) and not as_json:
            for sentence in each_into(result.sentences(), language()):
                bullet(sentence)
        else:
            show(result if as_json else _once(result), as_json=as_json)
        if isinstance(result, SendResult) and result.stopped:
            raise typer.Exit(1)


@app.command(
    "schedule",
    help=say("Launch a campaign by itself at the times that it names, while a server runs.", LOCALE),
)
def schedule(
    name: NameArgument,
    is_off: Annotated[
        bool, typer.Option("--off", help=say("No more; what was launched stays launched.", LOCALE))
    ] = False,
    folder: WorkspaceOption = None,
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
) -> None:
    with workspace(folder) as ws:
        if is_off:
            was = ws.brakes.unschedule(name, dry_run=dry_run)
            show({"campaign": name, "was_scheduled": was, "dry_run": dry_run}, as_json=as_json)
        else:
            show(ws.campaigns.schedule(name, dry_run=dry_run), as_json=as_json)


@app.command(
    "approve", help=say("Say that a campaign may go as it is now; by somebody else than who wrote it.", LOCALE)
)
def approve(
    name: NameArgument,
    by: ByOption = "",
    folder: WorkspaceOption = None,
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
) -> None:
    with workspace(folder) as ws:
        show(ws.campaigns.approve(name, by=by, dry_run=dry_run), as_json=as_json)


@app.command("clone", help=say("Keep a campaign like another, under a new name.", LOCALE))
def clone(
    name: NameArgument,
    copy: Annotated[str, typer.Argument(help=say("Name of the new campaign.", LOCALE))],
    folder: WorkspaceOption = None,
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
) -> None:
    with workspace(folder) as ws:
        made = ws.campaigns.clone(name, copy, dry_run=dry_run)
        show({"campaign": name, "copy": made.name, "dry_run": dry_run}, as_json=as_json)


@app.command("cancel", help=say("Close all messages that a campaign has not sent yet, for good.", LOCALE))
def cancel(
    name: NameArgument,
    by: ByOption = "",
    folder: WorkspaceOption = None,
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
) -> None:
    with brakes(folder) as stop:
        closed = stop.cancel(name, actor=by, dry_run=dry_run)
        show({"campaign": name, "cancelled": closed, "dry_run": dry_run}, as_json=as_json)


@app.command(
    "messages", help=say("The messages of a campaign: to whom, in which state, and what was answered.", LOCALE)
)
def messages(
    name: NameArgument,
    state: Annotated[
        str | None,
        typer.Option(help=say("Only those in one state: queued, sending, sent, failed, refused or unknown.", LOCALE)),
    ] = None,
    folder: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    with workspace(folder) as ws:
        show(
            ws.campaigns.messages(name, state=cast("MessageState | None", state)),
            as_json=as_json,
            empty=say("No such messages.", language()),
        )


@app.command("hold", help=say("Stop all sending before the next message, until it is released.", LOCALE))
def hold(
    reason: Annotated[str, typer.Argument(help=say("Why; kept in the audit log.", LOCALE))],
    by: ByOption = "",
    folder: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    with brakes(folder) as stop:
        stop.hold(reason, actor=by)
        show({"held": reason}, as_json=as_json)


@app.command("release", help=say("Let messages leave again after a hold, or after a backup was restored.", LOCALE))
def release(
    by: ByOption,
    past_due: Annotated[
        str | None,
        typer.Option(help=say("Messages of a copy that were due before: drop (may have left) or send.", LOCALE)),
    ] = None,
    folder: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    with brakes(folder) as stop:
        show({"released": stop.release(actor=by, past_due=past_due)}, as_json=as_json)


def _once(planned: object) -> dict[str, object]:
    """A plan for a terminal: its warnings stand among its sentences already, and what it is called for is known."""
    fields = without(planned, "warnings", "dry_run")
    return {"sentences": fields.pop("sentences"), **fields}


@app.command("results", help=say("What a campaign changed, against its holdout.", LOCALE))
def results(
    name: NameArgument, output: OutputOption = None, folder: WorkspaceOption = None, as_json: JsonOption = False
) -> None:
    with workspace(folder) as ws:
        if output:
            ws.write_frame(ws.campaigns.results_table(name, lang=language()), output)
        if output and not as_json:
            console().print(say("Written: {file}", language(), file=output))
        else:
            show(ws.campaigns.results(name), as_json=as_json)


@app.command("past", help=say("What past campaigns did, without a holdout: before/after and matched.", LOCALE))
def past(folder: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    with workspace(folder) as ws:
        show(
            ws.campaigns.past(),
            as_json=as_json,
            empty=say(
                "No past contacts are loaded: load a file of the kind contacts to compare campaigns.", language()
            ),
        )
