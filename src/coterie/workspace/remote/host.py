"""The process that holds a workspace answers others: each call in a thread of its own, stopped when who asked gives up."""

from __future__ import annotations

import ctypes
import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, cast

from coterie import __version__
from coterie.domain import acting_as
from coterie.errors import Refused
from coterie.settings import Locale, read_workspace_settings
from coterie.words import sentence
from coterie.workspace.remote.coding import SpeltPaths, packed, unpacked
from coterie.workspace.remote.wire import is_own, listening, receive, send

if TYPE_CHECKING:
    from coterie.workspace.workspace import Workspace

SPECIAL = ("__getitem__", "__iter__", "__len__", "__contains__", "__repr__")
"""What may be asked of a room beside what is public."""

_Asked = tuple[str, Locale | None, list[tuple[str, Any]], str, list[Any], dict[str, Any], str, bool]
"""The folder as the asker spells it and the language, the way to a room, the member and its arguments, who acts, and whether progress is watched."""

_NOT_FROM_AFAR = ("intake", "close")
_WAIT_SECONDS = 5.0


@contextmanager
def answering(ws: Workspace) -> Iterator[None]:
    """Let processes of the same user work in ``ws`` while the block lasts; calls that run at its end are stopped."""
    lines: set[_Line] = set()
    with listening(ws.folder) as listener:

        def accept() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                if is_own(connection):
                    line = _Line(ws, connection, lines.discard)
                    lines.add(line)
                    line.start()
                else:
                    connection.close()

        accepting = threading.Thread(target=accept, name="coterie-door", daemon=True)
        accepting.start()
        try:
            yield
        finally:
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            for line in list(lines):
                line.end()
            for line in list(lines):
                line.join(_WAIT_SECONDS)


class _Told:
    """Progress that is told to who asked."""

    def __init__(self, tell: Callable[[object], None]) -> None:
        self._tell = tell

    def stage(self, name: str, total: int | None = None) -> None:
        """A new stage begins."""
        self._tell(("told", "stage", (name, total)))

    def advance(self, steps: int = 1) -> None:
        """So many steps more are done."""
        self._tell(("told", "advance", (steps,)))


class _Line:
    """One connection: a thread reads what is asked, another answers, so that giving up is heard meanwhile."""

    def __init__(self, ws: Workspace, connection: socket.socket, ended: Callable[[_Line], None]) -> None:
        self._ws, self._connection, self._ended = ws, connection, ended
        self._asked: SimpleQueue[bytes | None] = SimpleQueue()
        self._lock, self._is_busy = threading.Lock(), False
        self._stop: Callable[[], None] = lambda: None
        self._reader = threading.Thread(target=self._read, name="coterie-heard", daemon=True)
        self._worker = threading.Thread(target=self._work, name="coterie-answer", daemon=True)

    def start(self) -> None:
        """Begin to answer."""
        self._reader.start()
        self._worker.start()

    def end(self) -> None:
        """Stop what runs, and let go."""
        with suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)

    def join(self, seconds: float) -> None:
        """Wait until it has ended."""
        self._worker.join(seconds)

    def _read(self) -> None:
        while True:
            try:
                asked = receive(self._connection)
            except OSError:
                asked = None
            if not asked:  # gone, or an empty message: who asked gave up
                self._give_up()
                self._asked.put(None)
                return
            self._asked.put(asked)

    def _give_up(self) -> None:
        """What Ctrl-C does in a process of its own."""
        with self._lock:
            if self._is_busy and self._worker.ident is not None:
                self._stop()
                ctypes.pythonapi.PyThreadState_SetAsyncExc(
                    ctypes.c_ulong(self._worker.ident), ctypes.py_object(KeyboardInterrupt)
                )

    def _tell(self, message: object, places: SpeltPaths | None = None) -> None:
        send(self._connection, packed(message, places))

    def _work(self) -> None:
        with suppress(OSError, KeyboardInterrupt), self._connection:
            self._stop = self._ws._stand.engine.stopper()  # noqa: SLF001 - a part of the workspace
            self._tell(("coterie", __version__, os.getpid()))
            while (asked := self._asked.get()) is not None:
                self._answer(asked)
        self._ended(self)

    def _answer(self, asked: bytes) -> None:
        places = SpeltPaths()
        with self._lock:
            self._is_busy = True
        try:
            try:
                reply: object = ("done", self._found(asked, places))
            finally:
                with self._lock:
                    self._is_busy = False
            raw = packed(reply, places)
        except KeyboardInterrupt:
            raise
        except BaseException as fault:  # noqa: BLE001 - whoever asked is to hear it, and to raise it there
            raw = packed(("fault", fault), places)
        send(self._connection, raw)

    def _found(self, asked: bytes, places: SpeltPaths) -> object:
        folder, lang, steps, name, args, kwargs, actor, is_watched = cast("_Asked", unpacked(asked, places))
        places.spelt.setdefault(str(self._ws.folder), folder)
        if is_watched:
            kwargs["progress"] = _Told(self._tell)
        with acting_as(actor):
            return _handed_over(_asked_of(_reached(_as_asked(self._ws, lang), steps), name, args, kwargs))


def _as_asked(ws: Workspace, lang: Locale | None) -> Workspace:
    """The same stores with the settings as they stand in the file now, told in ``lang``."""
    stand = ws._stand  # noqa: SLF001 - a part of the workspace
    made = type(ws)(ws.folder, read_workspace_settings(ws.folder), stand.engine, stand.ledger, stand.clock, lang)
    made._stand.behind = stand  # noqa: SLF001 - a part of the workspace
    return made


def _reached(thing: Any, steps: list[tuple[str, Any]]) -> Any:
    for kind, name in steps:
        thing = thing[name] if kind == "item" else _member(thing, name)
    return thing


def _member(thing: Any, name: str) -> Any:
    if (name.startswith("_") and name not in SPECIAL) or name in _NOT_FROM_AFAR:
        raise Refused(sentence("{name} is not to be had while a server has the workspace open", name=name))
    return getattr(thing, name)


def _asked_of(thing: Any, name: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
    member = _member(thing, name)
    found = member(*args, **kwargs) if callable(member) else member
    return list(found) if name == "__iter__" or isinstance(found, Iterator) else found


def _handed_over(found: object) -> object:
    """A room is told by its kind, since it stays here; all else goes over."""
    from coterie.workspace.brakes import Brakes

    if hasattr(found, "_stand") or isinstance(found, Brakes):
        return ("room", type(found))
    return ("value", found)
