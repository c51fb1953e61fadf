"""Whether another process has the file of a database open, asked without opening it."""

from __future__ import annotations

import struct
import sys
from pathlib import Path

from coterie.errors import WorkspaceLocked
from coterie.words import Sentence, sentence

_FLOCK = "hhqqi4x" if sys.platform.startswith("linux") else "qqihh"
"""How the system lays out ``struct flock``: type, whence, start, length and process; elsewhere start comes first."""


def holder_of(file: Path) -> int | None:
    """The process that holds the lock on ``file``; None where nobody does, or the system does not tell.

    The lock is the system's, so that of a process that was killed is gone with it.
    """
    try:
        import fcntl

        with file.open("rb") as opened:
            asked = struct.pack(_FLOCK, *_ordered(fcntl.F_WRLCK, 0))
            kind, number = _read(struct.unpack(_FLOCK, fcntl.fcntl(opened, fcntl.F_GETLK, asked)))
    except (ImportError, OSError):
        return None
    return None if kind == fcntl.F_UNLCK else number


def _ordered(kind: int, number: int) -> tuple[int, ...]:
    return (kind, 0, 0, 0, number) if sys.platform.startswith("linux") else (0, 0, number, kind, 0)


def _read(found: tuple[int, ...]) -> tuple[int, int]:
    return (found[0], found[4]) if sys.platform.startswith("linux") else (found[3], found[2])


def in_use(file: Path | None, number: int | None) -> WorkspaceLocked:
    """What is said where the process of that ``number`` holds ``file``."""
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
