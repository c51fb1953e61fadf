"""A workspace that another process holds: the same face, every call asked of that process."""

from __future__ import annotations

import inspect
import socket
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from functools import cache, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from coterie import __version__
from coterie.domain import who_acts
from coterie.errors import CoterieError, Refused, Transient
from coterie.words import sentence
from coterie.workspace.remote.coding import PathText, SpeltPaths, packed, unpacked
from coterie.workspace.remote.wire import is_own, receive, send, socket_of
from coterie.workspace.rooms import Room
from coterie.workspace.workspace import Workspace

if TYPE_CHECKING:
    from coterie.settings import Locale, WorkspaceSettings

_HERE = frozenset({"answer", "write_frame", "close"})
"""Methods of a workspace that need none of its stores."""

_SPECIAL = ("__getitem__", "__iter__", "__len__", "__contains__")
_HELLO_SECONDS, _GIVE_UP_SECONDS = 5.0, 30.0


class _Session:
    """Where to ask: a connection for each thread, since each waits for its own answer."""

    def __init__(self, folder: Path, lang: Locale | None) -> None:
        self.folder, self.lang = folder, lang
        self._place = socket_of(folder)
        self._own = threading.local()
        self._open: set[socket.socket] = set()
        self.connection()

    def connection(self) -> socket.socket:
        """That of this thread; raises ``OSError`` where nobody answers."""
        found = getattr(self._own, "connection", None)
        if found is None:
            found = self._own.connection = _greeted(self._place)
            self._open.add(found)
        return cast("socket.socket", found)

    def drop(self) -> None:
        """Let go of this thread's connection."""
        found = self._own.__dict__.pop("connection", None)
        if found is not None:
            self._open.discard(found)
            found.close()

    def close(self) -> None:
        """Let go of all."""
        while self._open:
            self._open.pop().close()
        self._own = threading.local()

    def ask(
        self, steps: Sequence[tuple[str, object]], name: str, args: Sequence[object], kwargs: dict[str, object]
    ) -> object:
        """What the member ``name`` of the room at ``steps`` answers there; raises what it raises."""
        watcher = kwargs.pop("progress", None)
        asked = (str(self.folder), self.lang, list(steps), name, list(args), kwargs, who_acts(), watcher is not None)
        raw = packed(asked, SpeltPaths(around=Path.cwd()))
        try:
            send(self.connection(), raw)
            return self._answered(watcher)
        except KeyboardInterrupt:
            self._give_up()
            raise
        except OSError as fault:
            if isinstance(fault, ConnectionError | socket.timeout) or fault.filename is None:
                self.drop()
                raise _gone() from fault
            raise

    def _answered(self, watcher: Any) -> Any:
        while True:
            reply = receive(self.connection())
            if reply is None:
                raise ConnectionError("nobody answers")
            kind, *told = cast("tuple[Any, ...]", unpacked(reply))
            if kind == "told":
                getattr(watcher, told[0])(*told[1])
            elif kind == "fault":
                raise told[0]
            else:
                return told[0]

    def _give_up(self) -> None:
        """Say so, and wait until what ran there has been stopped."""
        with suppress(OSError):
            connection = self.connection()
            connection.settimeout(_GIVE_UP_SECONDS)
            send(connection, b"")
            while receive(connection) is not None:
                pass
        self.drop()


def _greeted(place: Path) -> socket.socket:
    """A connection to who listens at ``place``; raises ``OSError`` where nobody answers, ``Refused`` where that is another Coterie."""
    found = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        found.settimeout(_HELLO_SECONDS)
        found.connect(str(place))
        hello = receive(found) if is_own(found) else None
        found.settimeout(None)
    except BaseException:
        found.close()
        raise
    version = cast("tuple[str, str, int]", unpacked(hello))[1] if hello else None
    if version == __version__:
        return found
    found.close()
    if version is None:
        raise ConnectionError("nobody answers")
    raise Refused(
        sentence(
            "the server that has this workspace open is of Coterie {version}, this is {own}; start it again",
            version=version,
            own=__version__,
        )
    )


def _gone() -> Transient:
    return Transient(
        sentence(
            "the server that had this workspace open ended before it answered; what it had committed stays. "
            "Look with `coterie status`, and do it again where it is missing"
        )
    )


class _Afar:
    """What a room in another process has here: whom to ask, and the way to it."""

    _session: _Session
    _steps: tuple[tuple[str, object], ...]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return _made(self, self._session.ask(self._steps, name, (), {}), ("attr", name))


def _made(room: Any, answer: Any, step: tuple[str, object]) -> Any:
    kind, found = answer
    return _room(found, room._session, (*room._steps, step)) if kind == "room" else found  # noqa: SLF001 - one of ours


def _room(kind: type, session: _Session, steps: tuple[tuple[str, object], ...]) -> Any:
    made: Any = object.__new__(_afar(kind))
    vars(made).update(_session=session, _steps=steps)
    return made


@cache
def _afar(kind: type) -> type:
    """The class of rooms like ``kind`` whose public methods are asked from afar."""
    members: dict[str, Any] = {
        "__doc__": kind.__doc__,
        "__module__": kind.__module__,
        "__qualname__": kind.__qualname__,
    }
    for name, member in inspect.getmembers_static(kind):
        if isinstance(member, Room):
            members[name] = property(_visit(name, member))
        elif isinstance(member, property):
            members[name] = property(_get(name), doc=member.__doc__)
        elif inspect.isfunction(member) and _is_asked_there(name, member):
            members[name] = _call(name, member)
    return type(kind.__name__, (_Afar, kind), members)


def _is_asked_there(name: str, member: Callable[..., Any]) -> bool:
    """Whether a method needs what is in the other process; those of a mapping make do with the others."""
    is_public = not name.startswith("_") or name in _SPECIAL
    return is_public and name not in _HERE and member.__module__.startswith("coterie.")


def _visit(name: str, room: Room[Any]) -> Callable[[Any], Any]:
    return lambda here: _room(room.kind, here._session, (*here._steps, ("attr", name)))  # noqa: SLF001


def _get(name: str) -> Callable[[Any], Any]:
    return lambda here: _made(here, here._session.ask(here._steps, name, (), {}), ("attr", name))  # noqa: SLF001


def _call(name: str, method: Callable[..., Any]) -> Callable[..., Any]:
    paths = _paths_of(method)

    @wraps(method)
    def _asked(here: Any, *args: Any, **kwargs: Any) -> Any:
        signature = inspect.signature(method)
        try:
            signature.bind(here, *args, **kwargs)
        except TypeError as fault:
            raise TypeError(f"{name}() {fault}") from None
        names = list(signature.parameters)[1:]
        given = [
            _handed(each, is_path=places < len(names) and names[places] in paths) for places, each in enumerate(args)
        ]
        named = {
            key: each if key == "progress" else _handed(each, is_path=key in paths) for key, each in kwargs.items()
        }
        step = ("item", args[0]) if name == "__getitem__" else ("attr", name)
        found = _made(here, here._session.ask(here._steps, name, given, named), step)  # noqa: SLF001
        return iter(found) if name == "__iter__" else found

    return _asked


@cache
def _paths_of(method: Callable[..., Any]) -> frozenset[str]:
    """The parameters that may be paths."""
    told = {name: str(each.annotation) for name, each in inspect.signature(method).parameters.items()}
    return frozenset(name for name, each in told.items() if "Path" in each or "Loadable" in each)


def _handed(value: Any, *, is_path: bool) -> Any:
    if is_path and isinstance(value, str):
        return PathText(value)
    if isinstance(value, Iterator) or (
        isinstance(value, Iterable)
        and type(value).__module__ == "builtins"
        and not isinstance(value, str | bytes | Mapping | Sequence | AbstractSet)
    ):
        return list(value)
    return value


class _WorkspaceAfar(_Afar):
    """What a workspace does here itself."""

    def close(self) -> None:
        """Let go of the connection; the workspace stays open where it is."""
        self._session.close()


def open_afar(folder: Path, settings: WorkspaceSettings, lang: Locale | None = None) -> Workspace | None:
    """The workspace that another process has open in ``folder``; None where that answers nobody."""
    try:
        session = _Session(folder, lang)
    except (OSError, CoterieError) as fault:
        if isinstance(fault, Refused):
            raise
        return None
    kind = type(
        "Workspace",
        (_WorkspaceAfar, _afar(Workspace)),
        {"__module__": Workspace.__module__, "__doc__": Workspace.__doc__},
    )
    made: Any = object.__new__(kind)
    vars(made).update(_session=session, _steps=(), folder=folder, settings=settings)
    return cast("Workspace", made)
