"""The commands of ``coterie channels``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from coterie.cli.options import DryRunOption, JsonOption, WorkspaceOption, brakes, workspace
from coterie.cli.screen import LOCALE, language
from coterie.cli.show import console, print_figures, print_json, print_table, show
from coterie.domain.receipts import ReceiptState
from coterie.words import say

app = typer.Typer(no_args_is_help=True)
SCORE_COLUMNS = ("segment", "rank", "channel", "score", "value", "preference", "capability", "evidence")
BEST = 5
WeightOption = Annotated[
    float | None, typer.Option(help=say("How much this principle counts beside the others.", LOCALE), min=0, max=100)
]
ByOption = Annotated[str, typer.Option("--by", help=say("The segmentation to score against.", LOCALE))]


@app.command("list", help=say("The channels, what they cost and what they can do.", LOCALE))
def list_channels(folder: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    with workspace(folder) as ws:
        show(ws.channels.list(), as_json=as_json, title=say("Channels", language()))


@app.command("performance", help=say("What each channel brought, overall and by segment.", LOCALE))
def performance(folder: WorkspaceOption = None, by: ByOption = "rfm", as_json: JsonOption = False) -> None:
    with workspace(folder) as ws:
        found = ws.channels.performance(by=by)
        if as_json:
            print_json(found)
            return
        print_figures(found.rows(), ("channel", "segment"), say("Channel performance", language()))


@app.command("score", help=say("How well each channel fits each segment, with the reasons.", LOCALE))
def score(
    folder: WorkspaceOption = None,
    by: ByOption = "rfm",
    value: WeightOption = None,
    preference: WeightOption = None,
    capability: WeightOption = None,
    as_json: JsonOption = False,
) -> None:
    given = {"value": value, "preference": preference, "capability": capability}
    weights = {name: weight for name, weight in given.items() if weight is not None} or None
    with workspace(folder) as ws:
        found = ws.channels.matrix(by=by, weights=weights)
        if as_json:
            print_json(found.table())
            return
        best = sorted(found.table().to_pylist(), key=lambda row: (str(row["segment"]), row["rank"]))
        shown = [{name: row[name] for name in SCORE_COLUMNS} for row in best if int(str(row["rank"])) <= BEST]
        print_table(
            shown, say("Segments × channels, the best {n} of each segment", language(), n=BEST), most=len(shown)
        )
        console().print(say("Each cell has its reasons: --json shows them.", language()))
        told = ws.channels.finding(by=by, weights=weights)
        for said in (*told.finding, *told.notes):
            console().print(said)


@app.command(
    "replies",
    help=say(
        "Take a file of what people answered to messages: whoever says STOP, 退订 or the like gets no more.", LOCALE
    ),
)
def take_replies(
    file: Annotated[Path, typer.Argument(help=say("A CSV file or a JSON list with from, text and at.", LOCALE))],
    channel: Annotated[str, typer.Option(help=say("The channel that was answered.", LOCALE))] = "sms",
    folder: WorkspaceOption = None,
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
) -> None:
    from coterie.workspace.replies import read_replies

    with brakes(folder) as stop:
        show(stop.hear(read_replies(file), channel=channel, dry_run=dry_run), as_json=as_json)


@app.command("push-key", help=say("Make a key for push messages: its secret, and what pages subscribe with.", LOCALE))
def make_push_key(folder: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    from coterie.workspace.push_keys import new_push_keys

    del folder  # taken as by every command; the key is for no workspace in particular
    made = new_push_keys()
    if as_json:
        print_json(made)
        return
    console().print(f"COTERIE_SECRET_WEB_PUSH={made.secret}", soft_wrap=True)
    console().print(say("Pages subscribe with {public}", language(), public=made.public), soft_wrap=True)
    console().print(say("Keep the secret: browsers that subscribed with it hear nobody else.", language()))


@app.command("check", help=say("Which channels messages can leave on, what is missing, and whom that touches.", LOCALE))
def check(folder: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    with workspace(folder) as ws:
        show(ws.channels.check(lang=language()), as_json=as_json, title=say("Channels", language()))


@app.command(
    "health", help=say("How it goes with the providers of each channel, and what became of what they carried.", LOCALE)
)
def health(folder: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    with workspace(folder) as ws:
        show(ws.channels.health(lang=language()), as_json=as_json, title=say("Providers", language()))


@app.command("receipts", help=say("What providers told of messages after they left, the newest first.", LOCALE))
def list_receipts(
    state: Annotated[
        ReceiptState | None,
        typer.Option(help=say("Only those in this state: unmatched are of no message that is known.", LOCALE)),
    ] = None,
    most: Annotated[int, typer.Option(help=say("How many at most.", LOCALE), min=1, max=10_000)] = 100,
    folder: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    with workspace(folder) as ws:
        show(
            ws.channels.receipts(state=state, most=most),
            as_json=as_json,
            title=say("Receipts", language()),
            empty=say("Nothing was told yet; `coterie channels callbacks` says who may.", language()),
        )


@app.command("callbacks", help=say("Who may call to tell what became of messages, where, and what came.", LOCALE))
def list_callbacks(folder: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    with workspace(folder) as ws:
        show(ws.channels.callbacks(lang=language()), as_json=as_json, title=say("Callbacks", language()))
