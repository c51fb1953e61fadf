"""What to say of a file that is of no kind: what was seen, what is missing, what would work."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from coterie.collect.hints.words import words_of
from coterie.collect.kinds import KINDS
from coterie.collect.proposals.columns import Column, Sample
from coterie.collect.proposals.dates import template_of
from coterie.collect.proposals.fit import Readings
from coterie.collect.proposals.ranking import Candidate, rows_per_value
from coterie.errors import BadFile
from coterie.words import Sentence, joined, sentence

_RELATIVE = (
    "days since",
    "dow",
    "day of week",
    "hour of day",
    "recency",
    "lead time",
    "tenure",
    "week",
    "month",
    "year",
    "pdays",
)


def refuse(path: Path, ranked: list[Candidate], sample: Sample, readings: Readings) -> BadFile:
    """The error that says honestly why no kind was found."""
    sentences = [
        sentence(
            "it is of no kind that Coterie knows (columns: {columns}).",
            columns=_listed(list(sample.columns), 12),
        )
    ]
    if sample.widths[1] > sample.widths[0] + 3:
        sentences.append(
            sentence(
                "Its rows have from {fewest} to {most} {most|cell|cells}, like lists of things rather than a table.",
                fewest=sample.widths[0],
                most=sample.widths[1],
            )
        )
    nearest = max(ranked, key=lambda each: each.score)
    if nearest.score >= 0.15 and nearest.chosen.fields:
        sentences += _about(nearest, sample)
    sentences += _way_on(path, ranked, sample, readings)
    sentences.append(
        sentence(
            "If you know what it is, say so with --kind ({kinds}), or write a mapping that names the columns or gives a constant for what is missing.",
            kinds=", ".join(KINDS),
        )
    )
    return BadFile(joined(sentences, " "), file=path.name)


_DATED = 0.9
_ONE_EACH = 3
"""From so many rows a person they tell of what people do, not of who they are."""


def _way_on(path: Path, ranked: list[Candidate], sample: Sample, readings: Readings) -> list[Sentence]:
    """The command that would load rows of things people did, or what rows about people lack."""
    events = next((each.chosen for each in ranked if each.name == "events"), None)
    who = next((name for name in events.kind.identities if name in events.fields), None) if events else None
    dated = [name for name, each in sample.columns.items() if each.values and readings.date(each).share > _DATED]
    if (
        events
        and who
        and dated
        and rows_per_value(sample.columns[events.fields[who].columns[0]], sample.head_rows) >= _ONE_EACH
    ):
        return [
            sentence(
                "If every row is something that somebody did (a visit, a booking), load it as events and say what it was: "
                '`coterie load "{file}" --kind events --set name.constant=Visit --set "occurred_at={column}"`.',
                file=path.name,
                column=dated[0],
            )
        ]
    if not dated and not any(each.chosen.fields.keys() & set(each.chosen.kind.identities) for each in ranked):
        return [
            sentence(
                "If every row describes one person, add a column that numbers them (customer_id: 1, 2, 3 …) and load it as customers.",
            )
        ]
    return []


def _about(nearest: Candidate, sample: Sample) -> list[Sentence]:
    """What the nearest kind is, what it misses, and where that may be found."""
    fields, missing = nearest.chosen.fields, nearest.chosen.missing
    found = ", ".join(f"{name} = {' + '.join(each.columns)}" for name, each in list(fields.items())[:6])
    sentences = [sentence("The nearest is {kind} ({found}).", kind=nearest.name, found=found)]
    if not missing:
        return sentences
    spoken = joined(map(_spoken, missing), ", ")
    sentences.append(sentence("Nothing in it says: {missing}.", missing=spoken))
    if "order_id" in fields and any("revenue" in each for each in missing):
        sentences.append(
            sentence(
                "Orders need amounts: load the file that holds their items with prices (such as order_items), with the date and the customer of each order beside them.",
            )
        )
    elif "order_id" in fields and "occurred_at" in missing:
        sentences.append(
            sentence(
                "If another file of the same export has the date and the customer of each order, bring the two together by “{column}” first.",
                column=fields["order_id"].columns[0],
            )
        )
    relative = [name for name in sample.columns if any(word in " ".join(words_of(name)) for word in _RELATIVE)]
    if relative and any("occurred" in each for each in missing):
        sentences.append(
            sentence(
                "Its times are only relative or partial ({columns}), and without a calendar date nothing can be placed in time.",
                columns=_listed(relative, 5),
            )
        )
    return sentences


def refuse_mapping(path: Path, present: Iterable[str], lacking: Iterable[str]) -> BadFile:
    """The error for a mapping given by hand that reads columns which the file does not have."""
    said = sentence(
        "the mapping reads columns that the file does not have: {lacking}; it has {columns}. Give another mapping, or none.",
        lacking=_listed(list(lacking), 12),
        columns=_listed(list(present), 12),
    )
    return BadFile(said, file=path.name)


def refuse_dates(path: Path, column: Column) -> BadFile:
    """The error for a column that should say when, most of whose values are no dates that Coterie reads."""
    said = sentence(
        "“{column}” should say when, but values such as “{example}” are no dates that Coterie reads; write them like 2023-01-31 or 31/01/2023.",
        column=column.name,
        example=next((value for value in column.values if template_of(value) is None), column.values[0]),
    )
    return BadFile(said, file=path.name, column=column.name)


def _spoken(missing: str) -> Sentence:
    if missing == "who":
        return Sentence("who it was (a customer number, an e-mail address …)")
    return joined((joined(way.split(" and "), " and ") for way in missing.split(" or ")), " or ")


def _listed(names: list[str], most: int) -> str:
    more = f" … (+{len(names) - most})" if len(names) > most else ""
    return ", ".join(names[:most]) + more
