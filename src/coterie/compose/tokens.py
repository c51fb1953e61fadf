"""Where Liquid stands in a text, found in one pass, so that no text takes long to read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from coterie.errors import BadDefinition
from coterie.words import sentence

SOURCE_LIMIT = 512 * 1024
MOST_TOKENS = 4_000
LONGEST_TOKEN = 4_000

_OPEN = re.compile(r"\{[{%]")
_BLOCK = re.compile(r"\{%-?\s*(raw|comment)\s*-?%\}")
_ENDS = {name: re.compile(rf"\{{%-?\s*end{name}\s*-?%\}}") for name in ("raw", "comment")}


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of Liquid: ``{{ … }}`` is a ``value``, ``{% … %}`` a ``tag``, the whole of raw or comment a block."""

    kind: Literal["value", "tag", "raw", "comment"]
    start: int
    end: int
    text: str


def liquid_tokens(source: str, where: str) -> list[Token]:
    """The Liquid in ``source``, in order; ``BadDefinition`` when one is never closed or there is too much.

    >>> [token.kind for token in liquid_tokens("Hi {{ a }}{% raw %}{{{% endraw %}", "")]
    ['value', 'raw']
    """
    if len(source) > SOURCE_LIMIT:
        raise BadDefinition(
            sentence(
                "the template has {n:,} {n|character|characters}; at most {most:,}", n=len(source), most=SOURCE_LIMIT
            ),
            where=where,
        )
    tokens: list[Token] = []
    at = 0
    for _ in range(MOST_TOKENS + 1):
        token = _next(source, at, where)
        if token is None:
            return tokens
        tokens.append(token)
        at = token.end
    raise BadDefinition(
        sentence("the template has more than {n:,} {n|piece|pieces} of Liquid", n=MOST_TOKENS), where=where
    )


def _next(source: str, at: int, where: str) -> Token | None:
    opening = _OPEN.search(source, at)
    if not opening:
        return None
    start = opening.start()
    is_value = source[start + 1] == "{"
    end = source.find("}}" if is_value else "%}", start + 2)
    if end < 0:
        raise BadDefinition(
            sentence(
                "line {line}: {token!r} is never closed", line=_line(source, start), token=source[start : start + 40]
            ),
            where=where,
        )
    end += 2
    if end - start > LONGEST_TOKEN:
        raise BadDefinition(
            sentence(
                "line {line}: {token!r} … is too long", line=_line(source, start), token=source[start : start + 40]
            ),
            where=where,
        )
    block = None if is_value else _BLOCK.match(source, start)
    if block:
        close = _ENDS[block[1]].search(source, end)
        if not close:
            raise BadDefinition(
                sentence(
                    "line {line}: {token} has no {{% end{name} %}}",
                    line=_line(source, start),
                    token=block[0],
                    name=block[1],
                ),
                where=where,
            )
        return Token("raw" if block[1] == "raw" else "comment", start, close.end(), source[start : close.end()])
    return Token("value" if is_value else "tag", start, end, source[start:end])


def _line(source: str, at: int) -> int:
    return source.count("\n", 0, at) + 1
