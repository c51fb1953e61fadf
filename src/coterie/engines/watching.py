"""Who is told of every change that others can see: nothing that is kept beside the warehouse may be older than it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from coterie.words import Sentence


class Watcher(Protocol):
    """Who is told, in the thread that makes the change."""

    @property
    def fault(self) -> Sentence | None:
        """Why what is kept beside the warehouse cannot be kept now; None where it is."""

    def changing(self) -> None:
        """Something is about to be seen; until ``changed`` nobody can tell whether it is."""

    def changed(self, touched: frozenset[int] | None) -> None:
        """It is seen, or came to nothing: rows of these profiles alone, or None where they may be anybody's."""


class Touched:
    """Whose rows a transaction changes: anybody's, unless it is said before it ends."""

    people: frozenset[int] | None = None


class Watchers:
    """The watchers of one engine, which are told of one change after another; true where there are any."""

    def __init__(self, writing: threading.RLock) -> None:
        self._writing = writing
        self._all: tuple[Watcher, ...] = ()

    def __bool__(self) -> bool:
        return bool(self._all)

    def faults(self) -> list[Sentence]:
        """Of those to whom something happened."""
        return [fault for each in self._all if (fault := each.fault) is not None]

    @contextmanager
    def including(self, watcher: Watcher) -> Iterator[None]:
        """``watcher`` is told while the block lasts, of whole changes."""
        with self._writing:
            self._all = (*self._all, watcher)
        try:
            yield
        finally:
            with self._writing:
                self._all = tuple(each for each in self._all if each is not watcher)

    @contextmanager
    def told(self, touched: Touched) -> Iterator[None]:
        """All are told before and after what happens inside; of what failed nobody knows how far it came."""
        for watcher in self._all:
            watcher.changing()
        found = None
        try:
            yield
            found = touched.people
        finally:
            for watcher in self._all:
                watcher.changed(found)
