"""Postcodes, for comparing; they never join anybody."""

from __future__ import annotations

from typing import cast

import pyarrow as pa
import pyarrow.compute as pc

from coterie.identifiers.matching import Matcher
from coterie.identifiers.text import compact


def normalize(values: pa.StringArray, country: str) -> pa.StringArray:
    """Postcodes without spaces and dashes, in upper case; of a US ZIP+4 the first five digits."""
    text = compact(values)
    if country == "US":
        text = pc.replace_substring_regex(text, r"^([0-9]{5})[0-9]{4}$", r"\1")
    return cast("pa.StringArray", text)


MATCHER = Matcher("postcode", normalize, strength=95, joins=False)
