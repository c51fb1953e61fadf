"""A customer's number in another system, such as a CRM."""

from __future__ import annotations

from coterie.identifiers.matching import PLACEHOLDER_BEYOND, Matcher
from coterie.identifiers.text import plain

MATCHER = Matcher("crm_id", plain, strength=20, at_most_per_profile=10, addresses_at_most=PLACEHOLDER_BEYOND)
