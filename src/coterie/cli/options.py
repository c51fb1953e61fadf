"""Options that many commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from coterie.cli.language import LOCALE
from coterie.settings import Locale
from coterie.words import say

WorkspaceOption = Annotated[
    Path | None,
    typer.Option(
        "-w", "--workspace", help=say("The workspace folder; by default the one around the current folder.", LOCALE)
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help=say("Print JSON instead of tables.", LOCALE))]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help=say("Say what would happen; change nothing.", LOCALE))]
LangOption = Annotated[Locale, typer.Option("--lang", help=say("Language of the text: en or zh.", LOCALE))]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help=say("Do not ask; take what is proposed.", LOCALE))]
ByOption = Annotated[
    str, typer.Option("--by", help=say("Who decides it, kept in the audit log; whoever acts if not given.", LOCALE))
]
AsOfOption = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        help=say("The instant to compute for, such as 2011-09-01; by default now, or the end of old data.", LOCALE),
    ),
]
