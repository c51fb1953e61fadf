"""Profile documents: what a read of a person answers, as it goes out, in a store of rows beside the warehouse.

The store holds nothing of its own and lasts as long as its process. What is found in it is what the warehouse would
tell at that instant: every change of the warehouse is told here before it can be seen.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import ExitStack
from time import monotonic
from typing import TYPE_CHECKING, Self

from coterie.errors import CoterieError
from coterie.store.document_rows import DocumentRows, remove_documents
from coterie.words import Sentence, sentence
from coterie.workspace.document_work import DocumentWork
from coterie.workspace.finding import STATE

if TYPE_CHECKING:
    from coterie.workspace.workspace import Workspace

_GATHER_SECONDS = 0.002
"""So long the first who waits does so for others to be answered with."""
_SETTLE_SECONDS = 1.0
"""So long after everybody changed nothing is made ahead: loads and refreshes come one after another."""
_REST_SECONDS, _REST = 1.0, 4
_NO_WATCHERS = Sentence("this engine does not tell of its changes, so that nothing can be kept beside it")

Told = tuple[bytes, bytes | None, bytes | None]
"""A document up to the merges, and those in English and in Chinese where there are any."""


class ProfileDocuments:
    """The documents of an open workspace, while its ``with`` block lasts; any thread may call.

    ``find`` hands out what is there. ``awaited`` has what is not made, together with whatever else is waited for. A thread makes both
    these and, of people whom a change touched, new ones; another makes those of everybody ahead of being asked for.
    A change that tells whose rows it touched takes away those documents alone; any other takes all. Unless it works ``by_itself``,
    whoever has it calls ``make``.
    """

    def __init__(self, workspace: Workspace, *, by_itself: bool = True) -> None:
        stand = workspace._stand  # noqa: SLF001 - it is a part of the workspace
        self._engine, self._folder = stand.engine, stand.folder / STATE
        self._work = DocumentWork(stand.engine, lambda: stand.settings.country, self._open_rows)
        self._changes = 0
        """Odd while something is about to be seen: then nothing here can be relied on."""
        self._settles_at = 0.0
        self._came, self._is_ending = threading.Event(), threading.Event()
        self._by_itself, self._open = by_itself, ExitStack()
        self._threads = [
            threading.Thread(target=self._go_on, args=(work,), name=name)
            for name, work in (("coterie-documents", self._answer), ("coterie-documents-ahead", self._fill))
        ]
        self._faults: dict[str, Sentence] = {}

    def __enter__(self) -> Self:
        watchers = self._engine.watchers
        if watchers is not None:
            remove_documents(self._folder)
            self._renew()
            self._open.enter_context(watchers.including(self))
            if self._by_itself:
                for each in self._threads:
                    each.start()
        return self

    def __exit__(self, *_fault: object) -> None:
        self._is_ending.set()
        self._came.set()
        for each in self._threads:
            if each.ident is not None:
                each.join()
        self._open.close()
        self._work.close()

    @property
    def fault(self) -> Sentence | None:
        """Why people are read from the warehouse now, where they are."""
        if self._engine.watchers is None:
            return _NO_WATCHERS
        return next(iter(list(self._faults.values())), None)

    def size(self) -> int:
        """Bytes that they take on the disk."""
        return self._work.size()

    def find(self, number: int, lang: str) -> bytes | None:
        """The person of that number as JSON, or None where that is to be read from the warehouse."""
        changes = self._changes
        if changes % 2:
            return None
        try:
            found = self._work.found(number)
        except sqlite3.Error:
            self._renew()
            return None
        return spelled(found, lang) if found is not None and self._changes == changes else None

    def number(self, key: str, *, is_quick: bool = False) -> int | None:
        """The number of the one person whom ``key`` names; None where only the warehouse can tell. It may be one that nobody has.

        With ``is_quick`` only keys that are spelled as they are kept are known, of the namespace that stands before them.
        """
        changes = self._changes
        if changes % 2:
            return None
        try:
            found = self._work.number(key, is_quick=is_quick)
        except sqlite3.Error:
            self._renew()
            return None
        return found if self._changes == changes else None

    def find_named(self, key: str, lang: str, *, is_quick: bool = False) -> bytes | None:
        """As ``find``, of the one person whom ``key`` names, as ``number`` has it."""
        changes, number = self._changes, self.number(key, is_quick=is_quick)
        found = None if number is None else self.find(number, lang)
        return found if self._changes == changes else None

    def awaited(self, number: int) -> Future[Told | None] | None:
        """What will be told of the person of that number, as of an instant from now on; None where that is to be read from the warehouse."""
        if not self._by_itself or self.fault:
            return None
        found = self._work.awaited(number)
        self._came.set()
        return found

    def changing(self) -> None:
        """Something is about to be seen."""
        self._changes += 1

    def changed(self, touched: frozenset[int] | None) -> None:
        """It is seen: away with the documents of those it touched, or with all."""
        try:
            if touched is None:
                self._renew()
            elif touched:
                with _Told(self._faults, "rows", (sqlite3.Error, OSError)):
                    self._work.forget(touched)
                self._came.set()
        finally:
            self._changes += 1

    def _renew(self) -> None:
        """Begin with nothing."""
        self._settles_at = monotonic() + _SETTLE_SECONDS
        with _Told(self._faults, "rows", (sqlite3.Error, OSError)):
            self._work.renew()

    def _open_rows(self) -> DocumentRows:
        return DocumentRows(self._folder)

    def _go_on(self, work: Callable[[], bool]) -> None:
        """Work on until the end; what fails is told of, tried again later, and read from the warehouse meanwhile."""
        while not self._is_ending.is_set():
            # Anything: a thread that ended would leave everybody to the warehouse without a word.
            began, told = monotonic(), _Told(self._faults, work.__name__, (Exception,))
            is_more = False
            with told:
                is_more = work()
            if told.failed:
                self._work.give_up()
                self._is_ending.wait(max(_REST_SECONDS, _REST * (monotonic() - began)))
            elif not is_more:
                self._came.wait(_SETTLE_SECONDS)

    def _answer(self) -> bool:
        """Make what is waited for, what was touched, and what names people."""
        self._came.clear()
        if not self._work.is_open:
            self._renew()
        if self._work.is_awaited:
            self._is_ending.wait(_GATHER_SECONDS)
        elif monotonic() < self._settles_at:
            return False
        return self._work.make_asked()

    def _fill(self) -> bool:
        """Make what is not made yet, resting as long as it works where nobody asks for it."""
        if not self._work.is_open or (monotonic() < self._settles_at and not self._work.is_asked):
            self._is_ending.wait(_SETTLE_SECONDS / 4)
            return True
        began = monotonic()
        if not self._work.make_ahead():
            self._is_ending.wait(_SETTLE_SECONDS / 4)
        elif not self._work.is_asked:
            self._is_ending.wait(monotonic() - began)
        return True

    def make(self) -> bool:
        """Make some of what is to be made, as of now; False where there is nothing left to do."""
        return self._work.make_asked() or self._work.make_ahead()


class _Told:
    """A block in which a fault is noted under a name rather than raised, and taken back by the next that succeeds."""

    def __init__(self, faults: dict[str, Sentence], name: str, kinds: tuple[type[Exception], ...]) -> None:
        self._faults, self._name, self._kinds = faults, name, kinds
        self.failed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: object, fault: BaseException | None, _trace: object) -> bool:
        if fault is None:
            self._faults.pop(self._name, None)
            return False
        if not isinstance(fault, self._kinds):
            return False
        self.failed = True
        self._faults[self._name] = fault.sentence if isinstance(fault, CoterieError) else sentence("{why}", why=fault)
        return True


def spelled(told: Told, lang: str) -> bytes:
    """A document as it goes out."""
    body, en, zh = told
    return b"%b%b}" % (body, (zh if lang == "zh" else en) or b"[]")
