"""Names and values as a person reads them on a terminal."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import date, datetime, timedelta
from decimal import Decimal

from coterie.cli.screen import language
from coterie.domain.clock import to_local
from coterie.words import say

CODES = frozenset(
    {
        "act",
        "better",
        "check",
        "cost_model",
        "direction",
        "dimension",
        "evidence",
        "judgement",
        "kind",
        "severity",
        "state",
        "unit",
        "verdict",
    }
)
MEASURED = frozenset({"value", "low", "high", "mean"})
ZONE: ContextVar[str] = ContextVar("ZONE", default="UTC")
"""Whose clock the terminal shows: that of the workspace at hand. JSON keeps instants as they are stored."""

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?")


def heading(name: str) -> str:
    """A field's name as a heading: words in English, translated where the catalogue knows it.

    >>> heading("median_recency_days")
    'median recency days'
    """
    words = name.replace("_", " ")
    # Some words are headings in one sense and sentences' words in another: such have a key of their own.
    own = f"{words} (heading)"
    told = say(own, language())
    return say(words, language()) if told == own else told


def label(name: str) -> str:
    """A key inside a record: translated where the catalogue knows it, else as rules and JSON spell it."""
    told = heading(name)
    return name if told == name.replace("_", " ") else told


def cell(value: object, name: str = "", unit: object = None) -> str:
    """One value of the field ``name`` as a person reads it.

    >>> cell(1234567), cell(0.12345), cell(535.0), cell(None), cell(datetime(2011, 9, 1)), cell(0.0976, "share")
    ('1,234,567', '0.123', '535', '–', '2011-09-01', '9.8%')
    """
    if value is None or value in ([], {}):
        return "–"
    if isinstance(value, bool):
        return "✓" if value else "✗"
    if isinstance(value, int | float | Decimal):
        return _number(value, is_share=_is_share(name, unit))
    if isinstance(value, date):
        return _moment(value)
    if isinstance(value, list | tuple):
        return ", ".join(cell(each, name, unit) for each in value)
    return _text(value, name)


def span(value: timedelta) -> str:
    """A span of time in days, or in hours where it is no whole number of them.

    >>> span(timedelta(days=14)), span(timedelta(hours=36))
    ('14 days', '36 hours')
    """
    hours = value.total_seconds() / 3600
    if hours % 24 == 0:
        return say("{days:,.0f} {days|day|days}", language(), days=hours / 24)
    return say("{hours:,.10g} {hours|hour|hours}", language(), hours=hours)


def _is_share(name: str, unit: object) -> bool:
    return name == "share" or name.endswith("_share") or (unit == "share" and name in MEASURED)


def _moment(value: date) -> str:
    if isinstance(value, datetime):
        value = to_local(value, ZONE.get())
    if not isinstance(value, datetime) or (value.hour, value.minute, value.second) == (0, 0, 0):
        return value.strftime("%Y-%m-%d")
    return value.strftime("%Y-%m-%d %H:%M")


def _number(value: float | Decimal, *, is_share: bool) -> str:
    if is_share:
        return f"{value:.1%}"
    if value == int(value):
        return f"{value:,.0f}"
    return f"{value:,.2f}" if abs(float(value)) >= 10 else f"{value:.3g}"


def _text(value: object, name: str) -> str:
    if isinstance(value, Mapping):
        if name == "rule":
            return json.dumps(value, ensure_ascii=False)
        return ", ".join(f"{heading(str(inner))} {cell(each, str(inner))}" for inner, each in value.items())
    text = str(value)
    if _INSTANT.fullmatch(text):
        return _moment(datetime.fromisoformat(text))
    return _code(text, name) if name in CODES else text


def _code(text: str, name: str) -> str:
    """A code in words; one whose words mean something else elsewhere has a key with its field, ``products (kind)``."""
    words = text.replace("_", " ")
    return next((say(key, language()) for key in (f"{words} ({name})", words) if say(key, language()) != key), text)
