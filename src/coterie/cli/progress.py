"""Progress bars on standard error, so that piped output stays clean."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from coterie.cli.language import LOCALE
from coterie.cli.screen import Screen
from coterie.domain import Progress as Watcher
from coterie.domain import Quiet
from coterie.words import tell


class Bars:
    """A bar for each stage of a long piece of work."""

    def __init__(self, drawn: Progress) -> None:
        self._drawn = drawn
        self._current: TaskID | None = None

    def stage(self, name: str, total: int | None = None) -> None:
        """The stage before is done; draw one for ``name``."""
        self.finish()
        self._current = self._drawn.add_task(tell(name, LOCALE), total=total)

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
