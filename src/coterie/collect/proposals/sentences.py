"""Why a column was chosen, in words."""

from __future__ import annotations

import re
from collections.abc import Iterable

from coterie.collect.kinds import Kind
from coterie.collect.proposals.columns import Column
from coterie.collect.proposals.dates import DAY_FIRST, DateReading
from coterie.collect.proposals.fields import Choice
from coterie.collect.proposals.numbers import NumberReading
from coterie.domain.loading import Combine
from coterie.words import say

_CUT_SHORT = re.compile(r"-?\d[.,]\d+E\+\d+", re.IGNORECASE)
_COMBINED: dict[Combine, str] = {
    "join": "A day and a time of day, joined.",
    "sum": "They are added up.",
    "difference": "The others are taken off the first.",
    "list": "All of them count.",
    "first": "The first that is filled counts.",
}


def choice_reason(choice: Choice, column: Column | None, field: str, locale: str) -> str:
    """Why the column was chosen for the field."""
    if choice.constant is not None and choice.basis == "told":
        return say("set by you", locale)
    if choice.constant is not None:
        return say("No column says so; “{value}” is taken for every row.", locale, value=choice.constant)
    named = " + ".join(choice.columns)
    sentences = [say(_BASES[_basis(choice)], locale, column=named, field=field)]
    if len(choice.columns) > 1:
        sentences.append(say(_COMBINED[choice.combine], locale))
    if column is not None and column.filled < 0.98:
        sentences.append(say("{share:.0%} of the rows seen have a value.", locale, share=column.filled))
    if choice.rivals:
        sentences.append(
            say("Also fitting, and kept as further columns: {rivals}.", locale, rivals=", ".join(choice.rivals))
        )
    return _joined(sentences, locale)


def date_reason(reading: DateReading, column: Column, country: str, locale: str) -> str:
    """How the dates of the column are read and why."""
    if column.is_timed:
        return say("The file itself says that these are dates.", locale)
    if reading.is_mixed:
        return say(
            "Some dates can only be day first ({day:,}) and others only month first ({month:,}); the commoner way is taken, and the rest would be refused.",
            locale,
            day=reading.for_day,
            month=reading.for_month,
        )
    if reading.is_open:
        way = "day first" if reading.order == DAY_FIRST else "month first"
        return say(
            "“{example}” can be read day first or month first, and no value of the column decides it; {way} is usual in {country}.",
            locale,
            example=reading.example,
            way=say(way, locale),
            country=country,
        )
    if reading.proof:
        sentence = (
            "Day first, because of dates such as “{example}” ({count:,} of them)."
            if reading.order == DAY_FIRST
            else "Month first, because of dates such as “{example}” ({count:,} of them)."
        )
        return say(sentence, locale, example=reading.proof, count=max(reading.for_day, reading.for_month))
    if reading.share < 0.999:
        return say(
            "{share:.1%} of the values are dates such as “{example}”.",
            locale,
            share=reading.share,
            example=reading.example,
        )
    return say("Its values are dates such as “{example}”.", locale, example=reading.example)


def number_reason(reading: NumberReading, locale: str) -> str:
    """How the numbers of the column are read, where that needed deciding; else nothing."""
    sentences = []
    if reading.options:
        sentences.append(
            say(
                "“{example}” can be a thousand or a fraction, and no value of the column decides it.",
                locale,
                example=reading.example,
            )
        )
    elif reading.decimal == ",":
        sentences.append(say("A comma is the decimal sign, as in “{example}”.", locale, example=reading.example))
    if reading.bracketed:
        sentences.append(say("Brackets mark negative amounts.", locale))
    if len(reading.currencies) > 1:
        sentence = "Its amounts are in several currencies ({codes}): each row keeps its own, and they are summed only with rates."
        sentences.append(say(sentence, locale, codes=", ".join(reading.currencies)))
    return _joined(sentences, locale)


def shortened_notes(columns: Iterable[Column], locale: str) -> list[str]:
    """What to say of numbers that a spreadsheet cut short, so that two of them may look alike."""
    told = "The numbers under “{column}” were cut short by a spreadsheet, as in {example}, and tell nothing apart: export them anew, as text."
    return [
        say(told, locale, column=column.name, example=column.values[0])
        for column in columns
        if column.type == "VARCHAR" and column.share(_CUT_SHORT.fullmatch) > 0.5
    ]


def kind_reason(kind: Kind, rows_per_order: float, locale: str) -> str:
    """Why the file is of this kind."""
    if kind.name == "order_lines" and rows_per_order > 1.02:
        return say(
            "The same order number stands on several rows ({times:.1f} on average), so a row is a line of an order.",
            locale,
            times=rows_per_order,
        )
    return say("The columns found are those of: {about}.", locale, about=say(kind.about, locale))


def total_notes(totals: dict[str, tuple[str, ...]], locale: str) -> list[str]:
    """What to say of rows that sum up others, if there are any."""
    found = [f"“{word}”" if word else say("nothing", locale) for words in totals.values() for word in words]
    sentence = "Rows that sum up others are refused, so that nothing counts twice: those with {words} under {fields}."
    return [say(sentence, locale, words=", ".join(found), fields=", ".join(totals))] if found else []


def _basis(choice: Choice) -> str:
    return f"{choice.basis}+" if choice.basis == "name" and choice.name >= 0.99 else choice.basis


def _joined(sentences: list[str], locale: str) -> str:
    return ("" if locale == "zh" else " ").join(sentence for sentence in sentences if sentence)


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
