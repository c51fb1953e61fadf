"""How well the values of a column fit a field, whatever the column is called."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from collections.abc import Mapping as Named
from dataclasses import dataclass, field

import pyarrow as pa

from coterie.collect.hints.meanings import (
    BOOLEANS,
    CHINESE_MOBILE,
    EMAILS,
    GENDERS,
    PHONE,
    QUESTION,
    SCALE_QUESTION,
    STATUS_WORDS,
)
from coterie.collect.kinds import GROUPS, NAMESPACES, KindField
from coterie.collect.proposals.columns import Column
from coterie.collect.proposals.dates import DateReading, read_dates, recount_dates
from coterie.collect.proposals.numbers import NumberReading, as_number, read_numbers
from coterie.collect.values.instants import EPOCHS
from coterie.collect.values.meaning import COMPLETED_WORDS
from coterie.domain.consenting import ANSWERS, spelt
from coterie.identifiers import MATCHERS, addresses_in

_LARGEST = 9e18
_IDS = frozenset(NAMESPACES) - {"email", "phone"} | {"order_id", "product_id", "event_id", "coupon"}
_WORDS = frozenset(
    {
        "name",
        "first_name",
        "last_name",
        "city",
        "country",
        "brand",
        "category",
        "department",
        "subject",
        "answer",
        "text",
    }
)
_SHORT = frozenset(
    {"status", "channel", "store", "priority", "campaign_type", "currency", "language", "gender", "purpose"}
)
_DATE_WORDS = (
    "date",
    "time",
    "_at",
    " at",
    "day",
    "日期",
    "时间",
    "日",
    "when",
    "created",
    "since",
    "dob",
    "birth",
    "datum",
    "fecha",
)


@dataclass
class Readings:
    """How the dates and numbers of columns are read, worked out once for each column."""

    currency: str
    country: str
    dates: dict[str, DateReading] = field(default_factory=dict)
    numbers: dict[str, NumberReading] = field(default_factory=dict)
    writes_commas: bool = False

    @property
    def dated_in(self) -> str:
        """Country whose order of day and month is usual in the file; none writes decimal commas and puts the month first."""
        return "" if self.writes_commas else self.country

    def date(self, column: Column) -> DateReading:
        """How the column's values are dates; ``share`` 0 where they are none."""
        if column.name not in self.dates:
            self.dates[column.name] = (
                DateReading(None, 1.0, next(iter(column.values), ""))
                if column.is_timed
                else read_dates(column.counts, country=self.dated_in, is_dated_by_name=speaks_of_dates(column.name))
            )
        return self.dates[column.name]

    def recount(self, column: str, counts: Named[str, int]) -> None:
        """Settle how a column's dates are read by all of its values (dates without times)."""
        self.dates[column] = recount_dates(self.dates[column], counts, country=self.dated_in)

    def settle_numbers(self, columns: Iterable[Column]) -> None:
        """Read what can be a thousand or a fraction as the other columns of the file write their numbers."""
        readings = {
            column.name: self.number(column) for column in columns if column.type == "VARCHAR" and column.numeric > 0.9
        }
        proven = {each.decimal for each in readings.values() if each.is_proven}
        if len(proven) == 1:
            decimal = proven.pop()
            self.writes_commas = decimal == ","
            self.numbers |= {
                name: each.settled(decimal) for name, each in readings.items() if each.is_grouped and not each.is_proven
            }

    def number(self, column: Column) -> NumberReading:
        """How the column's values are numbers."""
        if column.name not in self.numbers:
            self.numbers[column.name] = read_numbers(column.counts, currency=self.currency)
        return self.numbers[column.name]

    def has_time(self, column: Column) -> bool:
        """Whether the column's instants carry a time of day."""
        if column.is_timed:
            return column.type != "DATE" and column.share(lambda value: not value.endswith("00:00:00")) > 0
        reading = self.date(column)
        return (
            "%H" in (reading.format or "")
            or "%I" in (reading.format or "")
            or reading.format in EPOCHS
            or ":" in reading.example
        )

    def sizes(self, column: Column) -> list[float]:
        """The sample's values as numbers."""
        reading = self.number(column)
        return [size for size in (as_number(value, reading) for value in column.values) if size is not None]


def speaks_of_dates(name: str) -> bool:
    """Whether a column's name is that of a date, so that bare numbers beneath it may be one.

    >>> speaks_of_dates("created_at"), speaks_of_dates("order_id")
    (True, False)
    """
    low = name.lower()
    return any(word in low for word in _DATE_WORDS) or low.endswith(("ts", "dt", "timestamp"))


def value_fit(wanted: KindField, column: Column, readings: Readings) -> float:
    """How well the values fit the field: 1 fully, 0 not at all."""
    if not column.values:
        return 0.15
    if wanted.type in {"instant", "date"}:
        return _graded(readings.date(column).share)
    if wanted.type in {"money", "number", "integer"}:
        return _number_fit(wanted, column, readings)
    if wanted.type == "answer":
        return _graded(column.share(lambda value: spelt(value) in ANSWERS))
    return _text_fit(wanted.name, column, readings)


def guess_fit(wanted: KindField, column: Column) -> float:
    """How sure values alone make it that a column is the field, for a name that says nothing."""
    if wanted.name == "email":
        return 0.9 * (column.emails > 0.8)
    if wanted.name == "phone":
        return 0.8 * (column.mobiles > 0.9)
    if wanted.name == "gender":
        return 0.8 * (1 < len(column.counts) <= 4 and column.share(lambda value: value.lower() in GENDERS) > 0.95)
    return 0.0


def question_fit(wanted: KindField, column: Column) -> float:
    """How sure it is that a column whose name is a question put to somebody holds the score or the answer."""
    if wanted.name not in {"score", "answer"} or not QUESTION.search(column.name) or column.emails > 0.5:
        return 0.0
    is_number = column.whole > 0.9
    if wanted.name == "score":
        return (0.9 if SCALE_QUESTION.search(column.name) else 0.65) * (is_number and len(column.counts) <= 12)
    return 0.7 * (not is_number and column.filled > 0)


def _graded(share: float) -> float:
    return 1.0 if share >= 0.9 else 0.7 if share >= 0.6 else 0.3 if share >= 0.3 else 0.0


def _number_fit(wanted: KindField, column: Column, readings: Readings) -> float:
    if column.is_timed or column.type == "BOOLEAN" or (wanted.name == "refunded" and _says_yes_or_no(column, readings)):
        return 0.0
    fit = _graded(column.numeric)
    if fit and speaks_of_dates(column.name) and readings.date(column).share > 0.9:
        return 0.2
    if wanted.name == "age":
        sizes = readings.sizes(column)
        # Impossible ages are for quality to find; where most are, it is no age of a person.
        return fit * (sum(0 <= size <= 120 for size in sizes) >= 0.7 * len(sizes))
    if wanted.type == "integer":
        sizes = readings.sizes(column)
        return fit * _graded(sum(size == int(size) and abs(size) < _LARGEST for size in sizes) / max(len(sizes), 1))
    if wanted.name == "discount" and is_rate(column, readings):
        return 0.2
    return fit


def _says_yes_or_no(column: Column, readings: Readings) -> bool:
    return set(readings.sizes(column)) <= {0, 1}


def is_rate(column: Column, readings: Readings) -> bool:
    """Whether numbers are shares (0.2 for a fifth off, or 20 %) rather than amounts of money."""
    if readings.number(column).percent:
        return True
    sizes = [abs(size) for size in readings.sizes(column) if size]
    return bool(sizes) and max(sizes) <= 1 and len(set(sizes)) <= 100 and len(sizes) >= 5


def _text_fit(name: str, column: Column, readings: Readings) -> float:
    is_flag = column.share(lambda value: value.lower() in BOOLEANS) > 0.98
    if (column.is_timed and name not in {"survey", "campaign"}) or (name == "is_test" and not is_flag):
        return 0.0
    if name in _IDS:
        return _id_fit(name, column, readings)
    if name in _SHAPES:
        return _graded(column.share_plain(lambda value: _SHAPES[name](value, readings.country)))
    if name in _SHORT:
        return _short_fit(name, column)
    if name in _WORDS:
        return _word_fit(name, column, readings)
    return 0.2 if name == "campaign" and _is_answered(column) else 0.5 if column.lengths > 200 else 1.0


def _is_answered(column: Column) -> bool:
    """Whether values are answers: all yes or no, or half of them in words, the others in words of their own ("nein - abgemeldet")."""
    answers = column.share(lambda value: value.lower() in BOOLEANS or spelt(value) in ANSWERS)
    in_words = column.share(
        lambda value: not value.isdecimal() and (value.lower() in BOOLEANS or spelt(value) in ANSWERS)
    )
    return answers > 0.9 or in_words >= 0.5


def _word_fit(name: str, column: Column, readings: Readings) -> float:
    if column.numeric > 0.5:
        # Events are sometimes named by a code of one digit.
        return 0.5 if name == "name" and len(column.counts) <= 20 else 0.25
    return 0.1 if readings.date(column).share > 0.9 else 1.0


def _short_fit(name: str, column: Column) -> float:
    if name == "gender" and column.share(lambda value: value.lower() in GENDERS) <= 0.7:
        return 0.5 if len(column.counts) <= 8 else 0.1
    if name == "status" and not any(_is_status(value.lower()) for value in column.counts):
        return 0.45
    return 1.0 if len(column.counts) <= 60 or column.distinct < 0.2 else 0.4


def _is_phone(value: str, country: str) -> bool:
    return any(_is_one_phone(each, country) for each in (value, *re.split(r"\s*[/;,|]\s*", value)))


def _is_one_phone(value: str, country: str) -> bool:
    if CHINESE_MOBILE.fullmatch(value) is not None:
        return True
    if not 7 <= sum(letter.isdigit() for letter in value) <= 16:
        return False
    is_labelled = _LABELLED.fullmatch(value) is not None
    return PHONE.fullmatch(value) is not None or (
        is_labelled and MATCHERS["phone"].normalize(pa.array([value]), country)[0].is_valid
    )


_LABELLED = re.compile(r"[^\d]{0,16}\+?[\d\s().\-/]+[^\d]{0,16}\d{0,6}[^\d]{0,16}")
"""A number with what people write beside it: "Tel.: ", "转8", "(privat)"."""


def _is_status(value: str) -> bool:
    return (
        any(word in value for word in ("交易", "退款", "已", "cancel", "refund"))
        or value in STATUS_WORDS
        or value in COMPLETED_WORDS
        or value in BOOLEANS
    )


def _is_currency(value: str, _country: str) -> bool:
    return len(value) <= 4 and not value.isdecimal()


_LINE = 120
"""Longer values are texts, in which an address may stand too."""


def _is_email(value: str, _country: str) -> bool:
    return EMAILS.fullmatch(value) is not None or (len(value) <= _LINE and bool(addresses_in(value)))


_SHAPES: dict[str, Callable[[str, str], object]] = {"email": _is_email, "phone": _is_phone, "currency": _is_currency}
"""Field → whether a value in a country has its shape."""


def _id_fit(name: str, column: Column, readings: Readings) -> float:
    if column.numeric > 0.9 and column.whole < 0.9 and column.lengths < 12:
        return 0.05
    if column.lengths > 64:
        return 0.2
    if len(column.values) > 50 and len(column.counts) <= 2 and name not in GROUPS:
        return 0.3
    return 0.4 if column.numeric < 0.5 and readings.date(column).share > 0.9 else 1.0
