"""A day in one column and its time of day in another, read as one instant."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from coterie.collect.hints.words import name_fit
from coterie.collect.proposals.columns import Column, Sample
from coterie.collect.proposals.dates import DateReading, clock_of
from coterie.collect.proposals.fields import Choice, Chosen
from coterie.collect.proposals.fit import Readings

_LIKE_A_TIME = 0.3
_MIDNIGHT = re.compile(r"[ T](0?0:00(?::00(?:\.0+)?)?)$")


def join_clocks(chosen: Chosen, sample: Sample) -> None:
    """Give ``occurred_at`` the column of its time of day where it has only the day.

    >>> from coterie.collect.kinds import KINDS
    >>> cells = {"Date": ("2023-01-05",) * 3, "Time": ("9:17 AM", "8:00 AM", None)}
    >>> sample = Sample({name: Column(name, each) for name, each in cells.items()}, 3, 3, True)
    >>> chosen = Chosen(KINDS["orders"], {"occurred_at": Choice(("Date",), 1.0, 1.0)})
    >>> join_clocks(chosen, sample)
    >>> chosen.fields["occurred_at"].columns
    ('Date', 'Time')
    """
    choice = chosen.fields.get("occurred_at")
    if choice is None or len(choice.columns) != 1:
        return
    day = sample.columns[choice.columns[0]]
    if _day_template(day) is None:
        return
    clocks = [
        (name_fit(chosen.kind.name, "occurred_at", column.name), column.name)
        for column in sample.columns.values()
        if column.name not in chosen.taken and _is_clock(column)
    ]
    fitting = sorted((each for each in clocks if each[0] >= _LIKE_A_TIME), reverse=True)
    if fitting and (len(fitting) == 1 or fitting[0][0] > fitting[1][0]):
        rivals = tuple(name for name in choice.rivals if name != fitting[0][1])
        chosen.fields["occurred_at"] = replace(choice, columns=(day.name, fitting[0][1]), combine="join", rivals=rivals)


def joined_reading(choice: Choice, sample: Sample, readings: Readings) -> DateReading:
    """How the day and the time of day of ``choice`` are read together."""
    day, clock = (sample.columns[name] for name in choice.columns)
    reading = readings.date(day)
    counts = Counter(found for value in clock.values if (found := clock_of(f" {value}")))
    clocks = [each for each, _ in counts.most_common(4)]
    if clock.filled < 1:
        clocks.append("")
    midnight = _midnight_of(day)
    return replace(
        reading,
        format=_timed(reading.format, clocks, midnight),
        options=tuple(_timed(option, clocks, midnight) for option in reading.options),
    )


def _timed(formats: str | None, clocks: list[str], midnight: str) -> str:
    """Every pattern of a day with every one of a time of day."""
    days = [re.split(r"[ T]%[HI]", each)[0] for each in (formats or "%Y-%m-%d").split("|")]
    return "|".join(f"{day}{midnight}{clock}" for clock in clocks for day in dict.fromkeys(days))


def _is_clock(column: Column) -> bool:
    """Whether the values are times of a day with their minutes, and not all of them midnight."""
    clocks = column.share(lambda value: ":" in value and clock_of(f" {value}"))
    return clocks > 0.95 and len(column.counts) > 1


def _day_template(column: Column) -> str | None:
    """What stands between the day and its end where the column says no time of day; None where it does."""
    if column.is_timed:
        return "" if column.share(lambda value: not value.endswith("00:00:00")) == 0 or column.type == "DATE" else None
    if not column.values or column.share(lambda value: ":" not in value) == 1:
        return "" if column.share(lambda value: not value.isdecimal() or len(value) == 8) == 1 else None
    return _midnight_of(column) or None


def _midnight_of(column: Column) -> str:
    """The midnight that stands behind every day, as spreadsheets write it; empty where none does."""
    if column.is_timed:
        return ""
    found = {match.group() if (match := _MIDNIGHT.search(value)) else "" for value in column.values}
    return found.pop() if len(found) == 1 else ""
