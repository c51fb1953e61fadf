"""The shop's own number for a customer."""

from __future__ import annotations

from coterie.identifiers.matching import PLACEHOLDER_BEYOND, Matcher
from coterie.identifiers.text import plain

# No sharing limit: a customer may well have many addresses; the limit a profile has still holds.
MATCHER = Matcher(
    "customer_id",
    plain,
    strength=10,
    shared_by_at_most=None,
    at_most_per_profile=10,
    addresses_at_most=PLACEHOLDER_BEYOND,
)
