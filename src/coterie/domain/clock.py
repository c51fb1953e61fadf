"""Where the present comes from, and clocks on the wall: instants are stored as naive UTC, calendars are those of the workspace's zone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from coterie.errors import Refused
from coterie.words import sentence

Clock = Callable[[], datetime]
"""Returns the present as a naive datetime in UTC, as every ``_at`` column holds it."""


def utc_now() -> datetime:
    """The present, naive, in UTC."""
    return datetime.now(UTC).replace(tzinfo=None)


def to_local(at: datetime, zone: str) -> datetime:
    """What the clock in ``zone`` shows (naive) at an instant, given as naive UTC or with an offset.

    >>> to_local(datetime(2024, 7, 1, 20), "Asia/Shanghai")
    datetime.datetime(2024, 7, 2, 4, 0)
    """
    aware = at if at.tzinfo is not None else at.replace(tzinfo=UTC)
    try:
        return aware.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    except OverflowError:
        return at.replace(tzinfo=None)


Instant = datetime | date | str
"""What a person may give for an instant: ``instant_of`` reads it."""


def instant_of(at: Instant, zone: str) -> datetime:
    """The instant (naive UTC) that a person means by ``at``: with an offset, as it says; without, by the clock in ``zone``.

    A date is its first instant there; text is ISO 8601. The command line, Python and files all read instants so.
    Raises ``Refused`` for other text.

    >>> instant_of(date(2024, 7, 2), "Asia/Shanghai")
    datetime.datetime(2024, 7, 1, 16, 0)
    >>> instant_of("2024-07-02T10:00+02:00", "Asia/Shanghai")
    datetime.datetime(2024, 7, 2, 8, 0)
    """
    if isinstance(at, str):
        try:
            at = datetime.fromisoformat(at.strip())
        except ValueError:
            raise Refused(sentence("{text!r} is not an instant; write it like 2011-09-01", text=at)) from None
    return to_utc(at if isinstance(at, datetime) else datetime(at.year, at.month, at.day), zone)  # noqa: DTZ001


def to_utc(at: datetime, zone: str) -> datetime:
    """The instant (naive UTC) at which the clock in ``zone`` shows ``at``; an offset that ``at`` carries wins.

    An hour that comes twice means the first; one that a change of clocks skips means what the
    clock would have shown, so that a day without a midnight begins with its first instant.

    >>> to_utc(datetime(2024, 7, 2), "Asia/Shanghai")
    datetime.datetime(2024, 7, 1, 16, 0)
    """
    aware = at if at.tzinfo is not None else at.replace(tzinfo=ZoneInfo(zone), fold=0)
    try:
        return aware.astimezone(UTC).replace(tzinfo=None)
    except OverflowError:
        return at.replace(tzinfo=None)
