"""Why a column was chosen, in words, and how sure that is, in one number."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable

from coterie.collect.hints.kinds import PERSONAL
from coterie.collect.kinds import Kind
from coterie.collect.proposals.columns import Column
from coterie.collect.proposals.dates import DAY_FIRST, DateReading
from coterie.collect.proposals.fields import Choice
from coterie.collect.proposals.numbers import NumberReading
from coterie.collect.proposals.ranking import Candidate
from coterie.domain.loading import Combine
from coterie.words import Sentence, joined, sentence

_CUT_SHORT = re.compile(r"-?\d[.,]\d+E\+\d+", re.IGNORECASE)
_COMBINED: dict[Combine, str] = {
    "join": "A day and a time of day, joined.",
    "sum": "They are added up.",
    "difference": "The others are taken off the first.",
    "list": "All of them count.",
    "first": "The first that is filled counts.",
}


def choice_reason(choice: Choice, column: Column | None, field: str) -> Sentence:
    """Why the column was chosen for the field."""
    if choice.constant is not None and choice.basis == "told":
        return sentence("set by you")
    if choice.constant is not None:
        return sentence("No column says so; “{value}” is taken for every row.", value=choice.constant)
    named = " + ".join(choice.columns)
    sentences = [sentence(_BASES[_basis(choice)], column=named, field=field)]
    if len(choice.columns) > 1:
        sentences.append(sentence(_COMBINED[choice.combine]))
    if column is not None and column.filled < 0.98:
        sentences.append(sentence("{share:.0%} of the rows seen have a value.", share=column.filled))
    if choice.rivals:
        sentences.append(
            sentence("Also fitting, and kept as further columns: {rivals}.", rivals=", ".join(choice.rivals))
        )
    return _joined(sentences)


_OPEN = "“{example}” can be read day first or month first, and no value of the column decides it; {way} is usual in {country}."
_OPEN_BESIDE_COMMAS = "“{example}” can be read day first or month first, and no value of the column decides it; day first is usual where a comma is the decimal sign."


def date_reason(reading: DateReading, column: Column, country: str) -> Sentence:
    """How the dates of the column are read and why; without a ``country`` its numbers with decimal commas say so."""
    if column.is_timed:
        return sentence("The file itself says that these are dates.")
    if reading.is_mixed:
        return sentence(
            "Some dates can only be day first ({day:,}) and others only month first ({month:,}); the commoner way is taken, and the rest would be refused.",
            day=reading.for_day,
            month=reading.for_month,
        )
    if reading.is_open:
        way = "day first" if reading.order == DAY_FIRST else "month first"
        return sentence(
            _OPEN if country else _OPEN_BESIDE_COMMAS, example=reading.example, way=sentence(way), country=country
        )
    if reading.proof:
        proven = (
            "Day first, because of dates such as “{example}” ({count:,} of them)."
            if reading.order == DAY_FIRST
            else "Month first, because of dates such as “{example}” ({count:,} of them)."
        )
        return sentence(proven, example=reading.proof, count=max(reading.for_day, reading.for_month))
    if reading.share < 0.999:
        return sentence(
            "{share:.1%} of the values are dates such as “{example}”.",
            share=reading.share,
            example=reading.example,
        )
    return sentence("Its values are dates such as “{example}”.", example=reading.example)


def number_reason(reading: NumberReading) -> Sentence:
    """How the numbers of the column are read, where that needed deciding; else nothing."""
    sentences = []
    if reading.options:
        sentences.append(
            sentence(
                "“{example}” can be a thousand or a fraction, and no value of the column decides it.",
                example=reading.example,
            )
        )
    elif reading.decimal == ",":
        sentences.append(sentence("A comma is the decimal sign, as in “{example}”.", example=reading.example))
    if reading.bracketed:
        sentences.append(sentence("Brackets mark negative amounts."))
    if len(reading.currencies) > 1:
        told = "Its amounts are in several currencies ({codes}): each row keeps its own, and they are summed only with rates."
        sentences.append(sentence(told, codes=", ".join(reading.currencies)))
    return _joined(sentences)


def shortened_notes(columns: Iterable[Column]) -> list[Sentence]:
    """What to say of numbers that a spreadsheet cut short, so that two of them may look alike."""
    told = "The numbers under “{column}” were cut short by a spreadsheet, as in {example}, and tell nothing apart: export them anew, as text."
    return [
        sentence(told, column=column.name, example=column.values[0])
        for column in columns
        if column.type == "VARCHAR" and column.share(_CUT_SHORT.fullmatch) > 0.5
    ]


def kind_reason(kind: Kind, rows_per_order: float) -> Sentence:
    """Why the file is of this kind."""
    if kind.name == "order_lines" and rows_per_order > 1.02:
        return sentence(
            "The same order number stands on several rows ({times:.1f} on average), so a row is a line of an order.",
            times=rows_per_order,
        )
    return sentence("The columns found are those of: {about}.", about=sentence(kind.about))


def total_notes(totals: dict[str, tuple[str, ...]]) -> list[Sentence]:
    """What to say of rows that sum up others, if there are any."""
    words = dict.fromkeys(word for words in totals.values() for word in words)
    found = [f"“{word}”" if word else Sentence("nothing") for word in words]
    told = "Rows that sum up others are refused, so that nothing counts twice: those with {words} under {fields}."
    return [sentence(told, words=joined(found, ", "), fields=", ".join(totals))] if found else []


def _basis(choice: Choice) -> str:
    return f"{choice.basis}+" if choice.basis == "name" and choice.name >= 0.98 else choice.basis


def _joined(sentences: list[Sentence]) -> Sentence:
    return joined([each for each in sentences if each], " ")


_BASES = {
    "name+": "“{column}” is a usual name for {field}.",
    "name": "The name “{column}” speaks of {field}.",
    "spelling": "“{column}” looks like a misspelt name for {field}.",
    "values": "The values of “{column}” look like {field}.",
    "question": "“{column}” is a question, and its values look like {field}.",
    "told": "You said that “{column}” is the {field}.",
    "export": "“{column}” is the {field} in such exports.",
    "place": "Without names, the values of “{column}” and its place suggest {field}.",
}


_CLEAR_LEAD, _MOST_UNDERSTOOD = 0.2, 0.6


def confidence_of(best: Candidate, fields: dict[str, float], asked: Collection[str] = ()) -> float:
    """How sure it is that the kind and its needed fields are right, 0 to 1.

    ``fields`` are those mapped with how sure each is; ``asked`` is what a
    person is asked about. It falls where the names and values of needed fields say less, where
    the next kind fits nearly as well, where most columns are not understood, and where
    customers are known by a number alone.
    """
    kind = best.chosen.kind
    if best.chosen.missing:
        return 0.0
    needed = [*kind.required, *(name for group in kind.one_of for name in group), *kind.identities]
    sure = [fields[name] for name in needed if name in fields]
    found = (sum(sure) / max(len(sure), 1) + min(sure, default=1.0)) / 2
    found *= min(1.0, 0.5 + best.score)
    found *= 0.85 + 0.15 * min(1.0, max(best.lead, 0.0) / _CLEAR_LEAD)
    found *= 0.6 + 0.4 * min(1.0, best.understood / _MOST_UNDERSTOOD)
    if kind.name == "customers" and not any(name in fields for name in PERSONAL):
        found *= 0.85
    if asked:
        found *= 0.8
    return math.floor(min(1.0, found) * 100 + 1e-6) / 100
