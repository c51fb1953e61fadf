"""Which files can be read to their end."""

from __future__ import annotations

from pathlib import Path

_MADE_BY_THE_SYSTEM = {("/", "proc"), ("/", "sys")}


def is_plain(file: Path) -> bool:
    """Whether ``file`` holds bytes of its own: no folder, pipe or device, nor what a system makes as it is read.

    Reading another may wait for ever, as ``/proc/kmsg`` does, or never come to an end.

    >>> is_plain(Path(__file__)), is_plain(Path("/proc/version")), is_plain(Path("/dev/zero"))
    (True, False, False)
    """
    return file.is_file() and file.resolve().parts[:2] not in _MADE_BY_THE_SYSTEM
