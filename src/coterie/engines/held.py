"""Which process has the file of a database open: a lock of our own beside the database's.

The database's lock is POSIX's, which ends as soon as the process closes any other handle of that file, as copying it
for a backup does. Ours is on a file beside it, and ends with the process, however that ends.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import sleep

from coterie.errors import WorkspaceLocked
from coterie.words import Sentence, sentence

_TRIES, _PAUSE_SECONDS = 5, 0.02
"""Whoever only asks holds the lock for an instant."""


@dataclass
class _Held:
    handle: int
    times: int


_HERE: dict[Path, _Held] = {}
"""Lock → what this process holds of it; whoever only tries to open a file again holds it for a moment too."""

_GUARD = threading.Lock()


def hold(file: Path) -> Callable[[], None]:
    """Hold ``file`` for this process; hands back what lets go of it. Raises ``WorkspaceLocked`` while another holds it."""
    lock = _lock_of(file)
    with _GUARD:
        if lock in _HERE:
            _HERE[lock].times += 1
        else:
            try:
                handle = _locked(lock)
            except (ImportError, OSError):  # the database itself says what is wrong with its folder
                return lambda: None
            if handle is None:
                raise in_use(file, _number_in(lock))
            os.truncate(handle, 0)
            os.pwrite(handle, str(os.getpid()).encode(), 0)
            _HERE[lock] = _Held(handle, 1)
    is_held = [True]

    def let_go() -> None:
        with _GUARD:
            if is_held and is_held.pop() and (held := _HERE.get(lock)) is not None:
                held.times -= 1
                if not held.times:
                    os.close(_HERE.pop(lock).handle)

    return let_go


def holder_of(file: Path) -> int | None:
    """The process that holds ``file``, where that is another; None where nobody does."""
    lock = _lock_of(file)
    with _GUARD:
        if lock in _HERE or not lock.exists():
            return None
        try:
            handle = _locked(lock, tries=1)
        except (ImportError, OSError):
            return None
    if handle is None:
        return _number_in(lock)
    os.close(handle)
    return None


def _lock_of(file: Path) -> Path:
    return file.resolve().with_suffix(".lock")


def _locked(lock: Path, tries: int = _TRIES) -> int | None:
    """A handle that has the lock; None where another process has it."""
    import fcntl

    handle = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    for left in range(tries, 0, -1):
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if left > 1:
                sleep(_PAUSE_SECONDS)
        else:
            return handle
    os.close(handle)
    return None


def _number_in(lock: Path) -> int | None:
    with suppress(OSError, ValueError):
        return int(lock.read_text("ascii"))
    return None


def _forget() -> None:
    """In a process that was forked: the lock is the parent's."""
    for held in _HERE.values():
        os.close(held.handle)
    _HERE.clear()


os.register_at_fork(after_in_child=_forget)


def in_use(file: Path | None, number: int | None) -> WorkspaceLocked:
    """What is said where the process of that ``number`` holds ``file``."""
    if number == os.getpid():
        return WorkspaceLocked(
            sentence(
                "this workspace is open in this process already; go on with that one, or close it first by its close() ({file})",
                file=file,
            )
        )
    who = Sentence("another process") if number is None else _process(number)
    return WorkspaceLocked(
        sentence(
            "this workspace is in use by {who}; wait until it has finished, or end it, and try again ({file})",
            who=who,
            file=file,
        )
    )


def _process(number: int) -> Sentence:
    """The process and what it runs, where the system tells."""
    try:
        words = Path(f"/proc/{number}/cmdline").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return sentence("process {number}", number=number)
    names = [Path(word).name for word in words[:2]]
    shown = " ".join(["coterie", *words[2:4]] if "coterie" in names else names[:1]).strip()
    return sentence("process {number} ({command})", number=number, command=shown)
