"""The number on a loyalty card; spaces and dashes do not count."""

from __future__ import annotations

from coterie.identifiers.matching import PLACEHOLDER_BEYOND, Matcher
from coterie.identifiers.text import compact

MATCHER = Matcher("loyalty_card", compact, strength=30, at_most_per_profile=10, addresses_at_most=PLACEHOLDER_BEYOND)
