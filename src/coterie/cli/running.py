"""Run a command line and turn errors into sentences and exit codes."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

from coterie.cli.language import LOCALE
from coterie.errors import CoterieError
from coterie.words import say


def run(arguments: Sequence[str]) -> int:
    """The exit code of ``coterie ARGUMENTS``: 0 done, 1 refused or failed, 2 usage."""
    try:
        from typer.main import get_command

        from coterie.cli.app import app

        get_command(app).main(list(arguments), prog_name="coterie")
    except SystemExit as end:
        if end.code != _INTERRUPTED:
            return end.code if isinstance(end.code, int) else 0
        return _interrupted(arguments)
    except KeyboardInterrupt:
        return _interrupted(arguments)
    except CoterieError as fault:
        from coterie.cli.complaints import in_words

        _complain(in_words(fault), type(fault).__name__, arguments)
        return 1
    except OSError as fault:
        _complain(_of_system(fault), "SystemFault", arguments)
        return 1
    return 0


def _of_system(fault: OSError) -> str:
    place = f"{fault.filename}: " if fault.filename else ""
    return f"{place}{fault.strerror or fault}"


_INTERRUPTED = 130


def _interrupted(arguments: Sequence[str]) -> int:
    _complain(say("interrupted; what was already saved stays, nothing is half-done", LOCALE), "Interrupted", arguments)
    return 1


def _complain(message: str, kind: str, arguments: Sequence[str]) -> None:
    if "--json" in arguments:
        sys.stderr.write(json.dumps({"error": kind, "message": message}, ensure_ascii=False) + "\n")
        return
    from rich.console import Console
    from rich.text import Text

    screen = Console(stderr=True)
    # A log is searched line by line: only a terminal has its sentences broken into lines.
    screen.print(Text.assemble((say("Not done: ", LOCALE), "bold red"), message), soft_wrap=not screen.is_terminal)
