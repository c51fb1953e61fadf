"""How identifiers are written: one normalizer and block list for each namespace, used by every room."""

from __future__ import annotations

from coterie.identifiers.addresses import addresses_in
from coterie.identifiers.former import former_identities
from coterie.identifiers.forms import addresses_of, identities_of, identity_of, keys_of
from coterie.identifiers.masks import MASK, is_masked
from coterie.identifiers.matching import MATCHERS, Matcher, matcher_for
from coterie.identifiers.nobody import NOBODY, stands_for_nobody

__all__ = [
    "MASK",
    "MATCHERS",
    "NOBODY",
    "Matcher",
    "addresses_in",
    "addresses_of",
    "former_identities",
    "identities_of",
    "identity_of",
    "is_masked",
    "keys_of",
    "matcher_for",
    "stands_for_nobody",
]
