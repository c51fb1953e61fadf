"""JSON no deeper than records are, so that whatever walks it afterwards need not ask."""

from __future__ import annotations

import json
from collections.abc import Callable

from coterie.words import sentence

DEEPEST = 100
"""Lists and objects within each other; what is deeper is no record."""


def parse_json(text: str, *, pairs: Callable[[list[tuple[str, object]]], object] | None = None) -> object:
    """The value of ``text``, numbers as they are written; ``pairs`` makes an object of its keys and values.

    Raises ``ValueError`` for what is no JSON, or nested deeper than ``DEEPEST``.

    >>> parse_json('{"a": [1.50]}')
    {'a': ['1.50']}
    """
    try:
        found: object = json.loads(text, object_pairs_hook=pairs, parse_float=str, parse_int=str)
    except RecursionError:
        raise ValueError(sentence("nested deeper than {n}", n=DEEPEST)) from None
    return shallow(found, text)


def shallow(found: object, text: str) -> object:
    """``found``, the value of ``text``; raises ``ValueError`` where it is nested deeper than ``DEEPEST``."""
    if text.count("[") + text.count("{") > DEEPEST:
        level = [found]
        for _ in range(DEEPEST):
            level = [each for one in level for each in _inside(one)]
        if any(isinstance(each, (dict, list)) for each in level):
            raise ValueError(sentence("nested deeper than {n}", n=DEEPEST))
    return found


def _inside(one: object) -> list[object]:
    """The lists and objects directly inside of ``one``."""
    held = one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
    return [each for each in held if isinstance(each, (dict, list))]
