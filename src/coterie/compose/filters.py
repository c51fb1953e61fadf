"""The filters a template may use: a short list, each bounded in what it makes.

Liquid's own limits stop loops and output, but not one filter that squares its input
(``{{ x | replace: '', x }}``); the bounds here do.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import wraps
from typing import Any
from urllib.parse import quote

import nh3
from liquid import Environment, Markup, RenderContext
from liquid.exceptions import FilterArgumentError, ResourceLimitError
from liquid.filter import with_context

from coterie.domain import format_money, utc_now
from coterie.domain.clock import to_local
from coterie.words import sentence

LONGEST_TEXT = 64 * 1024
"""Characters a filter may take or give."""

LONGEST_LIST = 10_000
LARGEST_NUMBER_BITS = 256

ALLOWED = [
    "abs",
    "at_least",
    "at_most",
    "ceil",
    "divided_by",
    "floor",
    "minus",
    "modulo",
    "plus",
    "round",
    "times",
    "append",
    "capitalize",
    "downcase",
    "escape",
    "join",
    "lstrip",
    "newline_to_br",
    "prepend",
    "remove",
    "remove_first",
    "replace",
    "replace_first",
    "rstrip",
    "slice",
    "split",
    "strip",
    "strip_newlines",
    "truncate",
    "truncatewords",
    "upcase",
    "url_encode",
    "compact",
    "concat",
    "first",
    "last",
    "map",
    "reverse",
    "size",
    "sort",
    "uniq",
    "where",
    "default",
]
"""Liquid's standard filters that stay; what is not here does not exist."""

_SAFE_LINK = re.compile(r"(?:https?://|mailto:|tel:|sms:|/(?!/)|#|\?)", re.IGNORECASE)
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_CONTROL = re.compile(r"[\x00-\x20\x7f]+")
_DATE_WORDS = frozenset("aAbBdeHIjmMpSuUwWyYZ%")

Filter = Callable[..., object]

PLACE = "@place"
"""Where filters find the ``PrintedPlace`` among the variables; no template can name it."""


@dataclass(frozen=True, slots=True)
class PrintedPlace:
    """The currency and clock that filters use where a template names none; ``now`` is this moment by default."""

    currency: str = "USD"
    timezone: str = "UTC"
    now: datetime | None = None


def install_filters(environment: Environment) -> None:
    """Leave the allowed filters in ``environment``, bounded, and add ours: date, html, link, link_part, money."""
    from coterie.errors import Damaged

    missing = [name for name in ALLOWED if name not in environment.filters]
    if missing:
        raise Damaged(sentence("this version of python-liquid lacks the filters {names}", names=", ".join(missing)))
    ours: dict[str, Filter] = {
        "date": format_date,
        "html": _html_filter(escaping=environment.autoescape),
        "link": link,
        "link_part": link_part,
        "money": money,
        "strip_html": strip_html,
    }
    kept = {name: environment.filters[name] for name in ALLOWED} | ours
    environment.filters.clear()
    for name, function in kept.items():
        environment.add_filter(name, _bounded(name, function))


def _bounded(name: str, function: Filter) -> Filter:
    @wraps(function)
    def bounded(*arguments: Any, **named: Any) -> object:
        for argument in arguments:
            _check_size(argument)
        if name == "replace" and len(arguments) == 3:
            text, old, new = (str(argument) for argument in arguments)
            _check_length(len(text) + text.count(old) * len(new))
        elif name == "join" and len(arguments) == 2 and isinstance(arguments[0], list):
            _check_length(len(arguments[0]) * len(str(arguments[1])) + sum(len(str(item)) for item in arguments[0]))
        made = function(*arguments, **named)
        _check_size(made)
        return made

    return bounded


def _check_size(value: object) -> None:
    if isinstance(value, str):
        _check_length(len(value))
    elif isinstance(value, list | tuple):
        _check_length(len(value), LONGEST_LIST)
    elif isinstance(value, range):
        _check_length(value.stop - value.start, LONGEST_LIST)
    elif isinstance(value, int) and value.bit_length() > LARGEST_NUMBER_BITS:
        raise ResourceLimitError("a number grew too large", token=None)


def _check_length(length: int, limit: int = LONGEST_TEXT) -> None:
    if length > limit:
        raise ResourceLimitError(f"a filter would make {length:,} of at most {limit:,}", token=None)


def link(value: object) -> str:
    r"""``value`` as a link, or ``#`` when it could run something or leave the web.

    Known schemes (https, http, mailto, tel, sms) and paths stay; ``javascript:`` and
    ``//elsewhere`` do not.

    >>> link("https://shop.example/?a=1"), link("JaVa\tScript:alert(1)")
    ('https://shop.example/?a=1', '#')
    """
    text = _CONTROL.sub("", Markup(value).unescape() if isinstance(value, Markup) else str(value))
    return text if _SAFE_LINK.match(text) else "#"


def link_part(value: object) -> str:
    """``value`` percent-encoded to stand inside a link.

    >>> link_part("Zoë & co")
    'Zo%C3%AB%20%26%20co'
    """
    return quote(Markup(value).unescape() if isinstance(value, Markup) else str(value), safe="/")


@with_context
def money(value: object, currency: str | None = None, *, context: RenderContext | None = None) -> str:
    """``value`` with the sign of ``currency``, by default the workspace's; what is not a number stays as it is.

    >>> money("1234.5", "GBP")
    '£1,234.50'
    """
    try:
        return format_money(float(str(value)), str(currency or _place_of(context).currency))
    except ValueError:
        return str(value)


@with_context
def format_date(value: object, pattern: str = "%Y-%m-%d", *, context: RenderContext | None = None) -> str:
    """A date, an instant or their ISO text after a strftime ``pattern``; anything else stays as it is.

    ``now`` is the instant of rendering. Instants are shown by the clock of the workspace's zone.

    >>> format_date("2026-11-21", "%d %B %Y")
    '21 November 2026'
    """
    place = _place_of(context)
    shown = _day_of(value, place)
    if shown is None:
        return str(value)
    if len(pattern) > 64 or any(word[0] not in _DATE_WORDS for word in pattern.split("%")[1:] if word):
        raise FilterArgumentError(f"date pattern {pattern!r} is not understood", token=None)
    return shown.strftime(pattern)


def _day_of(value: object, place: PrintedPlace) -> date | None:
    if isinstance(value, str):
        if value in ("now", "today"):
            return to_local(place.now or utc_now(), place.timezone)
        for read in (date.fromisoformat, datetime.fromisoformat):
            with suppress(ValueError):
                value = read(str(value))
                break
    if isinstance(value, datetime):
        return to_local(value, place.timezone)
    return value if isinstance(value, date) else None


def _place_of(context: RenderContext | None) -> PrintedPlace:
    found = context.globals.get(PLACE) if context is not None else None
    return found if isinstance(found, PrintedPlace) else PrintedPlace()


def strip_html(value: object) -> str:
    """``value`` without its tags, as text.

    >>> strip_html("<b>Hi</b> &amp; bye")
    'Hi & bye'
    """
    return Markup(nh3.clean(str(value), tags=set())).unescape()


def _html_filter(*, escaping: bool) -> Filter:
    def html(value: object) -> str:
        """Formatted text that a customer or colleague wrote, cleaned of everything that could do harm."""
        raw = str(Markup(value).unescape()) if isinstance(value, Markup) else str(value)
        return Markup(nh3.clean(raw)) if escaping else strip_html(raw)

    return html


def readable(value: object) -> object:
    """A trait's value as a template shows it: exact numbers without idle zeros, no NaN, no controls in text.

    >>> readable(Decimal("12.5000")), readable(Decimal("30.0000")), readable(float("nan"))
    (12.5, 30, None)
    """
    if isinstance(value, str):
        return _UNWANTED.sub("", value)
    if isinstance(value, Decimal):
        if not value.is_finite():
            return None
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, float):
        if value != value:  # noqa: PLR0124 - only NaN differs from itself
            return None
        return int(value) if value.is_integer() and abs(value) < 1e15 else value
    return value
