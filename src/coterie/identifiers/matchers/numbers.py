"""Numbers and codes that somebody gave: a customer's, a card's, a device's, a household's, a postcode."""

from __future__ import annotations

from typing import cast

import pyarrow as pa
import pyarrow.compute as pc

from coterie.identifiers.matching import PLACEHOLDER_BEYOND, Matcher
from coterie.identifiers.text import compact, plain


def normalize_device(values: pa.StringArray, _country: str) -> pa.StringArray:
    """Device identifiers in lower case without braces; an all-zero advertising identifier names nobody."""
    text = pc.utf8_lower(pc.replace_substring_regex(plain(values), r"[{}]", ""))
    return cast("pa.StringArray", pc.if_else(pc.match_substring_regex(text, r"^[0\-]+$"), None, text))


def normalize_postcode(values: pa.StringArray, country: str) -> pa.StringArray:
    """Postcodes without spaces and dashes, in upper case; of a US ZIP+4 the first five digits."""
    text = compact(values)
    if country == "US":
        text = pc.replace_substring_regex(text, r"^([0-9]{5})[0-9]{4}$", r"\1")
    return cast("pa.StringArray", text)


# No sharing limit: a customer may well have many addresses; the limit a profile has still holds.
CUSTOMER_ID = Matcher(
    "customer_id",
    plain,
    about="The shop's own number for a customer.",
    strength=10,
    shared_by_at_most=None,
    at_most_per_profile=10,
    addresses_at_most=PLACEHOLDER_BEYOND,
)
CRM_ID = Matcher(
    "crm_id",
    plain,
    about="A customer's number in another system, such as a CRM.",
    strength=20,
    at_most_per_profile=10,
    addresses_at_most=PLACEHOLDER_BEYOND,
)
LOYALTY_CARD = Matcher(
    "loyalty_card",
    compact,
    about="The number on a loyalty card; spaces and dashes do not count.",
    strength=30,
    at_most_per_profile=10,
    addresses_at_most=PLACEHOLDER_BEYOND,
)
DEVICE_ID = Matcher(
    "device_id",
    normalize_device,
    about="A browser or phone. Devices are shared and resold, so they join people only weakly.",
    strength=70,
    shared_by_at_most=2,
    at_most_per_profile=50,
)
HOUSEHOLD_ID = Matcher(
    "household_id",
    plain,
    about="People who live together. A household is a group, not a person.",
    strength=80,
    shared_by_at_most=1,
    at_most_per_profile=1,
    is_group=True,
)
POSTCODE = Matcher(
    "postcode",
    normalize_postcode,
    about="Postcodes, for comparing; they never join anybody.",
    strength=95,
    joins=False,
)
