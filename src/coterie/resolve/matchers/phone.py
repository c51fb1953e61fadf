"""Telephone numbers, in E.164."""

from __future__ import annotations

from typing import cast

import pyarrow as pa
import pyarrow.compute as pc

from coterie.resolve.matching import Matcher
from coterie.resolve.text import each, plain

_REPEATED = "|".join(f"{digit}{{6,}}" for digit in range(10))
_NONSENSE = rf"({_REPEATED}|0123456789?|1234567890?|9876543210?)$"


def normalize(values: pa.StringArray, country: str) -> pa.StringArray:
    """Numbers as ``+`` country code and number; a number without its country is read as dialled in ``country``.

    Extensions are dropped. Null where the length fits no number of the country, and for
    numbers people type to be left alone (one digit repeated, 1234567890). Only the length
    is asked, not whether the range is in use: new ranges open faster than tables.
    """
    import phonenumbers  # a large import, needed only where there are numbers

    def read(text: str) -> str | None:
        try:
            number = phonenumbers.parse(text, country)
        except phonenumbers.NumberParseException:
            return None
        if not phonenumbers.is_possible_number(number):
            return None
        return f"+{number.country_code}{phonenumbers.national_significant_number(number)}"

    text = pc.replace_substring_regex(plain(values), r"^(tel:|电话[::]?|手机[::]?)\s*", "")
    # Distinct digits are read once, however they were spaced.
    text = pc.replace_substring_regex(text, r"[\s()./\-‐-―]", "")
    keys = each(text, pc.is_valid(text), read)
    return cast("pa.StringArray", pc.if_else(pc.match_substring_regex(keys, _NONSENSE), None, keys))


MATCHER = Matcher("phone", normalize, strength=50)
