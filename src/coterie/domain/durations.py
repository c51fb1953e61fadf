"""Lengths of time as people write them, read in one way wherever one is asked for."""

from __future__ import annotations

import re
from datetime import timedelta

from coterie.words import sentence

UNITS = {
    "h": "h", "hour": "h", "hours": "h",
    "d": "d", "day": "d", "days": "d",
    "w": "w", "week": "w", "weeks": "w",
    "mo": "mo", "month": "mo", "months": "mo",
    "y": "y", "year": "y", "years": "y",
    "min": "min", "minute": "min", "minutes": "min",
    "s": "s", "second": "s", "seconds": "s",
}  # fmt: skip
"""How people write a unit of time → the unit."""

SECONDS = {"s": 1, "min": 60, "h": 3600, "d": 86400, "w": 604800}
"""Seconds of each unit that has always as many."""

AS_WRITTEN: dict[str, object] = {
    "type": "string",
    "pattern": r"^\s*[0-9]+\s*[a-zA-Z]+\s*$|^\s*[pP]",
    "examples": ["90d", "12h", "2w", "6mo", "1y", "P90D", "P1M"],
}
"""The JSON Schema of a duration as it may be written."""

FIXED_AS_WRITTEN = AS_WRITTEN | {"examples": ["14d", "12h", "2w", "P14D", "PT12H"]}
"""The same, of one that is no calendar's."""

_ISO = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")

_KEPT = re.compile(r"P(\d+)Y(\d+D)?(T.+)?")
"""How earlier versions kept spans of a year and more."""


def read_duration(given: str | float | timedelta) -> str:
    """A duration as one number and unit: ``90d``, ``12h``, ``2w``, ``6mo``.

    Written so, in words (``90 days``), or by ISO 8601 (``P90D``, ``P2W``, ``PT12H``, ``P1Y6M``). Raises ``ValueError`` for
    anything else: a bare number, which may be days or seconds; parts of a second; months or
    years together with days, which are no fixed length and no calendar's.

    >>> read_duration("2 weeks"), read_duration("P1M"), read_duration("P1DT12H"), read_duration(timedelta(days=14))
    ('2w', '1mo', '129600s', '14d')
    """
    if isinstance(given, timedelta):
        return _of_seconds(given.days * SECONDS["d"] + given.seconds)
    if isinstance(given, (int, float)) or given.strip().isdecimal():
        raise ValueError("a time needs its unit: write 14d or P14D for fourteen days")
    plain = re.fullmatch(r"\s*([0-9]+)\s*([a-zA-Z]+)\s*", given)
    if plain and plain[2].lower() in UNITS:
        return f"{int(plain[1])}{UNITS[plain[2].lower()]}"
    iso = _ISO.fullmatch(given.strip().upper())
    named = [part is not None for part in iso.groups()] if iso else []
    is_calendar, is_fixed = any(named[:2]), any(named[2:])
    if iso and is_calendar != is_fixed:
        years, months, weeks, days, hours, minutes, seconds = (int(part or 0) for part in iso.groups())
        if is_calendar:
            return f"{years * 12 + months}mo" if named[1] else f"{years}y"
        if not any(named[3:]):
            return f"{weeks}w"
        return _of_seconds((weeks * 7 + days) * SECONDS["d"] + hours * 3600 + minutes * 60 + seconds)
    raise ValueError(sentence("{value!r} is no duration; write 90d, 12h, 2w, 6mo or 1y", value=given))


def read_span(given: str | float | timedelta) -> timedelta:
    """A duration of always the same length; as ``read_duration``, but months and years are refused.

    A ``P1Y35D`` is read all the same, as 400 days: so earlier versions kept what was written in days.

    >>> read_span("P2W"), read_span("36 hours"), read_span("P1Y35D").days
    (datetime.timedelta(days=14), datetime.timedelta(days=1, seconds=43200), 400)
    """
    if isinstance(given, timedelta):
        return given
    if isinstance(given, str) and (kept := _KEPT.fullmatch(given)):
        return timedelta(days=365 * int(kept[1])) + read_span(f"P{kept[2] or '0D'}{kept[3] or ''}")
    number, unit = re.findall(r"\d+|[a-z]+", read_duration(given))
    if unit not in SECONDS:
        raise ValueError(
            sentence(
                "{value!r} is no fixed time here, as months and years differ; write days, as 30d or 365d", value=given
            )
        )
    try:
        return timedelta(seconds=int(number) * SECONDS[unit])
    except OverflowError:
        raise ValueError(sentence("{value!r} is no duration; write 90d, 12h, 2w, 6mo or 1y", value=given)) from None


def written(span: timedelta) -> str:
    """A fixed span by ISO 8601, in days and less: never as a year, which is another length each fourth time.

    >>> written(timedelta(days=366, hours=12)), written(timedelta(0))
    ('P366DT12H', 'PT0S')
    """
    hours, rest = divmod(span.seconds, 3600)
    parts = [(hours, "H"), (rest // 60, "M"), (rest % 60, "S")]
    clock = "".join(f"{number}{unit}" for number, unit in parts if number)
    days = f"{span.days}D" if span.days else ""
    return f"P{days}{'T' if clock else ''}{clock}" if days or clock else "PT0S"


def _of_seconds(seconds: int) -> str:
    return f"{seconds // SECONDS['d']}d" if seconds % SECONDS["d"] == 0 else f"{seconds}s"
