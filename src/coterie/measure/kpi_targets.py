"""Key figures of the last whole period held against what they are to reach."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal, cast

from coterie.domain.money import Money
from coterie.measure.kpi_table import begun
from coterie.settings.kpi_targets import Every
from coterie.words import Sentence, sentence

TargetVerdict = Literal["met", "missed", "open", "unknown"]
"""``open``: the figure's interval holds the target, so that chance decides on which side it lies."""

_WHEN: Mapping[Every, str] = {
    "day": "on {day}",
    "week": "in the week from {day}",
    "month": "in the month from {day}",
    "quarter": "in the quarter from {day}",
    "year": "in the year from {day}",
}
_FOUND = {
    "met": "{label} reached its target {when}: {value}, of {target}.",
    "missed": "{label} missed its target {when}: {value}, of {target}.",
    "open": "Chance decides whether {label} reached its target {when}: {value}, of {target}.",
}
_FOUND_LOW = {
    "met": "{label} kept within its target {when}: {value}, of at most {target}.",
    "missed": "{label} passed its target {when}: {value}, of at most {target}.",
    "open": "Chance decides whether {label} kept within its target {when}: {value}, of at most {target}.",
}
NO_WHOLE_PERIOD = "the data hold no whole period of this length yet"


def judged_by(target: float, row: Mapping[str, object]) -> TargetVerdict:
    """Whether a figure reached ``target``, or stayed within it where lower is better; a value that equals it did.

    A figure with an interval has to lie on one side of the target with all of it. A rough interval says less than it
    claims, and decides nothing.

    >>> judged_by(0.3, {"value": 0.35, "low": 0.31, "high": 0.39, "direction": "up"})
    'met'
    >>> judged_by(0.3, {"value": 0.35, "low": 0.29, "high": 0.41, "direction": "up"})
    'open'
    >>> judged_by(100.0, {"value": 120.0, "low": None, "high": None, "direction": "down"})
    'missed'
    """
    value, low, high = (_number(row.get(name)) for name in ("value", "low", "high"))
    if value is None:
        return "unknown"
    if row.get("is_rough"):
        return "open"
    is_low_better = row.get("direction") == "down"
    ends = [value if end is None else end for end in (low, high)]
    reached = [end <= target if is_low_better else end >= target for end in ends]
    if all(reached):
        return "met"
    return "open" if any(reached) else "missed"


def last_whole(end: datetime, every: Every) -> datetime:
    """When the last period began that was over at ``end``, both by one clock.

    >>> last_whole(datetime(2026, 3, 1), "month"), last_whole(datetime(2026, 3, 1), "week")
    (datetime.datetime(2026, 2, 1, 0, 0), datetime.datetime(2026, 2, 16, 0, 0))
    """
    return begun(begun(end, every) - timedelta(days=1), every)


def target_in_words(
    verdict: TargetVerdict, row: Mapping[str, object], target: float, every: Every, currency: str
) -> Sentence:
    """What came of a target, as a sentence; why nothing did where nothing can be said."""
    if verdict == "unknown":
        return sentence("{label}: {why}.", label=row["label"], why=row["reason"])
    words = _FOUND_LOW if row.get("direction") == "down" else _FOUND
    unit = str(row["unit"])
    return Sentence(
        words[verdict],
        {
            "label": row["label"],
            "when": Sentence(_WHEN[every], {"day": cast("datetime", row["period"]).date()}),
            "value": _in_unit(float(str(row["value"])), unit, currency),
            "target": _in_unit(target, unit, currency),
        },
    )


def _in_unit(value: float, unit: str, currency: str) -> Sentence:
    if unit in ("share", "relative"):
        return sentence("{share:.1%}", share=value)
    if unit == "money":
        return sentence("{amount}", amount=Money(value, currency, 0 if abs(value) >= 100 else None))
    return sentence("{number:,.0f}" if value == int(value) else "{number:,.2f}", number=value)


def _number(value: object) -> float | None:
    return value if isinstance(value, float) else None
