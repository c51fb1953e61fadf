"""The workspace a command works on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from coterie.domain import utc_now
from coterie.domain.zones import instant_of
from coterie.errors import Refused
from coterie.words import sentence
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
    """``text`` as an instant, read by the clock in ``zone``; refused in one sentence when it is none.

    It carries its offset, so that nobody reads it by that clock a second time.

    >>> instant("2011-09-01", "Asia/Shanghai").isoformat()
    '2011-08-31T16:00:00+00:00'
    """
    return None if text is None else instant_of(text, zone).replace(tzinfo=UTC)


def as_of_instant(text: str | None, ws: Workspace, *, yes: bool) -> datetime | None:
    """``text`` as the instant to compute for in ``ws``; one that is yet to come is refused unless ``yes``."""
    at = instant(text, ws.settings.timezone)
    if at is not None and at > utc_now().replace(tzinfo=UTC) and not yes:
        raise Refused(
            sentence(
                "{text} is yet to come, so what happens until then would be missing; --yes computes for it anyway",
                text=text,
            )
        )
    return at
