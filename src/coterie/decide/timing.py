"""When contacts may be made: windows of frequency caps and quiet hours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from coterie.decide.campaign import FrequencyCap, QuietHours


def window_start(cap: FrequencyCap, now: datetime, timezone: str) -> datetime:
    """The first instant (naive UTC) whose contacts count under ``cap`` at ``now``.

    >>> window_start(FrequencyCap(times=1, per="day"), datetime(2026, 3, 10, 20), "Asia/Shanghai")
    datetime.datetime(2026, 3, 10, 16, 0)
    """
    if cap.within is not None:
        return now - cap.within
    local = _local(now, timezone).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    if cap.per == "week":
        local -= timedelta(days=local.weekday())
    elif cap.per == "month":
        local = local.replace(day=1)
    return _utc(local)


def quiet_until(quiet: QuietHours | None, now: datetime, timezone: str) -> datetime | None:
    """When the quiet hours around ``now`` end (naive UTC), or None outside them.

    Start is quiet, end is not. In the hour that a clock repeats, both passes count as the
    same time of day.

    >>> from datetime import time
    >>> quiet_until(QuietHours(start=time(21), end=time(8)), datetime(2026, 3, 10, 23), "UTC")
    datetime.datetime(2026, 3, 11, 8, 0)
    """
    if quiet is None:
        return None
    local = _local(now, timezone)
    of_day = local.time().replace(tzinfo=None, fold=0)
    passes_midnight = quiet.start > quiet.end
    is_quiet = of_day >= quiet.start or of_day < quiet.end if passes_midnight else quiet.start <= of_day < quiet.end
    if not is_quiet:
        return None
    day = local.date() + timedelta(days=1 if passes_midnight and of_day >= quiet.start else 0)
    ends = _utc(datetime.combine(day, quiet.end, local.tzinfo).replace(fold=1))
    # Where clocks jump over the end, the first instant after it; never one that has passed.
    return ends if ends > now else now + timedelta(minutes=1)


def _local(instant: datetime, timezone: str) -> datetime:
    return instant.replace(tzinfo=UTC).astimezone(ZoneInfo(timezone))


def _utc(local: datetime) -> datetime:
    return local.astimezone(UTC).replace(tzinfo=None)
