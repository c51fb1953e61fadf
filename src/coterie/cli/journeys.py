"""The commands of ``coterie journeys``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from coterie.cli.options import DryRunOption, JsonOption, WorkspaceOption, YesOption, named_or_file, workspace
from coterie.cli.screen import LOCALE, bars, confirm, language
from coterie.cli.show import bullet, console, print_table, show
from coterie.errors import Refused
from coterie.words import each_into, say
from coterie.workspace.journey_records import JourneyShown

app = typer.Typer(no_args_is_help=True)
NameArgument = Annotated[str, typer.Argument(help=say("Name of the journey.", LOCALE))]
AnyNameArgument = Annotated[str | None, typer.Argument(help=say("Name of the journey; all when absent.", LOCALE))]


@app.command("list", help=say("The journeys there are, and how many people are in them.", LOCALE))
def list_journeys(folder: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    with workspace(folder) as ws:
        show(
            ws.journeys.list(),
            as_json=as_json,
            title=say("Journeys", language()),
            empty=say("No journeys yet: define one in YAML and `coterie apply` it.", language()),
        )


@app.command("show", help=say("One journey: its steps, who waits where, and which turns were taken.", LOCALE))
def show_journey(name: NameArgument, folder: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    with workspace(folder) as ws:
        found = ws.journeys.show(name, lang=language())
        if as_json:
            show(found, as_json=True)
        else:
            _tell(found)


def _tell(found: JourneyShown) -> None:
    inside = say("{inside:,} inside, {held:,} held out", language(), inside=found.inside, held=found.held)
    console().print(f"{found.journey}: {say(found.state, language())} · {inside}")
    rows: list[dict[str, object]] = [
        {
            "step": "  " * step.depth + (f"{step.way}: " if step.way else "") + step.step,
            "words": step.words,
            "waiting": step.waiting,
            "passed": step.passed,
            "turns": ", ".join(f"{turn.turn} {turn.times:,}" for turn in step.turns),
        }
        for step in found.steps
    ]
    print_table(rows, "")
    for each in found.ended:
        bullet(f"{say(each.outcome, language())}: {each.people:,}")


@app.command("templates", help=say("Ready journeys, and which events or attributes each lacks here.", LOCALE))
def templates(folder: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    with workspace(folder) as ws:
        shown = ("name", "label", "about", "lacks")
        show(ws.journeys.templates(), as_json=as_json, title=say("Journey templates", language()), columns=shown)


@app.command(
    "adopt",
    help=say("Take a ready journey (see templates) and the templates that it sends into the workspace.", LOCALE),
)
def adopt(
    template: Annotated[str, typer.Argument(help=say("Name of the template.", LOCALE))],
    folder: WorkspaceOption = None,
    as_name: Annotated[str, typer.Option("--as", help=say("What to call the journey.", LOCALE))] = "",
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
) -> None:
    with workspace(folder) as ws:
        show(ws.journeys.adopt(template, name=as_name, dry_run=dry_run), as_json=as_json)


@app.command("simulate", help=say("What a journey would have done over the last weeks, had it been there.", LOCALE))
def simulate(
    name: Annotated[str | None, typer.Argument(help=say("Name of the journey.", LOCALE))] = None,
    file: Annotated[
        Path | None, typer.Option("-f", "--file", help=say("A YAML file with a journey that is not kept yet.", LOCALE))
    ] = None,
    weeks: Annotated[int, typer.Option(help=say("How many weeks back.", LOCALE), min=1, max=104)] = 12,
    folder: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    with workspace(folder) as ws:
        asked = named_or_file(name, file, "journeys")
        with bars(quiet=as_json) as progress:
            found = ws.journeys.simulate(asked, weeks=weeks, progress=progress)
        show(found, as_json=as_json)


@app.command("publish", help=say("Let people follow the newest version of a journey from now on.", LOCALE))
def publish(
    name: NameArgument,
    at_removed: Annotated[
        str | None,
        typer.Option(help=say("What becomes of who waits at a step that is removed: go_on or leave.", LOCALE)),
    ] = None,
    folder: WorkspaceOption = None,
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
) -> None:
    with workspace(folder) as ws:
        done = ws.journeys.publish(name, at_removed=at_removed, dry_run=dry_run)  # type: ignore[arg-type]
        show(done, as_json=as_json)


@app.command("pause", help=say("Stop everybody where they stand, and messages from leaving, until it goes on.", LOCALE))
def pause(name: NameArgument, folder: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    with workspace(folder) as ws:
        show(ws.journeys.pause(name), as_json=as_json)


@app.command("resume", help=say("Let a paused or draining journey go on.", LOCALE))
def resume(
    name: NameArgument,
    extend: Annotated[
        bool | None,
        typer.Option(
            "--extend/--no-extend",
            help=say("Whether waits end so much later as the pause lasted.", LOCALE),
        ),
    ] = None,
    folder: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    with workspace(folder) as ws:
        show(ws.journeys.resume(name, extend=extend), as_json=as_json)


@app.command("drain", help=say("Let nobody in any more; those inside go on to their end.", LOCALE))
def drain(name: NameArgument, folder: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    with workspace(folder) as ws:
        show(ws.journeys.drain(name), as_json=as_json)


@app.command("stop", help=say("End a journey for everybody inside, and close what is queued, for good.", LOCALE))
def stop(
    name: NameArgument, folder: WorkspaceOption = None, yes: YesOption = False, as_json: JsonOption = False
) -> None:
    with workspace(folder) as ws:
        inside = ws.journeys.show(name).inside
        if as_json and not yes:
            raise Refused("stopping a journey has to be confirmed: add --yes")
        if not yes:
            confirm(
                say("{n:,} {n|person is|people are} inside; end it for {n|them|all of them}?", language(), n=inside),
                default=False,
            )
        show(ws.journeys.stop(name), as_json=as_json)


@app.command("enrol", help=say("Let people, or the members of a segment, enter a journey by hand.", LOCALE))
def enrol(
    name: NameArgument,
    people: Annotated[
        list[str] | None, typer.Argument(help=say("Customer keys, e-mails, or namespace:value.", LOCALE))
    ] = None,
    segment: Annotated[str | None, typer.Option(help=say("The members of this segment.", LOCALE))] = None,
    folder: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    with workspace(folder) as ws:
        show(ws.journeys.enrol(name, people or [], segment=segment), as_json=as_json)


@app.command("run", help=say("Bring journeys up to now, and send what they have queued.", LOCALE))
def run(
    name: AnyNameArgument = None,
    folder: WorkspaceOption = None,
    yes: YesOption = False,
    dry_run: DryRunOption = False,
    accept_stale: Annotated[
        str | None,
        typer.Option(
            help=say("Who accepts it that facts are older than facts_within_days; kept in the audit log.", LOCALE)
        ),
    ] = None,
    limit: Annotated[int | None, typer.Option(help=say("At most so many messages.", LOCALE), min=1)] = None,
    as_json: JsonOption = False,
) -> None:
    with workspace(folder) as ws:
        if dry_run:
            show(ws.journeys.due(name), as_json=as_json, empty=say("Nobody is due.", language()))
            return
        if not yes:
            if as_json:
                raise Refused("sending has to be confirmed: add --yes, or look first with --dry-run")
            show(ws.journeys.due(name), as_json=False, empty=say("Nobody is due.", language()))
            confirm(say("Bring them on, and send?", language()), default=False)
        with bars(quiet=as_json) as progress:
            done = ws.journeys.run(name, accept_stale=accept_stale, limit=limit, progress=progress)
        if as_json:
            show(done, as_json=True)
        else:
            for each in done:
                show(each.ticked, as_json=False)
                for result in each.sent:
                    for sentence in each_into(result.sentences(), language()):
                        bullet(sentence)
        if any(result.stopped for each in done for result in each.sent):
            raise typer.Exit(1)


@app.command("tasks", help=say("What journeys gave people of the business to do, the newest first.", LOCALE))
def tasks(
    only_open: Annotated[bool, typer.Option("--open", help=say("Only what is not done yet.", LOCALE))] = False,
    folder: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    with workspace(folder) as ws:
        empty = say("No journey gave anybody anything to do.", language())
        show(ws.journeys.tasks(only_open=only_open), as_json=as_json, title=say("Tasks", language()), empty=empty)


@app.command("task-done", help=say("Tick off a task that a journey gave.", LOCALE))
def task_done(
    task: Annotated[str, typer.Argument(help=say("Number of the task, as `journeys tasks` shows it.", LOCALE))],
    note: Annotated[str, typer.Option(help=say("What came of it.", LOCALE))] = "",
    folder: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    with workspace(folder) as ws:
        show(ws.journeys.finish_task(task, note=note), as_json=as_json)


@app.command("path", help=say("The way of one person through a journey, with each turn.", LOCALE))
def path(
    name: NameArgument,
    profile: Annotated[str, typer.Argument(help=say("A customer key, e-mail, or namespace:value.", LOCALE))],
    folder: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    with workspace(folder) as ws:
        show(
            ws.journeys.path(name, profile),
            as_json=as_json,
            empty=say("{who} has never been in {journey}.", language(), who=profile, journey=name),
        )


@app.command("results", help=say("What a journey changed, against its holdout.", LOCALE))
def results(name: NameArgument, folder: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    with workspace(folder) as ws:
        show(ws.journeys.results(name), as_json=as_json)
