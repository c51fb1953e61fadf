"""Amounts of money as a reader writes them."""

from __future__ import annotations

from dataclasses import dataclass

from coterie.words import keeps

ZERO_DECIMAL_CURRENCIES = frozenset({"JPY", "KRW", "VND", "CLP", "ISK"})

_SIGNS = {"USD": "$", "GBP": "£", "EUR": "€", "CNY": "¥", "JPY": "¥"}


def format_money(amount: float, currency: str, *, decimals: int | None = None) -> str:
    """``amount`` with its currency sign, thousands separated.

    >>> format_money(-1234.5, "GBP")
    '-£1,234.50'
    >>> format_money(1234.5, "SEK", decimals=0)
    'SEK 1,234'
    """
    if decimals is None:
        decimals = 0 if currency in ZERO_DECIMAL_CURRENCIES else 2
    sign = _SIGNS.get(currency, f"{currency} ")
    return f"{'-' if amount < 0 else ''}{sign}{abs(amount):,.{decimals}f}"


@keeps
@dataclass(frozen=True)
class Money:
    """An amount as a value of a sentence, written with its sign where the sentence is told.

    ``decimals`` are those that are shown, None for those of the currency; without a currency it is a number.

    >>> f"{Money(-1234.5, 'GBP')}, {Money(1234.5, 'GBP', 0)}, {Money(3.0, '', 0)}"
    '-£1,234.50, £1,234, 3'
    """

    amount: float
    currency: str
    decimals: int | None = None

    def __str__(self) -> str:
        if self.currency:
            return format_money(self.amount, self.currency, decimals=self.decimals)
        return f"{self.amount:,.{2 if self.decimals is None else self.decimals}f}"
