"""Ways of writing the same text, made one, over whole Arrow columns; e-mail addresses within other text."""

from __future__ import annotations

import re
from typing import cast

import pyarrow as pa
import pyarrow.compute as pc

from coterie.identifiers.nobody import is_masked

_WITHOUT_WIDTH = r"[\x{00ad}\x{034f}\x{061c}\x{180e}\x{200b}-\x{200f}\x{202a}-\x{202e}\x{2060}-\x{2064}\x{2066}-\x{206f}\x{fe0f}\x{feff}]"
_QUOTES = "\"'`´‘’‚‛“”„‟«»‹›「」『』"
_BEFORE, _AFTER = rf"^(=?[{_QUOTES}]|\s)+", rf"[{_QUOTES}\s]+$"
_ODD = r"[^0-9A-Za-z@._+\-]|\.0+$"
"""What a value needs before any of the changes below could change it; most values have none of it."""


def plain(values: pa.StringArray, _country: str = "") -> pa.StringArray:
    """Values trimmed, half-width (NFKC), without what spreadsheets and copying add; empty and masked are null.

    Characters without width and quotes around the value are dropped, the apostrophe before
    ``'6001`` and the formula ``="6001"`` by which spreadsheets keep text among them; ``17850.0``
    is read as ``17850``. Case and leading zeros are kept: ``A1`` and ``a1`` may be two customers.

    >>> plain(pa.array([" C-１２ ", "17850.0", "'007", '="12"', "", "138****6000"])).to_pylist()
    ['C-12', '17850', '007', '12', None, None]
    """
    is_odd = pc.fill_null(pc.match_substring_regex(values, _ODD), False)
    text = pc.replace_with_mask(values, is_odd, _cleaned(values.filter(is_odd))) if pc.any(is_odd).as_py() else values
    return cast("pa.StringArray", pc.if_else(pc.or_(pc.equal(text, ""), is_masked(text)), None, text))


def _cleaned(values: pa.StringArray) -> pa.StringArray:
    text = pc.replace_substring_regex(pc.utf8_normalize(values, form="NFKC"), _WITHOUT_WIDTH, "")
    text = pc.utf8_trim_whitespace(pc.replace_substring_regex(text, _AFTER, ""))
    text = pc.utf8_trim_whitespace(pc.replace_substring_regex(text, _BEFORE, ""))
    return pc.replace_substring_regex(text, r"^(\+?[0-9]+)\.0+$", r"\1")


def compact(values: pa.StringArray, _country: str = "") -> pa.StringArray:
    """Values as ``plain``, without spaces and dashes and in upper case, for numbers people copy from a card.

    >>> compact(pa.array(["abc 12-34"])).to_pylist()
    ['ABC1234']
    """
    text = pc.utf8_upper(pc.replace_substring_regex(plain(values), r"[\s\-‐-―._/]", ""))
    return cast("pa.StringArray", pc.if_else(pc.equal(text, ""), None, text))


def each(values: pa.StringArray, chosen: pa.BooleanArray, change: object) -> pa.StringArray:
    """``values`` with ``change`` (text → text or None) applied once to each distinct value that is ``chosen``."""
    assert callable(change)  # noqa: S101
    distinct = pc.unique(values.filter(pc.fill_null(chosen, False)))
    changed = pa.array([change(value) for value in distinct.to_pylist()], pa.string())
    place = pc.index_in(values, value_set=distinct)
    return cast("pa.StringArray", pc.if_else(pc.fill_null(chosen, False), changed.take(place), values))


_OUTSIDE = r"\s@<>()\[\]{}\"'“”‘’,;:|/\\"
_LETTER = rf"(?:[^{_OUTSIDE}]|(?<=\w)['’](?=\w))"
"""An apostrophe within a word is none of the quotes around it: ``o'neil@x.de`` is not ``neil@x.de``."""
_INSIDE = re.compile(rf"(?<![^{_OUTSIDE}]|@)(?<!\w['’]){_LETTER}+@[^{_OUTSIDE}]+\.[^{_OUTSIDE}.]+(?!@)")


def addresses_in(text: str) -> tuple[str, ...]:
    """Every address that stands somewhere in ``text``, once.

    >>> addresses_in("Ann (ann@x.de), Bo <BO@x.de>; Ann@x.de")
    ('ann@x.de', 'BO@x.de')
    """
    whole = re.sub(r"\s*@\s*", "@", text.replace("%40", "@").replace("＠", "@"))
    found: dict[str, str] = {}
    for each in _INSIDE.findall(whole):
        found.setdefault(each.lower(), each)
    return tuple(found.values())
