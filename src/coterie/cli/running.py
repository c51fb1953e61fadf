"""Run a command line and turn errors into sentences and exit codes."""

from __future__ import annotations

import json
import signal
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress

from coterie.cli.screen import forget_language, language
from coterie.errors import CoterieError, code_of
from coterie.words import say

_INTERRUPTED = 130


def run(arguments: Sequence[str]) -> int:
    """The exit code of ``coterie ARGUMENTS``: 0 done, 1 refused or failed, 2 usage."""
    _end_alike()
    forget_language()
    try:
        return _run(arguments)
    finally:
        forget_language()


def _run(arguments: Sequence[str]) -> int:
    try:
        code = _ended(arguments)
    except KeyboardInterrupt:
        code = _INTERRUPTED
    except (CoterieError, OSError) as fault:
        return _refused(fault, arguments)
    except MemoryError:
        _complain(
            say("there is not enough memory for this; nothing is half-done", language()), "SystemFault", arguments
        )
        return 1
    except Exception as fault:  # noqa: BLE001 - nobody who types a command should have to read a traceback
        return _unforeseen(fault, arguments)
    if code == _INTERRUPTED:
        _complain(
            say("interrupted; what was already saved stays, nothing is half-done", language()), "Interrupted", arguments
        )
        return 1
    return code


def _end_alike() -> None:
    """SIGTERM and SIGHUP end a command as Ctrl-C does; one that is ignored, as under nohup, stays ignored."""

    def interrupt(_number: int, _frame: object) -> None:
        signal.raise_signal(signal.SIGINT)  # whoever waits for Ctrl-C hears it, an event loop too

    if threading.current_thread() is not threading.main_thread():
        return
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, interrupt)
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:  # started in the background of a script
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _ended(arguments: Sequence[str]) -> int:
    from typer.exceptions import Abort, TyperException
    from typer.main import get_command

    from coterie.cli.app import app_of

    try:
        code = get_command(app_of(arguments[0] if arguments else None)).main(
            list(arguments), prog_name="coterie", standalone_mode=False
        )
    except Abort:
        return _INTERRUPTED
    except TyperException as fault:
        from coterie.cli.complaints import usage_in_words
        from coterie.cli.screen import harmless

        sys.stderr.write(harmless(usage_in_words(fault)))
        return fault.exit_code
    return code if isinstance(code, int) else 0


def _refused(fault: CoterieError | OSError, arguments: Sequence[str]) -> int:
    from coterie.cli.complaints import in_words, known_of

    kind = type(fault).__name__ if isinstance(fault, CoterieError) else "SystemFault"
    _complain(in_words(fault), kind, arguments, known_of(fault))
    return 1


def _unforeseen(fault: Exception, arguments: Sequence[str]) -> int:
    """A fault of ours, said so; where in the code goes to a file, for whoever mends it."""
    import traceback

    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", prefix="coterie-fault-", suffix=".txt", delete=False
    ) as kept:
        traceback.print_exception(fault, file=kept)
    words = say(
        "a fault of Coterie's own, which nobody foresaw ({kind}); nothing is half-done. Please report it with {file}, "
        "after a look at what it holds",
        language(),
        kind=type(fault).__name__,
        file=kept.name,
    )
    _complain(words, "Unforeseen", arguments)
    return 1


_NOTHING: Mapping[str, object] = {"path": "", "line": None, "facts": {}}


def _complain(message: str, kind: str, arguments: Sequence[str], known: Mapping[str, object] = _NOTHING) -> None:
    """Say it, and to programs (``--json``) with what is ``known`` of it."""
    with suppress(OSError):  # the terminal may be gone, and with it who would read
        _write_complaint(message, kind, arguments, known)


def _write_complaint(message: str, kind: str, arguments: Sequence[str], known: Mapping[str, object]) -> None:
    from coterie.cli.screen import Screen, harmless_json

    if "--json" in arguments:
        record = {"error": kind, "code": code_of(kind), **_NOTHING, **known, "message": message}
        sys.stderr.write(harmless_json(json.dumps(record, ensure_ascii=False)) + "\n")
        return
    from rich.text import Text

    screen = Screen(stderr=True)
    # A log is searched line by line: only a terminal has its sentences broken into lines.
    screen.print(Text.assemble((say("Not done: ", language()), "bold red"), message), soft_wrap=not screen.is_terminal)
