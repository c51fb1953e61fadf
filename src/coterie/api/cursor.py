"""Cursors: where a page ended, as a text that only we read and that stays true whatever is added meanwhile."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from typing import Annotated, TypeVar

from fastapi import Query

from coterie.api.problem import Problem
from coterie.words import Sentence
from coterie.workspace import Frame

P = TypeVar("P")

CursorAsked = Annotated[
    str | None, Query(max_length=2_000, description="`next` of the page before; the first page if not given.")
]
LimitAsked = Annotated[int, Query(ge=1, le=1_000, description="Things on a page at most.")]


def cursor(*place: object) -> str:
    """The place where a page ended, as a text.

    >>> place_in(cursor(12, "vip"), lambda number, name: (int(number), str(name)))
    (12, 'vip')
    """
    return base64.urlsafe_b64encode(json.dumps(place, default=str).encode()).decode().rstrip("=")


def place_in(text: str, read: Callable[..., P]) -> P:
    """The place that a cursor tells, as ``read`` makes it of its parts; a problem where it is none of ours."""
    try:
        padded = text + "=" * (-len(text) % 4)
        parts = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        return read(*parts)
    except (binascii.Error, ValueError, TypeError, OverflowError, RecursionError):
        said = Sentence("this cursor is none that was given here; ask for the first page without one")
        raise Problem(422, "bad_cursor", said, "query.cursor") from None


def number_in(value: object) -> int:
    """The number that is the whole place of a cursor."""
    return int(str(value))


def page(found: Frame, most: int, place: Sequence[str]) -> dict[str, object]:
    """A page of at most ``most`` rows, of which one more was asked for to see whether there is a next.

    The columns ``place`` of its last row are where it ended.
    """
    shown = found[:most] if len(found) > most else found
    end = cursor(*(shown[-1][name] for name in place)) if len(found) > most else None
    return {"items": shown, "next": end}


def page_of(found: Frame, most: int, start: str | None) -> dict[str, object]:
    """A page of what is held as a whole, in its own order."""
    begin = 0 if start is None else place_in(start, number_in)
    end = begin + most
    return {"items": found[begin:end], "next": cursor(end) if end < len(found) else None}
