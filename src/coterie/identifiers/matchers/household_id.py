"""People who live together. A household is a group, not a person."""

from __future__ import annotations

from coterie.identifiers.matching import Matcher
from coterie.identifiers.text import plain

MATCHER = Matcher("household_id", plain, strength=80, shared_by_at_most=1, at_most_per_profile=1, is_group=True)
