"""A text message as telephone networks count it: its alphabet, its units and its parts (3GPP TS 23.038, 23.040)."""

from __future__ import annotations

from typing import Literal, NamedTuple

Alphabet = Literal["GSM-7", "UCS-2"]
"""The seven-bit alphabet of telephones, or two octets a sign for all others."""

BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""The signs of GSM-7 by their septets."""

EXTENSION = {"\f": 10, "^": 20, "{": 40, "}": 41, "\\": 47, "[": 60, "~": 61, "]": 62, "|": 64, "€": 101}
"""Signs of the extension table, which follow an escape and so take two units."""

ALONE: dict[Alphabet, int] = {"GSM-7": 160, "UCS-2": 70}
"""Units of a message of one part."""

JOINED: dict[Alphabet, int] = {"GSM-7": 153, "UCS-2": 67}
"""Units of each part of several: the header that joins them takes the rest."""

_ESCAPE = "\x1b"
_ONE_UNIT = frozenset(BASIC) - {_ESCAPE}


class TextSize(NamedTuple):
    """How much a text takes: ``units`` are septets or pairs of octets, of which the last part has ``left`` to spare.

    ``foreign`` are the signs beyond GSM-7, in their order, that make the whole text UCS-2.
    """

    alphabet: Alphabet
    units: int
    parts: int
    left: int
    foreign: str = ""


def size_of(text: str) -> TextSize:
    """What networks make of ``text``; a sign that takes two units is never divided between parts.

    >>> size_of("a" * 160), size_of("€" * 80 + "a").parts
    (TextSize(alphabet='GSM-7', units=160, parts=1, left=0, foreign=''), 2)
    >>> size_of("春季上新，全场八折").alphabet, size_of("字" * 71).parts, size_of("It’s spring").foreign
    ('UCS-2', 2, '’')
    """
    foreign = "".join(dict.fromkeys(sign for sign in text if sign not in _ONE_UNIT and sign not in EXTENSION))
    alphabet: Alphabet = "UCS-2" if foreign else "GSM-7"
    widths = [_units(sign, alphabet) for sign in text]
    units = sum(widths)
    if units <= ALONE[alphabet]:
        return TextSize(alphabet, units, 1, ALONE[alphabet] - units, foreign)
    parts, used = 1, 0
    for width in widths:
        if used + width > JOINED[alphabet]:
            parts, used = parts + 1, 0
        used += width
    return TextSize(alphabet, units, parts, JOINED[alphabet] - used, foreign)


def parts_of(text: str) -> list[str]:
    """``text`` divided as it travels, each part as long as it may be.

    >>> [len(part) for part in parts_of("a" * 161)], parts_of("hello")
    ([153, 8], ['hello'])
    """
    size = size_of(text)
    if size.parts == 1:
        return [text]
    parts, part, used = [], "", 0
    for sign in text:
        width = _units(sign, size.alphabet)
        if used + width > JOINED[size.alphabet]:
            parts.append(part)
            part, used = "", 0
        part, used = part + sign, used + width
    return [*parts, part]


def _units(sign: str, alphabet: Alphabet) -> int:
    if alphabet == "UCS-2":
        return 2 if ord(sign) > 0xFFFF else 1
    return 2 if sign in EXTENSION else 1
