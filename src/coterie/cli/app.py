"""All commands, gathered."""

from __future__ import annotations

import typer

from coterie.cli import (
    campaigns,
    channels,
    definitions,
    files,
    keys,
    kpis,
    loop,
    models,
    people,
    quarantine,
    rates,
    segmentations,
    segments,
    serving,
)
from coterie.cli.screen import LOCALE
from coterie.words import say

app = typer.Typer(
    name="coterie",
    help=say("From a company's records to segments, decisions, messages and what they caused.", LOCALE),
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

loop.register(app)
files.register(app)
definitions.register(app)
campaigns.register(app)
loop.register_copies(app)
serving.register(app)

GROUPS = {
    "segments": (segments.app, say("Rules and who they hold for.", LOCALE)),
    "segmentations": (segmentations.app, say("Divide the whole base: RFM, lifecycle, discovered.", LOCALE)),
    "traits": (segments.traits, say("What is known of every profile.", LOCALE)),
    "predict": (models.app, say("Models and their scores.", LOCALE)),
    "profiles": (people.profiles, say("One person at a time.", LOCALE)),
    "campaigns": (campaigns.app, say("Plan, send, read out.", LOCALE)),
    "consents": (people.consents, say("Unsubscribe links and addresses never to write to.", LOCALE)),
    "channels": (channels.app, say("Channels against segments.", LOCALE)),
    "kpis": (kpis.app, say("Key figures: revenue, repeat rate, retention and the like.", LOCALE)),
    "quarantine": (quarantine.app, say("Rows that were refused, and loading them again.", LOCALE)),
    "rates": (rates.app, say("What other currencies are worth.", LOCALE)),
    "keys": (keys.app, say("Keys by which programs send events.", LOCALE)),
    "merges": (people.merges, say("Identifiers joined into one person, and undoing it.", LOCALE)),
}
for name, (group, words) in GROUPS.items():
    app.add_typer(group, name=name, help=words)
