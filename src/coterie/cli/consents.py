"""The commands of ``coterie consents``."""

from __future__ import annotations

from typing import Annotated

import typer

from coterie.cli.language import LOCALE
from coterie.cli.opening import brakes
from coterie.cli.options import ByOption, JsonOption, WorkspaceOption
from coterie.cli.show import show
from coterie.words import say

app = typer.Typer(no_args_is_help=True)
AddressArgument = Annotated[str, typer.Argument(help=say("The address, as the person writes it.", LOCALE))]
ChannelOption = Annotated[str, typer.Option(help=say("The channel the address is of.", LOCALE))]


@app.command("unsubscribe", help=say("Do what the unsubscribe link of a message asks.", LOCALE))
def unsubscribe(
    link: Annotated[str, typer.Argument(help=say("The link, or its last part.", LOCALE))],
    folder: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    with brakes(folder) as stop:
        show(stop.unsubscribe(link), as_json=as_json)


@app.command("suppress", help=say("Never write to an address again, whatever consents say.", LOCALE))
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


@app.command("lift", help=say("End the block of an address, for a reason that is kept.", LOCALE))
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
