"""A browser or phone. Devices are shared and resold, so they join people only weakly."""

from __future__ import annotations

from typing import cast

import pyarrow as pa
import pyarrow.compute as pc

from coterie.identifiers.matching import Matcher
from coterie.identifiers.text import plain


def normalize(values: pa.StringArray, _country: str) -> pa.StringArray:
    """Device identifiers in lower case without braces; an all-zero advertising identifier names nobody."""
    text = pc.utf8_lower(pc.replace_substring_regex(plain(values), r"[{}]", ""))
    return cast("pa.StringArray", pc.if_else(pc.match_substring_regex(text, r"^[0\-]+$"), None, text))


MATCHER = Matcher("device_id", normalize, strength=70, shared_by_at_most=2, at_most_per_profile=50)
