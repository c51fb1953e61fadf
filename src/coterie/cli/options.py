"""Options that many commands share, and the workspace that a command works on."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, get_type_hints

import typer

from coterie.cli.cells import ZONE
from coterie.cli.screen import LOCALE, language, speak
from coterie.domain import utc_now
from coterie.domain.clock import instant_of
from coterie.errors import Refused
from coterie.settings import Locale, locale_of
from coterie.words import say, sentence
from coterie.workspace import find_workspace

if TYPE_CHECKING:
    from coterie.workspace import Brakes, Workspace

WorkspaceOption = Annotated[
    Path | None,
    typer.Option(
        "-w", "--workspace", help=say("The workspace folder; by default the one around the current folder.", LOCALE)
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help=say("Print JSON instead of tables.", LOCALE))]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help=say("Say what would happen; change nothing.", LOCALE))]


def _asked(lang: Locale | None) -> Locale | None:
    speak(lang, asked=True)
    return lang


_LangOption = Annotated[
    Locale | None,
    typer.Option(
        "--lang",
        help=say("Language of the text: en or zh; the workspace's if not given.", LOCALE),
        callback=_asked,
        is_eager=True,
    ),
]


def speaking(app: typer.Typer) -> None:
    """Give every command of ``app``, and of the groups in it, ``--lang``; one that has it keeps it."""
    for command in app.registered_commands:
        if command.callback is not None:
            command.callback = _speaking(command.callback)
    for group in app.registered_groups:
        if group.typer_instance is not None:
            speaking(group.typer_instance)


def _speaking(command: Callable[..., object]) -> Callable[..., object]:
    found = inspect.signature(command)
    if "lang" in found.parameters:
        return command

    @wraps(command)
    def spoken(*given: object, lang: Locale | None = None, **named: object) -> object:  # noqa: ARG001 - ``_asked`` has it
        return command(*given, **named)

    hints = {**get_type_hints(command, include_extras=True), "lang": _LangOption}
    option = inspect.Parameter("lang", inspect.Parameter.KEYWORD_ONLY, default=None)
    taken = [given.replace(annotation=hints[given.name]) for given in (*found.parameters.values(), option)]
    spoken.__signature__ = found.replace(parameters=taken)  # type: ignore[attr-defined]
    spoken.__annotations__ = hints
    return spoken


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


def named_or_file(name: str | None, file: Path | None, section: str) -> str | Mapping[str, object]:
    """What is asked about: something by its name, or a draft of it in a file, as it stands there; one of the two."""
    if name is not None and file is None:
        return name
    if file is None or name is not None:
        raise Refused("name one that is kept, or a file with --file; one of the two")
    from coterie.workspace.drafts import draft_of

    return draft_of(file, section)


def workspace_folder(folder: Path | None) -> Path:
    """The workspace in ``folder``, or around the current folder; what is said from here on is in its language."""
    found = find_workspace(folder)
    speak(locale_of(found))
    return found


@contextmanager
def workspace(folder: Path | None) -> Iterator[Workspace]:
    """The workspace in ``folder``, or around the current folder; closed at the end."""
    from coterie.workspace import open_workspace

    opened = open_workspace(workspace_folder(folder), lang=language())
    ZONE.set(opened.settings.timezone)
    try:
        yield opened
    finally:
        opened.close()


@contextmanager
def brakes(folder: Path | None) -> Iterator[Brakes]:
    """The brakes of the workspace in ``folder``, or around the current folder, even while it is open elsewhere."""
    from coterie.workspace import open_brakes

    with open_brakes(workspace_folder(folder)) as stop:
        yield stop


def instant(text: str | None, zone: str) -> datetime | None:
    """``text`` as an instant, read by the clock in ``zone``; refused in one sentence when it is none.

    It carries its offset, so that nobody reads it by that clock a second time.

    >>> instant("2011-09-01", "Asia/Shanghai").isoformat()
    '2011-08-31T16:00:00+00:00'
    """
    return None if text is None else instant_of(text, zone).replace(tzinfo=UTC)


def as_of_instant(text: str | None, ws: Workspace, *, yes: bool) -> datetime | None:
    """``text`` as the instant to compute for in ``ws``; one that is yet to come is refused unless ``yes``."""
    at = instant(text, ws.settings.timezone)
    if at is not None and at > utc_now().replace(tzinfo=UTC) and not yes:
        raise Refused(
            sentence(
                "{text} is yet to come, so what happens until then would be missing; --yes computes for it anyway",
                text=text,
            )
        )
    return at
