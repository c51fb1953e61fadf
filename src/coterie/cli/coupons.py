"""The commands of ``coterie coupons``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from coterie.cli.options import DryRunOption, JsonOption, WorkspaceOption, workspace
from coterie.cli.screen import LOCALE, language
from coterie.cli.show import show
from coterie.words import say

app = typer.Typer(no_args_is_help=True)
PoolArgument = Annotated[str, typer.Argument(help=say("Name of the pool.", LOCALE))]


@app.command("list", help=say("Every pool with how many codes are left, used, and until when they are good.", LOCALE))
def list_pools(folder: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    with workspace(folder) as ws:
        show(
            ws.coupons.list(),
            as_json=as_json,
            title=say("Pools of coupons", language()),
            empty=say("There is no pool of coupons yet; `coterie coupons add` makes one.", language()),
        )


@app.command("show", help=say("Who got which code of a pool.", LOCALE))
def show_pool(pool: PoolArgument, folder: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    with workspace(folder) as ws:
        show(
            ws.coupons.show(pool),
            as_json=as_json,
            title=say("Codes of {pool} that were given", language(), pool=pool),
            columns=("code", "profile_id", "origin", "state", "taken_at", "redeemed_at"),
            empty=say("None of its codes was given yet.", language()),
        )


@app.command("add", help=say("Put codes into a pool, which is made where there is none.", LOCALE))
def add(
    pool: PoolArgument,
    file: Annotated[
        Path,
        typer.Argument(
            help=say("A file with a code a line, or CSV with a column of codes; - reads standard input.", LOCALE),
            allow_dash=True,
        ),
    ],
    expires: Annotated[
        str | None, typer.Option(help=say("From when on none of the pool is given, such as 2026-12-31.", LOCALE))
    ] = None,
    folder: WorkspaceOption = None,
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
) -> None:
    with workspace(folder) as ws:
        if str(file) == "-":
            from coterie.workspace.coupons import codes_in

            found = ws.coupons.add(pool, codes_in(sys.stdin.read()), expires=expires, dry_run=dry_run)
        else:
            found = ws.coupons.load(pool, file.absolute(), expires=expires, dry_run=dry_run)
        show(found, as_json=as_json)


@app.command("expire", help=say("From an instant on give none of a pool, or never stop.", LOCALE))
def expire(
    pool: PoolArgument,
    at: Annotated[str, typer.Argument(help=say("An instant such as 2026-12-31, or never.", LOCALE))],
    folder: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    with workspace(folder) as ws:
        ws.coupons.expire(pool, None if at == "never" else at)
        show(ws.coupons.list(), as_json=as_json)
