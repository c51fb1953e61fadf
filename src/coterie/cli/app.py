"""All commands, gathered; of a command that is named only the file that it stands in loads."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import typer

from coterie.cli.options import speaking
from coterie.cli.screen import LOCALE
from coterie.words import say

_REGISTERED = {
    "loop:register": ("init", "refresh", "report", "status", "doctor"),
    "files:register": ("load", "quality"),
    "definitions:register": ("apply", "diff", "schema", "parts", "export"),
    "campaigns:register": ("send",),
    "people:register": ("forget",),
    "loop:register_copies": ("backup", "restore"),
    "serving:register": ("serve", "schedules"),
}
"""What adds commands to the whole → their names, in the order of the help."""

GROUPS = {
    "segments": ("segments:app", say("Rules and who they hold for.", LOCALE)),
    "lists": ("lists:app", say("Lists that people are put on and taken off.", LOCALE)),
    "segmentations": ("segmentations:app", say("Divide the whole base: RFM, lifecycle, discovered.", LOCALE)),
    "traits": ("segments:traits", say("What is known of every profile.", LOCALE)),
    "predict": ("models:app", say("Models and their scores.", LOCALE)),
    "profiles": ("people:profiles", say("One person at a time.", LOCALE)),
    "campaigns": ("campaigns:app", say("Plan, send, read out.", LOCALE)),
    "journeys": ("journeys:app", say("What happens to people step by step.", LOCALE)),
    "templates": ("templates:app", say("What messages are made of.", LOCALE)),
    "coupons": ("coupons:app", say("Codes of which everybody gets their own.", LOCALE)),
    "consents": ("people:consents", say("Unsubscribe links and addresses never to write to.", LOCALE)),
    "channels": ("channels:app", say("Channels against segments.", LOCALE)),
    "kpis": ("kpis:app", say("Key figures: revenue, repeat rate, retention and the like.", LOCALE)),
    "quarantine": ("quarantine:app", say("Rows that were refused, and loading them again.", LOCALE)),
    "webhooks": ("webhooks:app", say("Who is told of entries and exits.", LOCALE)),
    "tracking": ("tracking:app", say("What sources send, as a plan.", LOCALE)),
    "rates": ("rates:app", say("What other currencies are worth.", LOCALE)),
    "keys": ("keys:app", say("Keys by which programs send events.", LOCALE)),
    "users": ("users:app", say("Who may sign in, and in which role.", LOCALE)),
    "merges": ("people:merges", say("Identifiers joined into one person, and undoing it.", LOCALE)),
}
"""Name → where the commands of a group are, and what they are about."""


def app_of(command: str | None = None) -> typer.Typer:
    """The command line; where ``command`` is the name of one, or of a group, with as little beside it as can be."""
    app = typer.Typer(
        name="coterie",
        help=say("From a company's records to segments, decisions, messages and what they caused.", LOCALE),
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    alone = [command] if command in GROUPS else [p for p, names in _REGISTERED.items() if command in names]
    for place in _REGISTERED:
        if not alone or place in alone:
            _at(place)(app)
    for name, (place, words) in GROUPS.items():
        if not alone or name in alone:
            app.add_typer(_at(place), name=name, help=words)
    if alone:
        app.callback()(_nothing)
    speaking(app)
    return app


def _nothing() -> None:
    """Keep the name of a command that stands alone a part of what is typed."""


def _at(place: str) -> Any:
    module, _, name = place.partition(":")
    return getattr(import_module(f"coterie.cli.{module}"), name)
