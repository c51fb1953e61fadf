"""A campaign that repeats: which of its times has come, and the campaign that is launched then."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from coterie.decide.campaign import CampaignDefinition
from coterie.decide.timing import FIRST_CLOCK
from coterie.domain.clock import to_local
from coterie.settings.schedules import Cron

_MARK = "@"
_STAMP = "%Y-%m-%d-%H%M"


def base_name(campaign: str) -> str:
    """What a campaign is defined as, of which ``campaign`` may be one time.

    >>> base_name("news@2026-03-09-0900"), base_name("spring")
    ('news', 'spring')
    """
    return campaign.partition(_MARK)[0]


class CampaignTime(NamedTuple):
    """A time of a campaign: what the clock that it goes by shows then, and the instant (naive UTC) to launch it at."""

    wall: datetime
    due: datetime


def time_come(campaign: CampaignDefinition, since: datetime, now: datetime, timezone: str) -> CampaignTime | None:
    """The last time of ``campaign`` that was due after ``since`` and by ``now`` (naive UTC); None where there is none.

    A campaign without ``repeats`` has one time, due whenever it was put on. Times missed by more than ``late`` are passed
    over, as are those after ``until``.

    >>> news = CampaignDefinition(
    ...     name="news", audience={"everybody": True}, template="hello", repeats={"cron": "0 9 * * 1"}
    ... )
    >>> time_come(news, datetime(2026, 3, 8), datetime(2026, 3, 9, 10), "Europe/Oslo").due
    datetime.datetime(2026, 3, 9, 8, 0)
    """
    repeats = campaign.repeats
    if repeats is None:
        found = _only_time(campaign, timezone)
        return found if found is not None and found.due <= now else None
    cron = Cron.read(repeats.cron)
    found = _time(campaign, cron.latest(*_looked(campaign, now, timezone)), timezone)
    return found if found is not None and since < found.due and now - found.due <= repeats.late else None


def next_time(campaign: CampaignDefinition, now: datetime, timezone: str) -> CampaignTime | None:
    """The next time of ``campaign`` after ``now``, or its only one; None where none comes."""
    if campaign.repeats is None:
        return _only_time(campaign, timezone)
    return _time(campaign, Cron.read(campaign.repeats.cron).after(*_looked(campaign, now, timezone)), timezone)


def _only_time(campaign: CampaignDefinition, timezone: str) -> CampaignTime | None:
    at = campaign.starts_at
    if at is None:
        return None
    return (
        CampaignTime(at, at - FIRST_CLOCK) if campaign.in_zone is not None else CampaignTime(to_local(at, timezone), at)
    )


def _looked(campaign: CampaignDefinition, now: datetime, timezone: str) -> tuple[datetime, str]:
    """Where a crontab is looked at: by the clock that is ahead of all where each person's own counts."""
    return (now, timezone) if campaign.in_zone is None else (now + FIRST_CLOCK, "UTC")


def _time(campaign: CampaignDefinition, found: datetime | None, timezone: str) -> CampaignTime | None:
    """What a crontab found, as a time of the campaign."""
    if found is None:
        return None
    if campaign.in_zone is not None:
        time = CampaignTime(found, found - FIRST_CLOCK)
    else:
        time = CampaignTime(to_local(found, timezone), found)
    until = None if campaign.repeats is None else campaign.repeats.until
    return None if until is not None and time.wall > until else time


def at_time(campaign: CampaignDefinition, wall: datetime) -> CampaignDefinition:
    """The campaign that is launched for ``wall``: of a name and an audience of its own, with the same people left out each time.

    >>> news = CampaignDefinition(
    ...     name="news", audience={"everybody": True}, template="hello", repeats={"cron": "0 9 * * 1"}
    ... )
    >>> at_time(news, datetime(2026, 3, 9, 9)).name
    'news@2026-03-09-0900'
    """
    if campaign.repeats is None:
        return campaign
    changes = {
        "name": f"{campaign.name}{_MARK}{stamp_of(wall)}",
        "salt": campaign.salt or campaign.name,
        "repeats": None,
        "starts_at": wall if campaign.in_zone is not None else None,
    }
    return campaign.model_copy(update=changes)


def stamp_of(wall: datetime) -> str:
    """A time as it stands in the name of what is launched for it."""
    return wall.strftime(_STAMP)


def wall_of(campaign: str) -> datetime | None:
    """The time that ``campaign`` is one of; None where it is none of a campaign that repeats."""
    _, _, stamp = campaign.partition(_MARK)
    return datetime.strptime(stamp, _STAMP) if stamp else None  # noqa: DTZ007 - a clock on the wall
