"""The workspace a command works on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from coterie.domain.zones import to_utc
from coterie.errors import Refused
from coterie.workspace import Brakes, Workspace, find_workspace, open_brakes, open_workspace


@contextmanager
def workspace(folder: Path | None) -> Iterator[Workspace]:
    """The workspace in ``folder``, or around the current folder; closed at the end."""
    opened = open_workspace(find_workspace(folder))
    try:
        yield opened
    finally:
        opened.close()


@contextmanager
def brakes(folder: Path | None) -> Iterator[Brakes]:
    """The brakes of the workspace in ``folder``, or around the current folder, even while it is open elsewhere."""
    with open_brakes(find_workspace(folder)) as stop:
        yield stop


def instant(text: str | None, zone: str) -> datetime | None:
    """``text`` as a naive UTC instant, read by the clock in ``zone``; refused in one sentence when it is none.

    >>> instant("2011-09-01", "Asia/Shanghai")
    datetime.datetime(2011, 8, 31, 16, 0)
    """
    if text is None:
        return None
    try:
        return to_utc(datetime.fromisoformat(text), zone)
    except ValueError:
        raise Refused(f"{text!r} is not an instant; write it like 2011-09-01") from None
