"""Which files can be read to their end."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from coterie.errors import BadFile
from coterie.words import Sentence

_MADE_BY_THE_SYSTEM = {("/", "proc"), ("/", "sys")}


def is_plain(file: Path) -> bool:
    """Whether ``file`` holds bytes of its own: no folder, pipe or device, nor what a system makes as it is read.

    Reading another may wait for ever, as ``/proc/kmsg`` does, or never come to an end.

    >>> is_plain(Path(__file__)), is_plain(Path("/proc/version")), is_plain(Path("/dev/zero"))
    (True, False, False)
    """
    return file.is_file() and file.resolve().parts[:2] not in _MADE_BY_THE_SYSTEM


def text_of(file: Path, *, most_bytes: int, too_large: Callable[[int], Sentence]) -> str:
    """The text of a file in UTF-8; raises ``BadFile`` where there is none, it holds more than ``most_bytes`` or is no such text."""
    if not is_plain(file):
        raise BadFile("there is no such file; check the path", file=str(file))
    if (size := file.stat().st_size) > most_bytes:
        raise BadFile(too_large(size), file=str(file))
    try:
        return file.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise BadFile("this is not text in UTF-8; save it as UTF-8", file=str(file)) from None
