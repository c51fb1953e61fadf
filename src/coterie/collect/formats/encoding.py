"""Which encoding a text has, by how likely its letters would be in each."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Callable
from functools import cache
from typing import BinaryIO, cast

from coterie.collect.formats.letters import (
    CENTRAL_LETTERS,
    COMMON_SIMPLIFIED,
    COMMON_TRADITIONAL,
    WESTERN_LETTERS,
    WESTERN_SIGNS,
)

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"\x84\x31\x95\x33", "gb18030"),
)

_ASCII, _BROKEN, _STRANGE = -3.0, -25.0, -14.0
_JUDGED_BYTES = 24_000
_SHORT_BYTES = 64
_MIXED_SHARE = 0.3


_WITHIN_A_WORD = re.compile(r"(?<=[a-z])[^\x00-\u2fff](?=[a-z])")

_KEPT = "coterie-kept"


def opened_as_text(stream: BinaryIO, encoding: str, *, newline: str | None = None) -> io.TextIOWrapper:
    r"""``stream`` as text; each byte that fits no letter becomes one of U+DC00 to U+DCFF, which no text holds.

    Python's own ``surrogateescape`` keeps only bytes above 127, so that UTF-16 with an odd
    byte or half a pair could not be read at all.

    >>> opened_as_text(io.BytesIO(b"a\x00\x00\xd8b\x00c"), "utf-16-le").read()
    'a\udc00\udcd8b\udc63'
    """
    reader = cast("io.BufferedReader", stream)
    return io.TextIOWrapper(reader, encoding, errors=_KEPT, newline=newline)


def is_kept_byte(letter: str) -> bool:
    """Whether ``letter`` stands for a byte that fitted no letter."""
    return "\udc00" <= letter <= "\udcff"


def _keep_bytes(fault: UnicodeError) -> tuple[str, int]:
    if not isinstance(fault, UnicodeDecodeError):
        raise fault
    return "".join(chr(0xDC00 + byte) for byte in fault.object[fault.start : fault.end]), fault.end


codecs.register_error(_KEPT, _keep_bytes)


def decide_encoding(head: bytes, high: bytes, *, is_utf8: bool) -> str:
    """The Python codec of a text whose first bytes are ``head`` and whose lines with bytes above 127 are ``high``.

    A byte order mark decides; then the places of NUL bytes (UTF-16); then whether all is
    UTF-8; then the likelihood of the letters in each of GB18030, Big5, Latin-1 or cp1252,
    and of a few others with a prior against them. A file of UTF-8 lines with some lines
    in another encoding is UTF-8: those lines are the faulty ones.

    >>> decide_encoding("客户,金额".encode("gb18030"), "客户,金额".encode("gb18030"), is_utf8=False)
    'gb18030'
    >>> decide_encoding(b"a,b", b"", is_utf8=True)
    'utf-8'
    """
    for mark, codec in _BOMS:
        if head.startswith(mark):
            return codec
    if wide := _utf16(head):
        return wide
    if not high:
        return "utf-8"
    lines = high[:_JUDGED_BYTES].splitlines()
    if is_utf8:
        is_doubtful = len(high) < 4 * _SHORT_BYTES and _high_count(high) < _SHORT_BYTES
        return _most_likely(lines, {"utf-8": 0.0}) if is_doubtful else "utf-8"
    if _share_utf8(lines) >= _MIXED_SHARE:
        return "utf-8"
    return _most_likely(lines, {})


def _utf16(head: bytes) -> str | None:
    """UTF-16 without a mark: commas, digits and line ends carry a NUL on one side only."""
    sample = head[: len(head) // 2 * 2][:65_536]
    if sample.count(0) < len(sample) * 0.05 or len(sample) < 4:
        return None
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if max(even, odd) < 4 * min(even, odd) + 1:
        return None
    return "utf-16-be" if even > odd else "utf-16-le"


def _high_count(text: bytes) -> int:
    return sum(byte > 127 for byte in text)


def _share_utf8(lines: list[bytes]) -> float:
    good = 0
    for line in lines:
        try:
            line.decode("utf-8")
        except UnicodeDecodeError:
            continue
        good += _high_count(line) >= 2
    return good / max(len(lines), 1)


def _most_likely(lines: list[bytes], extra: dict[str, float]) -> str:
    scores: dict[str, float] = {}
    for codec, prior in (extra | _PRIORS).items():
        letters = _MODELS[codec]
        scores[codec] = prior + sum(letters(line.decode(codec, "replace")) for line in lines)
    best = max(scores, key=lambda codec: scores[codec])
    return _named(best, b"\n".join(lines))


def _named(codec: str, text: bytes) -> str:
    """The narrowest common name that still reads all: Latin-1 where cp1252 would read no more."""
    if codec == "cp1252" and (not any(0x80 <= byte <= 0x9F for byte in text) or not _reads(codec, text)):
        return "latin-1"
    if codec == "big5hkscs":
        return next((name for name in ("big5", "cp950") if _reads(name, text)), codec)
    return codec


def _reads(codec: str, text: bytes) -> bool:
    try:
        text.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


@cache
def _rank_gb(letter: str) -> float:
    """Natural log of how likely a character is in Chinese text, by its place in GB 2312."""
    if letter in COMMON_SIMPLIFIED or letter in COMMON_TRADITIONAL:
        return -6.5
    if _is_wide_punctuation(letter):
        return -7.0
    code = letter.encode("gb18030", "replace")
    if len(code) == 2 and code[1] >= 0xA1:
        if 0xB0 <= code[0] <= 0xD7:
            return -9.4
        if 0xD8 <= code[0] <= 0xF7:
            return -12.8
    return -16.5


@cache
def _rank_big5(letter: str) -> float:
    """The same for Big5: its first level, then its second."""
    if letter in COMMON_TRADITIONAL:
        return -6.5
    if _is_wide_punctuation(letter):
        return -7.0
    code = letter.encode("big5hkscs", "replace")
    if len(code) == 2 and 0xA4 <= code[0] <= 0xC6:
        return -9.6
    return -13.5 if len(code) == 2 and 0xC9 <= code[0] <= 0xF9 else -16.5


def _is_wide_punctuation(letter: str) -> bool:
    return "\u3000" <= letter <= "\u301f" or "\uff01" <= letter <= "\uff5e" or letter in "“”‘’…—·￥°×"


def _wide(rank: Callable[[str], float]) -> Callable[[str], float]:
    def score(text: str) -> float:
        return sum(_ASCII if letter < "\x80" else _BROKEN if letter == "\ufffd" else rank(letter) for letter in text)

    return score


def _chinese(rank: Callable[[str], float]) -> Callable[[str], float]:
    """As ``_wide``; a character within a word of Latin letters is an accented letter misread."""
    score = _wide(rank)
    return lambda text: score(text) - 6.0 * len(_WITHIN_A_WORD.findall(text))


def _narrow(letters: frozenset[str], signs: frozenset[str]) -> Callable[[str], float]:
    """For one-byte encodings: accented letters stand alone among plain ones, signs stand apart."""

    def score(text: str) -> float:
        total, before = 0.0, " "
        for letter, after in zip(text, text[1:] + " ", strict=True):
            if letter < "\x80":
                total += _ASCII
            elif letter == "\ufffd" or "\x80" <= letter <= "\x9f":
                total += _BROKEN
            elif letter.isalpha():
                total += -3.5 if letter in letters else -5.5
                total -= 2.5 if before > "\x7f" else 0.0
                total -= 2.0 if letter.isupper() and before.islower() else 0.0
                total -= 3.0 if before.isdigit() or after.isdigit() else 0.0
            elif letter in "£€¥" and (before.isdigit() or after.isdigit()):
                total += -3.5
            else:
                total += -5.5 if letter in signs else -8.0
                total -= 4.0 if before > "\x7f" else 0.0
                total -= 3.0 if before.isalpha() and after.isalpha() and letter not in "’‘–" else 0.0
            before = letter
        return total

    return score


@cache
def _rank_japanese(letter: str) -> float:
    if "\u3041" <= letter <= "\u30fe":
        return -5.5
    if "\uff61" <= letter <= "\uff9f":
        return -9.5
    return -7.0 if _is_wide_punctuation(letter) else -9.0 if _is_first_level_jis(letter) else -14.0


def _is_first_level_jis(letter: str) -> bool:
    code = letter.encode("cp932", "replace")
    return len(code) == 2 and 0x88 <= code[0] <= 0x97


@cache
def _rank_korean(letter: str) -> float:
    if _is_wide_punctuation(letter):
        return -7.0
    # Of 11,172 syllables only the 2,350 of KS X 1001, two bytes each, occur in words that people write.
    is_usual = "\uac00" <= letter <= "\ud7a3" and len(letter.encode("euc_kr", "replace")) == 2
    return -7.8 if is_usual else -16.0


def _russian(text: str) -> float:
    """Russian letters stand among Russian letters: one beside a Latin letter is an accented Latin letter misread."""
    score, before = _wide(_rank_russian)(text), " "
    for letter, after in zip(text, text[1:] + " ", strict=True):
        is_mixed = before.isalpha() and letter.isalpha() and (before < "\x80") != (letter < "\x80")
        is_alone = letter > "\x7f" and letter.isalpha() and not before.isalpha() and not after.isalpha()
        score -= 4.0 if is_mixed or (is_alone and letter.lower() not in "авикосуя") else 0.0
        before = letter
    return score


@cache
def _rank_russian(letter: str) -> float:
    if "а" <= letter <= "я" or letter == "ё":
        return -3.4
    return -5.0 if "А" <= letter <= "Я" or letter in "№«»—–" else _STRANGE


@cache
def _rank_utf8(letter: str) -> float:
    if letter in WESTERN_LETTERS or letter in WESTERN_SIGNS:
        return -5.0
    if letter in COMMON_SIMPLIFIED or letter in COMMON_TRADITIONAL:
        return -6.5
    return -9.0 if letter > "\u07ff" or letter.isalpha() else _STRANGE


def _utf8(text: str) -> float:
    """Letters of two bytes stand among letters of their script, accented Latin ones among plain ones: by accident they seldom do."""
    score, before = _wide(_rank_utf8)(text), " "
    for letter in text:
        if before.isalpha() and letter.isalpha():
            pair, is_accented = before + letter, "\u0100" <= max(before, letter) <= "\u024f"
            is_of_one_script = min(pair) >= "\u0370" and max(pair) <= "\u07ff" and ord(before) >> 8 == ord(letter) >> 8
            score += 5.0 if is_of_one_script else 4.0 if is_accented and min(pair) < "\x80" else 0.0
        before = letter
    return score


_MODELS: dict[str, Callable[[str], float]] = {
    "utf-8": _utf8,
    "gb18030": _chinese(_rank_gb),
    "big5hkscs": _chinese(_rank_big5),
    "cp1252": _narrow(WESTERN_LETTERS, WESTERN_SIGNS),
    "cp1250": _narrow(CENTRAL_LETTERS, WESTERN_SIGNS),
    "cp1251": _russian,
    "cp932": _wide(_rank_japanese),
    "cp949": _wide(_rank_korean),
}
_PRIORS = {
    "gb18030": 0.0,
    "big5hkscs": 0.0,
    "cp1252": 0.0,
    "cp1250": -6.0,
    "cp1251": -8.0,
    "cp932": -10.0,
    "cp949": -12.0,
}
