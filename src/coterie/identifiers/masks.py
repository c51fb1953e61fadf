"""Values that an export has masked, such as ``138****6000``: many people share one, and it leads to none of them."""

from __future__ import annotations

from typing import cast

import pyarrow as pa
import pyarrow.compute as pc

_STAR = r"[*＊∗⁎✱]"
_DOT = r"[•·●∙⋅・#]"
MASK = (
    rf"{_STAR}{{2}}|{_DOT}{{3}}|\p{{Han}}{_STAR}|{_STAR}\p{{Han}}"
    r"|^[\d\s+()./\-]*([xX]{4}|[xX]{3}[\s.\-]+[xX]{2})[\dxX\s()./\-]*$"
)
"""What a masked value matches: a run of signs, one star beside a Chinese character, or a run of x among digits alone.

One star or x is none: they may stand in an e-mail address and in a customer's number (RE2, for Arrow and SQL).
"""
_WHOLE = r"<[^<>*]+@[^<>*]+>"
"""A whole address beside a masked name."""


def is_masked(values: pa.StringArray) -> pa.BooleanArray:
    """Whether each value is masked; false for null.

    >>> is_masked(pa.array(["138****6000", "王*", "xxxx-1234", "AX-1234", "a*b@example.com", None])).to_pylist()
    [True, True, True, False, False, False]
    """
    found = pc.fill_null(pc.match_substring_regex(values, MASK), False)
    if pc.any(found).as_py():
        found = pc.and_not(found, pc.fill_null(pc.match_substring_regex(values, _WHOLE), False))
    return cast("pa.BooleanArray", found)
