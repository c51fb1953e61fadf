"""Amounts of money as a reader writes them."""

from __future__ import annotations

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
