"""Ways of writing the same text, made one, over whole Arrow columns."""

from __future__ import annotations

from typing import cast

import pyarrow as pa
import pyarrow.compute as pc

_WITHOUT_WIDTH = r"[\x{00ad}\x{200b}-\x{200f}\x{2060}\x{feff}]"


def plain(values: pa.StringArray, _country: str = "") -> pa.StringArray:
    """Values trimmed, full-width characters made half-width (NFKC), ``17850.0`` read as ``17850``; empty is null.

    Characters without width, which come along when people copy, are dropped.

    Case and leading zeros are kept: ``A1`` and ``a1`` may be two customers.

    >>> plain(pa.array([" C-１２ ", "17850.0", "007", ""])).to_pylist()
    ['C-12', '17850', '007', None]
    """
    text = pc.replace_substring_regex(pc.utf8_normalize(values, form="NFKC"), _WITHOUT_WIDTH, "")
    text = pc.utf8_trim_whitespace(text)
    text = pc.replace_substring_regex(text, r"^([0-9]+)\.0+$", r"\1")
    return cast("pa.StringArray", pc.if_else(pc.equal(text, ""), None, text))


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
