"""A terminal: its language, progress on it, questions to whoever sits there; what data says to it is shown, not obeyed."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import typer
from rich.console import Console, ConsoleOptions, RenderableType
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.segment import Segment

from coterie.domain import Progress as Watcher
from coterie.domain import Quiet
from coterie.errors import Refused
from coterie.settings import Locale, read_locale
from coterie.words import tell

_SHOWN = {code: 0x2400 + code for code in range(0x20) if code not in (0x09, 0x0A)}
_UNSHOWN = dict.fromkeys(
    [
        0x7F,
        *range(0x80, 0xA0),
        0x61C,
        0x200E,
        0x200F,
        *range(0x2028, 0x202F),
        *range(0x2066, 0x206A),
        *range(0xD800, 0xE000),
    ],
    0xFFFD,
)
_HARMLESS = _SHOWN | _UNSHOWN


def harmless(text: str) -> str:
    r"""``text`` with control characters, changes of direction and halves of letters made visible, length kept.

    >>> harmless("no\x1b[2Jway")
    'no␛[2Jway'
    """
    return text.translate(_HARMLESS)


def harmless_json(text: str) -> str:
    """The JSON ``text`` with what a terminal could obey, or not print, written as escapes."""
    return re.sub(
        "[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]", lambda m: f"\\u{ord(m[0]):04x}", text
    )


class Screen(Console):
    """A console whose text is harmless, whatever it shows; colours and widths are its own."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """The pieces of ``renderable``."""
        for piece in super().render(renderable, options):
            yield piece if piece.control else Segment(harmless(piece.text), piece.style)


LOCALE = read_locale()
"""The language of help, which is drawn before anything is known of a workspace: that of the environment."""

_spoken: dict[str, Locale] = {}


def language() -> Locale:
    """The language of what is said: ``--lang`` if given, else the workspace's once it is found, else the environment's."""
    return _spoken.get("asked") or _spoken.get("workspace") or read_locale()


def speak(locale: Locale | None, *, asked: bool = False) -> None:
    """Say what follows in ``locale``, because the workspace does or, before that, because it was ``asked`` for."""
    if locale is not None:
        _spoken["asked" if asked else "workspace"] = locale


def forget_language() -> None:
    """A new command line begins."""
    _spoken.clear()


class Bars:
    """A bar for each stage of a long piece of work."""

    def __init__(self, drawn: Progress) -> None:
        self._drawn = drawn
        self._current: TaskID | None = None

    def stage(self, name: str, total: int | None = None) -> None:
        """The stage before is done; draw one for ``name``."""
        self.finish()
        self._current = self._drawn.add_task(tell(name, language()), total=total)

    def advance(self, steps: int = 1) -> None:
        """Move the current bar."""
        if self._current is not None:
            self._drawn.advance(self._current, steps)

    def finish(self) -> None:
        """Fill the current bar."""
        if self._current is not None:
            task = self._drawn.tasks[self._drawn.task_ids.index(self._current)]
            total = task.total or max(task.completed, 1)
            self._drawn.update(self._current, total=total, completed=total)


@contextmanager
def bars(*, quiet: bool = False) -> Iterator[Watcher]:
    """Bars while the block runs; silence when ``quiet`` or when nobody watches a terminal."""
    screen = Screen(stderr=True)
    if quiet or not screen.is_terminal:
        yield Quiet()
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=screen) as drawn:
        watcher = Bars(drawn)
        yield watcher
        watcher.finish()


def is_answered() -> bool:
    """Somebody can answer: standard input is open and a terminal."""
    return sys.stdin is not None and sys.stdin.isatty()


def confirm(question: str, *, default: bool) -> None:
    """Go on after a yes; raises ``Refused`` after a no, and where nobody answers."""
    try:
        if sys.stdin is not None and typer.confirm(question, default=default):
            return
    except typer.Abort:
        typer.echo()
    raise Refused("not confirmed, so nothing was done; --yes goes on without asking, --dry-run only looks")
