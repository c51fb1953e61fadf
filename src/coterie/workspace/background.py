"""What works by itself while a server runs, and what keeps it from its work: one place that doctor and figures look at."""

from __future__ import annotations

from typing import Protocol
from weakref import WeakKeyDictionary

from coterie.engines import Engine
from coterie.errors import CoterieError


class Background(Protocol):
    """Something that works in a thread of its own."""

    @property
    def fault(self) -> CoterieError | None:
        """What keeps it from its work now, or None."""


_AT_WORK: WeakKeyDictionary[Engine, dict[str, Background]] = WeakKeyDictionary()


def begins(engine: Engine, name: str, work: Background) -> None:
    """Note that ``work`` goes on in this process; ``ends`` takes it back."""
    _AT_WORK.setdefault(engine, {})[name] = work


def ends(engine: Engine, name: str) -> None:
    """Note that it does not any more."""
    _AT_WORK.get(engine, {}).pop(name, None)


def at_work(engine: Engine) -> dict[str, Background]:
    """What goes on in this process, by name; nothing where no server runs."""
    return dict(_AT_WORK.get(engine, {}))
