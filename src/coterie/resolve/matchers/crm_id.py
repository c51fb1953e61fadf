"""A customer's number in another system, such as a CRM."""

from __future__ import annotations

from coterie.resolve.matching import Matcher
from coterie.resolve.text import plain

MATCHER = Matcher("crm_id", plain, strength=20, at_most_per_profile=10)
