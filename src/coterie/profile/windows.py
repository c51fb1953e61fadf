"""Spans of time: rolling, calendar, absolute, lifetime. All are half-open and end at or before ``as_of``."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator

from coterie.domain.clock import instant_of, to_local, to_utc
from coterie.domain.durations import AS_WRITTEN, SECONDS, read_duration
from coterie.domain.meanings import ACTIVITY, LINE, ORDER, PLACED, REFUND, UNPAID
from coterie.words import Sentence, joined, sentence, word


def _duration(given: object) -> object:
    return read_duration(given) if isinstance(given, (str, int, float, timedelta)) else given


Duration = Annotated[
    str,
    BeforeValidator(_duration),
    Field(pattern=r"^\d+(s|min|h|d|w|mo|y)$"),
    WithJsonSchema(AS_WRITTEN, mode="validation"),
]
"""A length of time such as ``90d``; ``mo`` and ``y`` are calendar months and years."""

_DURATION_WORDS = {
    "s": "{n} {n|second|seconds}", "min": "{n} {n|minute|minutes}", "h": "{n} {n|hour|hours}", "d": "{n} {n|day|days}",
    "w": "{n} {n|week|weeks}", "mo": "{n} {n|month|months}", "y": "{n} {n|year|years}",
}  # fmt: skip


def split_duration(duration: str) -> tuple[int, str]:
    """The number and unit of a duration.

    >>> split_duration("6mo")
    (6, 'mo')
    """
    found = re.fullmatch(r"(\d+)(s|min|h|d|w|mo|y)", duration)
    if found is None:
        raise ValueError(sentence("{value!r} is no duration; write 90d, 12h, 2w, 6mo or 1y", value=duration))
    return int(found[1]), found[2]


def duration_words(duration: str) -> Sentence:
    """A duration as people say it.

    >>> duration_words("90d")
    '90 days'
    """
    number, unit = split_duration(duration)
    return sentence(_DURATION_WORDS[unit], n=number)


def shift(at: datetime, duration: str, times: int = -1) -> datetime:
    """``at`` moved by ``times`` durations; the ends of time stop the move.

    Months keep the day where there is one, else take the month's last.

    >>> shift(datetime(2024, 3, 31), "1mo")
    datetime.datetime(2024, 2, 29, 0, 0)
    """
    number, unit = split_duration(duration)
    number *= times
    try:
        if unit in SECONDS:
            return at + timedelta(seconds=number * SECONDS[unit])
        month = at.year * 12 + at.month - 1 + number * (12 if unit == "y" else 1)
        year, month = divmod(month, 12)
        return at.replace(year=year, month=month + 1, day=min(at.day, monthrange(year, month + 1)[1]))
    except (OverflowError, ValueError):
        return datetime.min if number < 0 else datetime.max  # noqa: DTZ901 - naive UTC, as stored


def moved(at: datetime, duration: str, zone: str, times: int = -1) -> datetime:
    """The instant ``at`` (naive UTC) moved by ``times`` durations.

    Seconds to weeks are lengths of time, a day being 24 hours. Months and years are those of the
    calendar in ``zone``: the same day and time by its clock, or the month's last day where that is
    missing; what a change of clocks repeats or skips is read as ``to_utc`` says.

    >>> moved(datetime(2024, 2, 29, 20), "1mo", "Asia/Shanghai")
    datetime.datetime(2024, 1, 31, 20, 0)
    """
    number, unit = split_duration(duration)
    if unit in SECONDS or number * times == 0:
        return shift(at, duration, times)
    return to_utc(shift(to_local(at, zone), duration, times), zone)


@dataclass(frozen=True)
class Bounds:
    """``start`` ≤ instant < ``end``; no ``start`` reaches back for ever."""

    start: datetime | None
    end: datetime


Period = Literal["day", "week", "month", "quarter", "year"]


def period_start(at: datetime, period: Period) -> datetime:
    """The first instant of the calendar period around ``at``; weeks begin on Monday.

    >>> period_start(datetime(2024, 5, 17, 9), "quarter")
    datetime.datetime(2024, 4, 1, 0, 0)
    """
    day = at.replace(hour=0, minute=0, second=0, microsecond=0)
    if period == "week":
        return day - timedelta(days=day.weekday())
    if period == "month":
        return day.replace(day=1)
    if period == "quarter":
        return day.replace(month=3 * ((day.month - 1) // 3) + 1, day=1)
    return day.replace(month=1, day=1) if period == "year" else day


_STEP: dict[str, str] = {"day": "1d", "week": "1w", "month": "1mo", "quarter": "3mo", "year": "1y"}

During = Literal[
    "today", "yesterday", "this_week", "last_week", "this_month", "last_month",
    "this_quarter", "last_quarter", "this_year", "last_year",
]  # fmt: skip

_DURING_WORDS: dict[str, str] = {name: name.replace("_", " ") for name in During.__args__}  # type: ignore[attr-defined]


class Windowed(BaseModel):
    """The span of time whose events are looked at; nothing given means a lifetime.

    ``as_of`` is the instant that is asked for: now, unless said otherwise. Events at or after it never count.

    ``within`` 90d is [as_of - 90d, as_of): an event exactly 90 days old counts, one at
    ``as_of`` itself does not. A day is 24 hours, also where clocks change; months and years are those of the workspace's
    calendar, so that 1mo before 31 March, 09:00, is the last of February, 09:00, by its clock. ``until`` 30d ends the span
    30 days before ``as_of``: an event exactly 30 days old does not count. Both together are the span between:
    ``{within: 180d, until: 90d}`` are the 90 days before the last 90.

    ``during`` is a calendar period in the workspace's zone: ``this_…`` begins with the period and ends at ``as_of``,
    ``last_…`` and ``yesterday`` are the whole period before. Days begin at midnight, weeks on Monday, quarters in January, April, July and October.
    It does not go with ``within`` or ``until``.

    ``since`` (counted) and ``before`` (not counted) are fixed instants; a date is its midnight, and a date or an instant without an offset is read in
    the workspace's zone. They go with all others: what lies in every span counts. A time that the clock shows twice, as summer time ends,
    means the first; one that it skips is read as if the clock had not been put forward yet, so that 02:30 is 03:30.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    within: Duration | None = Field(
        None, description="Rolling: how far back from as_of, such as 90d; that edge counts."
    )
    until: Duration | None = Field(
        None, description="How long before as_of the window ends, such as 30d; that edge does not count."
    )
    during: During | None = Field(
        None, description="A calendar period around as_of, in the workspace's zone; not beside within or until."
    )
    since: datetime | date | None = Field(
        None, description="Fixed first instant, counted; a date is its midnight in the workspace's zone."
    )
    before: datetime | date | None = Field(
        None, description="Fixed end, not counted; a date is its midnight, so that day is out."
    )

    @model_validator(mode="after")
    def _one_kind(self) -> Windowed:
        if self.during and (self.within or self.until):
            raise ValueError("a window is either rolling (within, until) or a calendar period (during), not both")
        return self

    def bounds(self, as_of: datetime, zone: str = "UTC") -> Bounds:
        """The span as seen at ``as_of``; it may be empty, never reversed."""
        start: datetime | None = None
        end = as_of
        if self.within:
            start = moved(as_of, self.within, zone)
        if self.until:
            end = moved(as_of, self.until, zone)
        if self.during:
            start, end = _calendar(self.during, as_of, zone)
        if self.since is not None:
            start = max(filter(None, [start, instant_of(self.since, zone)]))
        if self.before is not None:
            end = min(end, instant_of(self.before, zone))
        return Bounds(start, end if start is None else max(start, end))

    def window_words(self) -> Sentence:
        """The span as people say it; empty for a lifetime."""
        parts = []
        if self.within and self.until:
            parts.append(
                sentence(
                    "between {from_} and {to} ago",
                    from_=duration_words(self.within),
                    to=duration_words(self.until),
                )
            )
        elif self.within:
            parts.append(sentence("in the last {duration}", duration=duration_words(self.within)))
        elif self.until:
            parts.append(sentence("more than {duration} ago", duration=duration_words(self.until)))
        if self.during:
            parts.append(sentence(_DURING_WORDS[self.during]))
        if self.since is not None:
            parts.append(sentence("since {at}", at=self.since))
        if self.before is not None:
            parts.append(sentence("before {at}", at=self.before))
        return joined(parts, " ")


_NOUNS = {
    ORDER: ("orders", "order"),
    REFUND: ("returns and cancellations", "return or cancellation"),
    PLACED: ("orders placed", "order placed"),
    UNPAID: ("orders not paid", "order not paid"),
    LINE: ("purchased lines", "purchased line"),
    ACTIVITY: ("activities", "activity"),
    "Product Viewed": ("product views", "product view"),
    "Product Added": ("additions to a cart", "addition to a cart"),
    "Campaign Contacted": ("campaign contacts", "campaign contact"),
    "Coupon Redeemed": ("coupon redemptions", "coupon redemption"),
    "Message Sent": ("messages sent", "message sent"),
    "Message Opened": ("messages opened", "message opened"),
    "Message Clicked": ("messages clicked", "message clicked"),
    "Survey Answered": ("survey answers", "survey answer"),
    "Ticket Opened": ("service tickets", "service ticket"),
}


_EVENTS = {
    (False, False): "{noun}",
    (False, True): "{noun} {window}",
    (True, False): "{noun} with {conditions}",
    (True, True): "{noun} with {conditions} {window}",
}
"""By whether there are filters, and a window."""


def events_words(event: str, filters: Iterable[str], window: str, *, one: bool = False) -> Sentence:
    """Events with their filters and window, as people say them.

    >>> events_words("Order Completed", ["store = Oslo"], "in the last 90 days")
    'orders with store = Oslo in the last 90 days'
    """
    noun = word(_NOUNS[event][one], "event") if event in _NOUNS else Sentence(event)
    conditions = joined(filters, " and ", sense="")
    told = _EVENTS[bool(conditions), bool(window)]
    return sentence(told, noun=noun, conditions=conditions, window=window)


def _calendar(during: During, as_of: datetime, zone: str) -> tuple[datetime, datetime]:
    if during in {"today", "yesterday"}:
        period: Period = "day"
    else:
        period = during.partition("_")[2]  # type: ignore[assignment]
    first = period_start(to_local(as_of, zone), period)
    if during == "yesterday" or during.startswith("last_"):
        return to_utc(shift(first, _STEP[period]), zone), to_utc(first, zone)
    return to_utc(first, zone), as_of
