"""The commands of ``coterie profiles``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import typer

from coterie.cli.language import LOCALE
from coterie.cli.opening import workspace
from coterie.cli.options import JsonOption, WorkspaceOption
from coterie.cli.show import show, without
from coterie.words import say
from coterie.workspace import Frame

app = typer.Typer(no_args_is_help=True)


@app.command("show", help=say("A person: identifiers, traits, segments, scores, latest events.", LOCALE))
def show_profile(
    key: Annotated[str, typer.Argument(help=say("A customer key, e-mail, or namespace:value.", LOCALE))],
    folder: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    with workspace(folder) as ws:
        found = ws.profiles.show(key)
        traits = {} if as_json else {"traits": _with_labels(found.traits, ws.traits(lang=LOCALE))}
        show(found if as_json else without(found) | traits, as_json=as_json)


def _with_labels(known: Mapping[str, object], described: Frame) -> list[dict[str, object]]:
    """A row a trait that is known of the person: what it is called, its value, and how rules spell it."""
    return [
        {"trait": row["label"], "value": known[str(row["name"])], "unit": row["unit"], "name": row["name"]}
        for row in described.rows()
        if known.get(str(row["name"])) is not None
    ]
