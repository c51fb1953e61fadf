"""Finished English sentences, such as those of errors, in the reader's language.

Errors are raised in English, in one f-string where the fault is seen. The catalogues in
``words/zh/errors/`` hold the same sentences with ``{name}`` where a value stands;
each becomes a pattern that finds the values again. ``words/zh/parts/`` is for what
stands inside sentences only: places, lists of names, words for kinds.

In the English, ``{name:d}`` is a value of digits only. In the Chinese, ``{name}`` is a value
as it was, ``{name:words}`` one that is told in Chinese itself, and ``{name:type}`` one in the
sense that the part ``number (type)`` names.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import Literal, NamedTuple, Self

from coterie.words.catalogue import read_chinese

_LONGEST = 4000
"""Characters; what is longer quotes somebody else's report and is left alone."""

_MOST_JOINTS = 12
"""So many places before a sentence, and so many sentences in a row, are looked for."""


def retell(sentence: str, locale: str = "en") -> str:
    """A finished English ``sentence`` in the language ``locale``; as it is where no template fits.

    Of the ways to read it, the one that knows most of its letters wins. A place before the
    sentence (``all.yaml:3: …``) stays before it; several sentences may be joined by ``;``.

    >>> retell("all.yaml:3: two traits are named 'spend'", "zh")
    "all.yaml:3：有两个特征都叫 'spend'"
    """
    if locale != "zh" or len(sentence) > _LONGEST:
        return sentence
    found = _read(sentence, "sentences")
    return found.told if found else sentence


class _Reading(NamedTuple):
    """A text in Chinese, and how many of its letters were known."""

    told: str
    known: int


class _Value(str):
    """A value found in a sentence; a format asks for it in Chinese."""

    __slots__ = ("known",)
    known: int

    def __new__(cls, text: str) -> Self:
        value = super().__new__(cls, text)
        value.known = 0
        return value

    def __format__(self, sense: str) -> str:
        found = _inside(self, sense) if sense else None
        if found is None:
            return str(self)
        self.known = found.known
        return found.told


@dataclass(frozen=True)
class _Template:
    english: str
    chinese: str

    @cached_property
    def pieces(self) -> tuple[tuple[str, str | None, str], ...]:
        """Text, the name of the value after it and what the value is made of, in turn."""
        parsed = string.Formatter().parse(self.english)
        return tuple((text, name, r"\d[\d,]*" if spec == "d" else ".*?") for text, name, spec, _ in parsed)

    @property
    def has_values(self) -> bool:
        return any(name is not None for _, name, _ in self.pieces)

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        seen: set[str] = set()
        built = ""
        for text, name, made_of in self.pieces:
            built += re.escape(text)
            if name is not None:
                built += f"(?P={name})" if name in seen else f"(?P<{name}>{made_of})"
                seen.add(name)
        return re.compile(built, re.DOTALL)

    def read(self, text: str) -> _Reading | None:
        """``text`` where it is this sentence."""
        if not all(own in text for own, _, _ in self.pieces):
            return None
        found = self.pattern.fullmatch(text)
        if found is None:
            return None
        values = {name: _Value(part) for name, part in found.groupdict().items()}
        told = self.chinese.format(**values)
        return _Reading(told, sum(len(own) for own, _, _ in self.pieces) + sum(each.known for each in values.values()))


Scope = Literal["sentences", "phrases", "lists"]
"""What may stand alone; what may stand inside a sentence; the same without what is a word and could be a name."""


@cache
def _templates(scope: Scope) -> tuple[_Template, ...]:
    parts = {} if scope == "sentences" else read_chinese("parts")
    known = parts if scope == "lists" else read_chinese("errors") | parts
    return tuple(each for each in map(_Template, known, known.values()) if scope != "lists" or each.has_values)


def _inside(text: str, sense: str) -> _Reading | None:
    """What stands inside a sentence; a name is never taken for a word unless words are asked for."""
    whole = read_chinese("parts").get(f"{text} ({sense})")
    if whole is None and sense == "words":
        whole = read_chinese("parts").get(text) or read_chinese().get(text)
    if whole is not None:
        return _Reading(whole, len(text))
    return _read(text, "phrases" if sense == "words" else "lists")


@lru_cache(maxsize=1024)
def _read(text: str, scope: Scope) -> _Reading | None:
    ways = [*_as_one(text, scope), *_as_several(text, scope)]
    return max(ways, key=lambda way: way.known, default=None)


def _as_one(text: str, scope: Scope) -> Iterator[_Reading]:
    """``text`` as one sentence, after a place or not."""
    starts = [0, *(found.end() for found in re.finditer(": ", text))][:_MOST_JOINTS]
    for start in reversed(starts):
        for template in _templates(scope):
            found = template.read(text[start:])
            if found and start:
                place = _inside(text[: start - 2], "place") or _Reading(text[: start - 2].replace(": ", "："), 0)
                yield _Reading(f"{place.told}：{found.told}", place.known + found.known)
            elif found:
                yield found


def _as_several(text: str, scope: Scope) -> Iterator[_Reading]:
    """``text`` as a first sentence and what is joined to it by a semicolon or follows its full stop."""
    joints = [found.span() for found in re.finditer(r"; |(?<=\.) ", text)]
    for end, after in joints[:_MOST_JOINTS]:
        first = max(_as_one(text[:end], scope), key=lambda way: way.known, default=None)
        rest = first and _read(text[after:], scope)
        if first and rest:
            joint = "；" if text[end] == ";" else ""
            yield _Reading(first.told + joint + rest.told, first.known + rest.known)
