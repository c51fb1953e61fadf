"""Finished English sentences, such as those of errors, in the reader's language.

Errors are raised in English, in one f-string where the fault is seen. The catalogues in
``words/zh/errors/`` hold the same sentences with ``{name}`` where a value stands;
each becomes a pattern that finds the values again. ``words/zh/parts/`` is for what
stands inside sentences only: places, lists of names, words for kinds.

In the Chinese, ``{name}`` is a value as it was, ``{name:words}`` one that is told in
Chinese itself, and ``{name:type}`` the same in the sense that ``number (type)`` names.
"""

from __future__ import annotations

import re
import string
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from coterie.words.catalogue import read_chinese

_LONGEST = 4000
"""Characters; what is longer quotes somebody else's report and is left alone."""

_MOST_JOINTS = 12
"""So many places before a sentence, and so many sentences in a row, are looked for."""


def retell(sentence: str, locale: str = "en") -> str:
    """A finished English ``sentence`` in the language ``locale``; as it is where no template fits.

    Of the templates that fit, the one with most text of its own wins. A place before
    the sentence (``all.yaml:3: …``) stays before it; several sentences may be joined by ``;``.

    >>> retell("all.yaml:3: two traits are named 'spend'", "zh")
    "all.yaml:3：有两个特征都叫 'spend'"
    """
    if locale != "zh" or len(sentence) > _LONGEST:
        return sentence
    return _told(sentence, _sentences()) or sentence


class _Value(str):
    """A value found in a sentence; a format asks for it in Chinese."""

    __slots__ = ()

    def __format__(self, sense: str) -> str:
        if not sense:
            return str(self)
        return read_chinese("parts").get(f"{self} ({sense})") or _phrase(self) or str(self)


@dataclass(frozen=True)
class _Template:
    english: str
    chinese: str

    @cached_property
    def pieces(self) -> tuple[tuple[str, str | None], ...]:
        """Text and the name of the value after it, in turn."""
        return tuple((text, name) for text, name, _, _ in string.Formatter().parse(self.english))

    @cached_property
    def weight(self) -> int:
        return sum(len(text) for text, _ in self.pieces)

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        seen: set[str] = set()
        built = ""
        for text, name in self.pieces:
            built += re.escape(text)
            if name is not None:
                built += f"(?P={name})" if name in seen else f"(?P<{name}>.*?)"
                seen.add(name)
        return re.compile(built, re.DOTALL)

    def fill(self, text: str) -> str | None:
        """The Chinese of ``text`` where it is this sentence."""
        if not all(own in text for own, _ in self.pieces):
            return None
        found = self.pattern.fullmatch(text)
        return found and self.chinese.format(**{name: _Value(part) for name, part in found.groupdict().items()})


@cache
def _sentences() -> tuple[_Template, ...]:
    return _most_telling(read_chinese("errors"))


@cache
def _phrases() -> tuple[_Template, ...]:
    return _most_telling({**read_chinese("errors"), **read_chinese("parts")})


def _most_telling(catalogue: dict[str, str]) -> tuple[_Template, ...]:
    return tuple(sorted((_Template(*pair) for pair in catalogue.items()), key=lambda t: t.weight, reverse=True))


def _phrase(text: str) -> str | None:
    return read_chinese().get(text) or _told(text, _phrases())


def _told(text: str, templates: Sequence[_Template]) -> str | None:
    return _one(text, templates) or _several(text, templates)


def _one(text: str, templates: Sequence[_Template]) -> str | None:
    """``text`` as one sentence, after a place or not; None where no template fits."""
    starts = [0, *(found.end() for found in re.finditer(": ", text))][:_MOST_JOINTS]
    for template in templates:
        for start in reversed(starts):
            told = template.fill(text[start:])
            if told is not None:
                return (f"{_Value(text[: start - 2]):words}：" if start else "") + told
    return None


def _several(text: str, templates: Sequence[_Template]) -> str | None:
    """``text`` as sentences that semicolons or full stops join, each as long as fits; None unless all are known."""
    ends = [found.span() for found in re.finditer(r"; |(?<=\.) ", text)] + [(len(text), len(text))]
    if not 1 < len(ends) <= _MOST_JOINTS:
        return None
    told, start = "", 0
    while start < len(text):
        for end, after in reversed(ends):
            found = _one(text[start:end], templates) if end > start else None
            if found is not None:
                told += found + ("；" if text[end:after] == "; " else "")
                start = after
                break
        else:
            return None
    return told
