"""What of the profile documents is there, what is to be made, and the making of it."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice

import pyarrow as pa

from coterie.engines import Engine
from coterie.store.document_rows import DocumentRow, DocumentRows
from coterie.workspace.known_names import KnownNames, read_names, read_namespaces

_BLOCK = 1_000
"""Numbers that are made together: to look through the tables for a thousand costs three times what it does for one."""
_BLOCKS_AT_ONCE = 5
_MOST_BLOCKS = 250
"""Blocks that are made ahead of being asked for: those of further people are when somebody of them is asked for."""
_MOST_AT_ONCE, _MOST_WAITING = 1_000, 1_000
_PUT_AT_ONCE = 250
_MOST_BYTES = 8 << 30
_EVERYBODY = None

Row = tuple[bytes, bytes | None, bytes | None]
Waiting = Future[Row | None]


@dataclass
class _Making:
    """Something is being made; what changes touched meanwhile must not be kept."""

    rows: DocumentRows
    spoiled: set[int] | None = field(default_factory=set)


class DocumentWork:
    """The rows of documents and names, and what is to be made of them; any thread may call, two make."""

    def __init__(self, engine: Engine, country: Callable[[], str], opened: Callable[[], DocumentRows]) -> None:
        self._engine, self._opened = engine, opened
        self._lock = threading.Lock()
        self._rows: DocumentRows | None = None
        self._is_empty = True
        self._under_way: list[_Making] = []
        self._names = KnownNames(country)
        self._waiting: dict[int, list[Waiting]] = {}
        self._again: dict[int, None] = {}
        self._made: set[int] = set()
        self._blocks: dict[int, None] = {}
        self._top: int | None = None
        """The last block that anybody is in; None while that is not known."""

    @property
    def is_open(self) -> bool:
        """Whether there are rows to find anything in."""
        return self._rows is not None

    @property
    def is_awaited(self) -> bool:
        """Whether anybody waits for a document."""
        return bool(self._waiting)

    @property
    def is_asked(self) -> bool:
        """Whether somebody asked for documents that are not made yet."""
        return bool(self._blocks)

    def size(self) -> int:
        """Bytes on the disk."""
        rows = self._rows
        return 0 if rows is None else rows.size()

    def found(self, number: int) -> Row | None:
        """The document of the profile of that number; where there is none, it is noted that somebody asked."""
        rows = self._rows
        found = None if rows is None else rows.read(number)
        if found is None and number // _BLOCK not in self._made:
            with self._lock:
                self._blocks[number // _BLOCK] = None
        return found

    def number(self, key: str, *, is_quick: bool) -> int | None:
        """Whom ``key`` names, as ``KnownNames.number`` has it."""
        rows = self._rows
        return None if rows is None else self._names.number(rows, key, is_quick=is_quick)

    def awaited(self, number: int) -> Waiting | None:
        """A document that is to be made; None where too many wait already."""
        with self._lock:
            if self._rows is None or len(self._waiting) >= _MOST_WAITING:
                return None
            self._waiting.setdefault(number, []).append(found := Waiting())
        return found

    def give_up(self) -> None:
        """Whoever waits is to ask the warehouse."""
        with self._lock:
            waiting, self._waiting = self._waiting, {}
        _tell(waiting, {})

    def forget(self, touched: frozenset[int]) -> None:
        """Away with what there is of these profiles; they are made again where they were."""
        with self._lock:
            for each in self._under_way:
                if each.spoiled is not _EVERYBODY:
                    each.spoiled |= touched
            self._again |= dict.fromkeys(each for each in touched if each // _BLOCK in self._made)
            self._names.waiting |= touched
            self._top = None
            try:
                if self._rows is not None:
                    self._rows.drop(touched)
            except sqlite3.Error:
                self._begin()

    def renew(self) -> None:
        """Begin with nothing."""
        with self._lock:
            self._begin()

    def _begin(self) -> None:
        for each in self._under_way:
            each.spoiled = _EVERYBODY
        self._blocks, self._again, self._top = {}, {}, None
        self._names.forget()
        self._made = set()
        if self._rows is not None and self._is_empty:
            return
        former, self._rows = self._rows, None
        if former is not None:
            former.close()
        self._rows, self._is_empty = self._opened(), True

    def close(self) -> None:
        """Let go of the rows, and of whoever waits."""
        with self._lock:
            former, self._rows = self._rows, None
            if former is not None:
                former.close()
        self.give_up()

    def make_asked(self) -> bool:
        """Make what is waited for and what was touched, and read what names those; False where there is nothing of it to do."""
        with self._lock:
            waiting = dict(islice(self._waiting.items(), _MOST_AT_ONCE))
            again = list(islice(self._again, _MOST_AT_ONCE - len(waiting)))
            self._waiting = {each: who for each, who in self._waiting.items() if each not in waiting}
            self._again = dict.fromkeys(each for each in self._again if each not in set(again))
            is_named = not self._names.is_whole or not self._names.waiting
        told: Mapping[int, Row] = {}
        try:
            if waiting or again:
                told = self._make([*waiting, *again], waiting)
        finally:
            _tell(waiting, told)
        if not is_named:
            self._read_names()
        return bool(waiting or again or not is_named)

    def make_ahead(self) -> bool:
        """Read what names everybody, then make blocks of documents, first those of whom somebody was asked for; False where all are there."""
        with self._lock:
            if self._rows is None:
                return False
            is_named = self._names.is_whole
        if not is_named:
            self._read_names()
            return True
        with self._lock:
            blocks = list(islice(self._blocks, _BLOCKS_AT_ONCE)) or self._further()
            self._blocks = dict.fromkeys(each for each in self._blocks if each not in blocks)
        if not blocks:
            return False
        numbers = [number for block in blocks for number in range(block * _BLOCK, (block + 1) * _BLOCK)]
        self._make(numbers, (), blocks)
        return True

    def _further(self) -> list[int]:
        if self._top is None:
            found = self._engine.query("SELECT coalesce(max(identifier_id), -1) AS last FROM identifiers")
            self._top = int(found["last"][0].as_py()) // _BLOCK
        wanted = (each for each in range(min(self._top + 1, _MOST_BLOCKS)) if each not in self._made)
        return list(islice(wanted, _BLOCKS_AT_ONCE))

    @contextmanager
    def _making(self) -> Iterator[_Making | None]:
        """Something is made as of now; None where there is nowhere to keep it."""
        with self._lock:
            making = None if self._rows is None else _Making(self._rows)
            if making:
                self._under_way.append(making)
        try:
            yield making
        finally:
            if making:
                with self._lock:
                    self._under_way.remove(making)

    def _make(self, numbers: Iterable[int], asked: Collection[int], blocks: Sequence[int] = ()) -> Mapping[int, Row]:
        """Make the documents of the profiles of these numbers; what is told of those ``asked`` for."""
        from coterie.workspace.written_people import (
            write_people,
        )  # with all that it needs, a server would be open later

        documents: dict[int, Row] = {}
        engine = self._engine
        with self._making() as making, engine.reading():
            wanted = engine.aside("wanted", _number_table(numbers))
            profiles: dict[int, int] = {}
            if asked:
                found = engine.query(_NUMBERS.format(wanted))
                numbered = dict(zip(*(column.to_pylist() for column in found.columns), strict=True))
                profiles = {number: numbered.get(number, number) for number in asked}
            for part in write_people(engine, engine.aside("people", _PEOPLE.format(wanted=wanted))):
                if profiles:
                    documents |= {number: (body, en, zh) for number, body, en, zh in part}
                self._keep(making, part)
            self._finish(making, blocks)
        return {number: documents[profile] for number, profile in profiles.items() if profile in documents}

    def _keep(self, making: _Making | None, part: Sequence[DocumentRow]) -> None:
        """Keep what no change touched since it was read."""
        for start in range(0, len(part), _PUT_AT_ONCE):
            with self._lock:  # let go of in between, since who asks for a document waits for it
                if making is None or making.spoiled is _EVERYBODY:
                    return
                self._is_empty = False
                making.rows.put(each for each in part[start : start + _PUT_AT_ONCE] if each[0] not in making.spoiled)

    def _finish(self, making: _Making | None, blocks: Sequence[int]) -> None:
        """Note what was made; whoever was touched meanwhile is made again."""
        with self._lock:
            if making is None or making.spoiled is _EVERYBODY:
                return
            spoiled = making.spoiled
            self._made.update(blocks)
            # Whoever was asked for while they were made is there now.
            self._blocks = dict.fromkeys(each for each in self._blocks if each not in blocks)
            self._again |= dict.fromkeys(number for number in spoiled if number // _BLOCK in self._made)
            if making.rows.size() > _MOST_BYTES:
                self._begin()

    def _read_names(self) -> None:
        """Read what names everybody, or, once that is there, profiles that were touched since."""
        engine = self._engine
        with self._making() as making, engine.reading():
            if making is None:
                return
            with self._lock:
                is_whole, touched = self._names.is_whole, set(self._names.waiting)
            namespaces = read_namespaces(engine)
            people = engine.aside("people", pa.table({"profile_id": pa.array(touched, pa.int64())})) if is_whole else ""
            for part in read_names(engine, people):
                with self._lock:
                    if making.spoiled is _EVERYBODY:
                        return
                    self._is_empty = False
                    making.rows.put_names(each for each in part if each[0] not in making.spoiled)
            with self._lock:
                if making.spoiled is not _EVERYBODY:
                    self._names.have(namespaces, touched - making.spoiled)


def _tell(waiting: Mapping[int, Sequence[Waiting]], told: Mapping[int, Row]) -> None:
    for number, futures in waiting.items():
        for each in futures:
            if each.set_running_or_notify_cancel():
                each.set_result(told.get(number))


_NUMBERS = "SELECT identifier_id, profile_id FROM identifiers SEMI JOIN {0} ON identifier_id = number"
_PEOPLE = f"""
    SELECT DISTINCT profile_id FROM ({_NUMBERS.format("{wanted}")})
    SEMI JOIN (SELECT identifier_id FROM identifiers WHERE identifier_id = profile_id) AS own ON own.identifier_id = profile_id"""


def _number_table(numbers: Iterable[int]) -> pa.Table:
    return pa.table({"number": pa.array(numbers, pa.int64())})
