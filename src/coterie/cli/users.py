"""The commands of ``coterie users``."""

from __future__ import annotations

from typing import Annotated

import typer

from coterie.cli.options import ByOption, JsonOption, WorkspaceOption, workspace_folder
from coterie.cli.screen import LOCALE, language
from coterie.cli.show import console, show
from coterie.words import say
from coterie.workspace import open_team

app = typer.Typer(no_args_is_help=True)
EmailArgument = Annotated[str, typer.Argument(help=say("The user's address.", LOCALE))]
_ROLES = "A viewer looks, an analyst loads and defines too, a marketer writes to people besides, an owner does all."


@app.command("list", help=say("Who may sign in.", LOCALE))
def list_users(folder: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    with open_team(workspace_folder(folder)) as team:
        show(
            team.told(),
            as_json=as_json,
            title=say("Users", language()),
            empty=say("Nobody yet: `coterie serve` prints a link for the owner.", language()),
        )


@app.command("invite", help=say("Make a link for a new user; it works once, for seven days.", LOCALE))
def invite(
    role: Annotated[str, typer.Option(help=say(_ROLES, LOCALE))] = "viewer",
    address: Annotated[str, typer.Option(help=say("Where the server is found.", LOCALE))] = "http://127.0.0.1:8000",
    by: ByOption = "",
    folder: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    with open_team(workspace_folder(folder)) as team:
        link = f"{address.rstrip('/')}/join#{team.invite(role, actor=by)}"
    if as_json:
        show({"role": role, "link": link}, as_json=True)
        return
    console().print(say("Link for {role}, shown this once: {link}", language(), role=role, link=link), soft_wrap=True)


@app.command("role", help=say("Let a user be of another role, at once.", LOCALE))
def give_role(
    email: EmailArgument,
    role: Annotated[str, typer.Argument(help=say(_ROLES, LOCALE))],
    by: ByOption = "",
    folder: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    with open_team(workspace_folder(folder)) as team:
        team.give_role(email, role, actor=by)
    show({"email": email, "role": role}, as_json=as_json)


@app.command("remove", help=say("Let a user sign in no more; their sessions end.", LOCALE))
def remove(
    email: EmailArgument,
    by: ByOption = "",
    folder: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    with open_team(workspace_folder(folder)) as team:
        team.remove(email, actor=by)
    show({"email": email, "removed": True}, as_json=as_json)
