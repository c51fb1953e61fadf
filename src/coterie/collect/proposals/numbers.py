"""How the numbers of a column are written: separators, signs and currency, decided from all of its values."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from collections.abc import Mapping as Named
from dataclasses import dataclass, replace

from coterie.collect.hints.meanings import is_number
from coterie.collect.values.numbers import CURRENCIES

_SIGNS = {
    "£": "GBP", "€": "EUR", "₹": "INR", "Rs": "INR", "₩": "KRW", "₽": "RUB", "R$": "BRL", "zł": "PLN", "元": "CNY", "圆": "CNY", "圓": "TWD",
    "RMB": "CNY", "円": "JPY", "US$": "USD", "HK$": "HKD", "NT$": "TWD", "A$": "AUD", "C$": "CAD", "₺": "TRY", "₫": "VND",
    "฿": "THB", "Kč": "CZK", "Ft": "HUF", "Fr": "CHF",
}  # fmt: skip
_SHARED = {
    "$": ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MXN"),
    "¥": ("CNY", "JPY"),
    "￥": ("CNY", "JPY"),
    "kr": ("SEK", "NOK", "DKK", "ISK"),
}
"""Signs of several currencies: that of the workspace, else the first."""

_NOT_DIGITS = re.compile(r"^(?:[^\d.,]*[^\W\d_]\.)?[^\d.,]*|[^\d.,]+$")
_CODE = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True)
class NumberReading:
    """How a column's numbers are read.

    ``currencies`` are the ISO 4217 codes that its signs or codes name, the commonest first. ``options``
    are the separators of thousands among which a person must choose, the likelier first,
    where all values look like ``1,234``. ``negative`` is the share of values below zero, ``bracketed`` says that
    brackets mark some of them, ``percent`` that they are shares of a hundred. ``is_proven``: some value
    leaves no choice of decimal sign; ``is_grouped``: some value has one sign and three digits behind it.
    """

    decimal: str = "."
    thousands: str = ""
    currencies: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    example: str = ""
    negative: float = 0.0
    bracketed: bool = False
    percent: bool = False
    is_proven: bool = False
    is_grouped: bool = False

    @property
    def currency(self) -> str | None:
        """The one currency of the column; None where it names none, or several."""
        return self.currencies[0] if len(self.currencies) == 1 else None

    def settled(self, decimal: str) -> NumberReading:
        """The same where a neighbor or the field proves the decimal sign."""
        return replace(self, decimal=decimal, thousands="." if decimal == "," else ",", options=())


def read_numbers(counts: Named[str, int], *, currency: str = "USD") -> NumberReading:
    """How the numbers among ``counts`` (value → occurrences) are written.

    A sign followed by other than three digits, or standing last of two kinds, is the
    decimal sign. ``currency`` settles whether ``$`` and ``¥`` mean the workspace's own.

    >>> read_numbers({"1.234,50": 1, "12,00": 3}).decimal, read_numbers({"$1,234": 1, "$5.50": 1}).thousands
    (',', ',')
    >>> read_numbers({"1,234": 1, "5,678": 1}).options
    (',', '.')
    """
    numbers = {value: times for value, times in counts.items() if is_number(value)}
    total = sum(numbers.values())
    if not total:
        return NumberReading()
    votes: Counter[str] = Counter()
    examples: dict[str, str] = {}
    for value, times in numbers.items():
        verdict = _verdict(value)
        votes[verdict] += times
        examples.setdefault(verdict, value)
    decimal, thousands, options = _separators(votes, numbers)
    negatives = sum(times for value, times in numbers.items() if _is_negative(value))
    shown = examples.get("comma" if decimal == "," else "point") or examples.get("maybe comma") or next(iter(numbers))
    return NumberReading(
        decimal=decimal,
        thousands=thousands,
        currencies=_currencies(numbers, currency),
        options=options,
        example=shown,
        negative=negatives / total,
        bracketed=any(value.strip().startswith("(") for value in numbers),
        is_proven=bool(votes["comma"] or votes["point"]),
        is_grouped=bool(votes["maybe comma"] or votes["maybe point"]),
        percent=sum(times for value, times in numbers.items() if "%" in value) > 0.5 * total,
    )


def as_number(value: str, reading: NumberReading) -> float | None:
    """One value as the reading has it; None where it is no number. For statistics on a sample.

    >>> as_number("(1.234,50)", NumberReading(decimal=",", thousands="."))
    -1234.5
    """
    digits = re.sub(r"[^\d.,eE]", "", value) if is_number(value) else ""
    if reading.thousands in {".", ","}:
        digits = digits.replace(reading.thousands, "")
    try:
        size = float(digits.replace(",", "." if reading.decimal == "," else ""))
    except ValueError:
        return None
    return -size if _is_negative(value) else size


def _is_negative(value: str) -> bool:
    bare = value.strip()
    return bare.startswith(("-", "−", "(")) or bare.endswith("-") or re.match(r"[^\d(]{1,4}-\d", bare) is not None


def _verdict(value: str) -> str:
    """What one value proves: ``comma`` or ``point`` as decimal sign, ``maybe …``, or ``plain``."""
    bare = re.sub(r"[\s'’\u00a0\u202f]", "", _NOT_DIGITS.sub("", value.strip()))
    points, commas = bare.count("."), bare.count(",")
    if points and commas:
        return "point" if bare.rfind(".") > bare.rfind(",") else "comma"
    if not points and not commas:
        return "plain large" if len(bare) > 3 else "plain"
    sign, count = (",", commas) if commas else (".", points)
    if count > 1:
        return "point" if sign == "," else "comma"
    before, after = bare.split(sign)
    if len(after) == 3 and 1 <= len(before) <= 3 and before != "0":
        return "maybe comma" if sign == "," else "maybe point"
    return "comma" if sign == "," else "point"


def _separators(votes: Counter[str], numbers: Named[str, int]) -> tuple[str, str, tuple[str, ...]]:
    if votes["comma"] > votes["point"]:
        return ",", _thousands(numbers, "."), ()
    if votes["point"]:
        return ".", _thousands(numbers, ","), ()
    if votes["maybe comma"]:
        is_sure = not votes["plain large"] and votes["plain"] > 0
        return ".", ",", () if is_sure else (",", ".")
    if votes["maybe point"]:
        is_grouped = not votes["plain large"] and votes["plain"] > votes["maybe point"]
        return (",", ".", (".", ",")) if is_grouped else (".", "", ())
    return ".", _thousands(numbers, ""), ()


def _thousands(numbers: Named[str, int], likely: str) -> str:
    """The separator of thousands: an apostrophe or a space where one is seen, else the other of comma and point."""
    for sign in ("'’", "\u202f", "\u00a0", " "):
        if any(re.search(rf"\d[{sign}]\d{{3}}", value) for value in numbers):
            return " " if sign.isspace() else "'"
    return likely


def signs_in(values: Iterable[str], own: str) -> dict[str, str]:
    """The signs and codes that stand beside the numbers of ``values``, with the ISO 4217 codes that they mean.

    ``own`` is the workspace's currency, which settles what ``$``, ``¥`` and ``kr`` mean.

    >>> signs_in(["€ 12", "50 USD", "¥5"], "JPY")
    {'€': 'EUR', 'USD': 'USD', '¥': 'JPY'}
    """
    return {sign: _meant(sign, own) for value in values for sign in _signs(value)}


def _signs(value: str) -> list[str]:
    found = [sign.rstrip(".") for sign in re.findall(CURRENCIES, value)]
    code = None if found else _CODE.search(value)
    return [*dict.fromkeys(found), *([code.group()] if code else [])]


def _meant(sign: str, own: str) -> str:
    several = _SHARED.get(sign)
    return (own if own in several else several[0]) if several else _SIGNS.get(sign, sign)


def _currencies(numbers: Named[str, int], own: str) -> tuple[str, ...]:
    found: Counter[str] = Counter()
    for value, times in numbers.items():
        for sign in _signs(value):
            found[_meant(sign, own)] += times
    return tuple(code for code, _ in found.most_common())
