"""Tables with a column for each month, whose rows are of no one instant."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from coterie.collect.kinds import KINDS, NAMESPACES
from coterie.collect.proposals.columns import Sample
from coterie.collect.proposals.fields import choose_fields
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
_DAY = r"(?:0?1|28|29|30|31)"
"""The first or a last day of a month, by which a column of the whole month may be called."""
_MONTH = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?<!\d){_YEAR}[-/.](?P<month>1[0-2]|0?[1-9])[-/.]{_DAY}(?!\d)",
        rf"(?<!\d)(?<!\d[-/.]){_DAY}[-/.](?P<month>1[0-2]|0?[1-9])[-/.]{_YEAR}(?!\d)",
        rf"(?<!\d)(?<!\d[-/.])(?P<month>1[0-2]|0?[1-9])[-/.]{_DAY}[-/.]{_YEAR}(?!\d)",
        rf"(?<!\d){_YEAR}年(?P<month>1[0-2]|0?[1-9])月",
        rf"(?<!\d){_YEAR}[-/._ m](?P<month>1[0-2]|0?[1-9])(?![\d]|[-/.]\d)",
        rf"(?<!\d){_YEAR}(?P<month>1[0-2]|0[1-9])(?!\d)",
        rf"(?<!\d)(?<!\d[-/.])(?P<month>1[0-2]|0?[1-9])[-/.]{_YEAR}(?!\d)",
        rf"(?<!\d){_YEAR}[^A-Za-z\d]{{0,2}}{_WORD}(?!\d)",
        rf"{_WORD}[^A-Za-z\d]{{0,2}}(?P<year>(?:(?:19|20)?\d\d)?)(?!\d)",
    )
)
_WORDS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def months_among(names: Iterable[str]) -> tuple[str, ...]:
    """The names that are months of one thing, alike but for the month; none of fewer than three.

    >>> months_among(["id", "2024-01", "2024-02", "2024-03"]), months_among(["一月", "二月", "三月"])
    (('2024-01', '2024-02', '2024-03'), ('一月', '二月', '三月'))
    >>> months_among(["Sales Jan 24", "Sales Feb 24", "Visits Mar 24"]), months_among(["2024-01-05", "2024-01-06", "2024-01-07"])
    ((), ())
    """
    found: dict[str, dict[str, str]] = {}
    for name in names:
        if seen := _seen(name):
            beside, month = seen
            found.setdefault(beside, {}).setdefault(month, name)
    most = max(found.values(), key=len, default={})
    return tuple(most.values()) if len(most) >= _FEWEST else ()


def first_day(name: str) -> str:
    """The first day of the month that a name is of, its year left open where it has none.

    >>> first_day("Sales Feb 24"), first_day("三月")
    ('2024-02-01', 'YYYY-03-01')
    """
    seen = _seen(name)
    return seen[1] if seen else ""


def _seen(name: str) -> tuple[str, str] | None:
    """What a name says beside its month, and the first day of that."""
    text = in_english(name)
    match = next((match for pattern in _MONTH if (match := pattern.search(text))), None)
    if match is None:
        return None
    month = match["month"][:3].lower()
    number = int(month) if month.isdigit() else _WORDS.index(month) + 1
    year = match["year"] or "YYYY"
    beside = re.sub(r"[\W_]+", "", text[: match.start()] + text[match.end() :])
    return beside, f"{'20' if len(year) == 2 else ''}{year}-{number:02d}-01"


def check_months(path: Path, sample: Sample, readings: Readings) -> None:
    """Raise ``BadFile`` for a table of amounts by month: kept as what is known of a person, they would say nothing of when."""
    amounts = [
        name
        for name, column in sample.columns.items()
        if column.values and len(readings.sizes(column)) >= _NUMBERS * len(column.values)
    ]
    if months := months_among(amounts):
        who = choose_fields(KINDS["customers"], sample, readings).fields
        key = next((name for name in NAMESPACES if name in who), "customer_id")
        column = sample.columns[who[key].columns[0]] if key in who else None
        raise BadFile(
            sentence(
                "a row holds amounts of several months ({first} … {last}), and what was spent needs a row of its own for each. Write a file with "
                "the columns {key}, date and amount and a row for each customer and month in which something was spent, such as {example}, and load it: "
                "each amount then counts as one order on the first of its month. Or keep the months as what is known of a customer, with "
                "--kind customers",
                first=months[0],
                last=months[-1],
                key=key,
                example=f"{column.values[0] if column and column.values else '…'},{first_day(months[0])},10.50",
            ),
            file=path.name,
        )
