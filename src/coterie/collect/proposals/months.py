"""Tables with a column for each month, whose rows are of no one instant."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from coterie.collect.proposals.columns import Sample
from coterie.collect.proposals.fit import Readings
from coterie.collect.values.instants import in_english
from coterie.errors import BadFile
from coterie.words import sentence

_FEWEST = 3
"""Columns that are months of one thing from which a table is one of months; two may be a comparison."""
_NUMBERS = 0.9

_WORD = (
    r"(?<![a-z])(?P<month>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
    r"|january|february|march|april|may|june|july|august|september|october|november|december)(?![a-z])"
)
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_MONTH = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?<!\d){_YEAR}年(?P<month>1[0-2]|0?[1-9])月",
        rf"(?<!\d){_YEAR}[-/._ ](?P<month>1[0-2]|0?[1-9])(?![\d]|[-/.]\d)",
        rf"(?<!\d){_YEAR}(?P<month>1[0-2]|0[1-9])(?!\d)",
        rf"(?<!\d)(?<!\d[-/.])(?P<month>1[0-2]|0?[1-9])[-/.]{_YEAR}(?!\d)",
        rf"(?<!\d){_YEAR}[^A-Za-z\d]{{0,2}}{_WORD}(?!\d)",
        rf"{_WORD}[^A-Za-z\d]{{0,2}}(?P<year>(?:(?:19|20)?\d\d)?)(?!\d)",
    )
)


def months_among(names: Iterable[str]) -> tuple[str, ...]:
    """The names that are months of one thing, alike but for the month; none of fewer than three.

    >>> months_among(["id", "2024-01", "2024-02", "2024-03"]), months_among(["一月", "二月", "三月"])
    (('2024-01', '2024-02', '2024-03'), ('一月', '二月', '三月'))
    >>> months_among(["Sales Jan 24", "Sales Feb 24", "Visits Mar 24"]), months_among(["2024-01-05", "2024-01-06", "2024-01-07"])
    ((), ())
    """
    found: dict[str, dict[tuple[str, str], str]] = {}
    for name in names:
        text = in_english(name)
        if seen := next((match for pattern in _MONTH if (match := pattern.search(text))), None):
            beside = re.sub(r"[\W_]+", "", text[: seen.start()] + text[seen.end() :])
            found.setdefault(beside, {}).setdefault((seen["year"], seen["month"][:3].lower()), name)
    most = max(found.values(), key=len, default={})
    return tuple(most.values()) if len(most) >= _FEWEST else ()


def check_months(path: Path, sample: Sample, readings: Readings) -> None:
    """Raise ``BadFile`` for a table of amounts by month: kept as what is known of a person, they would say nothing of when."""
    amounts = [
        name
        for name, column in sample.columns.items()
        if column.values and len(readings.sizes(column)) >= _NUMBERS * len(column.values)
    ]
    if months := months_among(amounts):
        raise BadFile(
            sentence(
                "a row holds amounts of several months ({first} … {last}), and what was bought or spent needs a row of its own for each: "
                "write one row for each customer and month, the month as its date, and load that file; or keep the months as "
                "what is known of a customer, with --kind customers",
                first=months[0],
                last=months[-1],
            ),
            file=path.name,
        )
